"""Parts of the review page: the list of those that wait, the marked text, what to decide from and with."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from html import escape
from typing import Any

import streamlit as st

from kb import incidents, triage
from kb.errors import FirstlineError
from kb.labels import IMPACT_WORDS, URGENCY_WORDS, Role, Severity, Target, in_100, words
from kb.people import TeamView
from kb.review import Details, Mark, Opinion, Waiting
from pages.ui.frame import as_text, enter

MOST_KEYS = 9
WHY = {Target.TYPE: "Why this type", Target.SEVERITY: "Why this severity"}
STYLE = """<style>
mark {color: inherit; background: color-mix(in srgb, currentColor 11%, transparent); border-radius: .2em;
  padding: 0 .12em}
mark.for {text-decoration: underline solid 2px; text-underline-offset: 3px; font-weight: 600}
mark.against {text-decoration: underline dotted 2px; text-underline-offset: 3px}
.report {white-space: pre-wrap; overflow-wrap: anywhere; max-height: 22rem; overflow-y: auto; line-height: 1.6}
.legend {font-size: .875rem; margin: 0}
.st-key-review h2 {padding: 0; margin: 0}
.st-key-review_list button > div {justify-content: flex-start; text-align: left}
@media (max-width: 640px) {
  .st-key-review > div > [data-testid="stHorizontalBlock"] {flex-direction: column-reverse}
}
</style>"""


def show_waiting(items: Sequence[Waiting], open_id: int, now: datetime, choose: Callable[[str], None]) -> None:
    """The list on the left; a click opens one out of turn."""
    for item in items:
        said = "no opinion" if item.confidence is None else "text disagrees" if item.is_sure else "not sure"
        said = "second look" if item.is_second else said
        st.button(
            f"**{item.number}** {age(now - item.created_at)} · {said} · {item.severity}  \n{as_text(item.title[:60])}",
            key=f"review_open_{item.id}",
            type="secondary" if item.id == open_id else "tertiary",
            width="stretch",
            on_click=choose,
            args=(item.number,),
        )


def asked_why(incident_id: int) -> Target:
    """Which label the reviewer wants explained: the type, unless they chose the severity."""
    return Target(st.session_state.get(_why_key(incident_id), Target.TYPE))


def show_text(seen: Details, names: dict[str, str]) -> None:
    """Title and body with the words that spoke for (solid line) and against (dotted line) the label explained."""
    st.html(f"{STYLE}<h2>{marked(seen.title, seen.title_marks)}</h2>")
    told = f"{seen.number}, {IMPACT_WORDS[seen.impact].lower()}; can work go on: {URGENCY_WORDS[seen.urgency].lower()}"
    st.caption(as_text(f"{told}; {seen.service}" if seen.service else told))
    if seen.is_second:
        st.caption("Another person has judged it; what they said isn't shown, so that your answer is your own.")
    st.html(f'<div class="report" tabindex="0">{marked(seen.body, seen.body_marks)}</div>')
    if seen.explained and (seen.title_marks or seen.body_marks):
        st.html(
            f'<p class="legend"><mark class="for">for</mark> and <mark class="against">against</mark> '
            f"{escape(_named(seen, seen.explained.label, names))}</p>"
        )


def show_reasons(seen: Details, names: dict[str, str]) -> None:
    """Which label is explained, type or severity, and what would have turned it."""
    if seen.type_opinion and seen.severity_opinion:
        st.segmented_control(
            "What the marks explain",
            list(WHY),
            default=seen.why,
            format_func=WHY.get,
            required=True,
            label_visibility="collapsed",
            key=_why_key(seen.id),
        )
    if seen.turn:
        told = as_text(", ".join(f"“{word}”" for word in seen.turn.words))
        st.caption(f"Without {told} it would say {as_text(_named(seen, seen.turn.label, names))}.")


def show_similar(seen: Details, names: dict[str, str]) -> None:
    """Past incidents whose labels a person confirmed, starter examples while these are few, and what they share."""
    if seen.similar:
        st.markdown("**People said of similar ones**")
    for other in seen.similar:
        said = f"{as_text(names.get(other.type, words(other.type)))}, {other.severity}"
        with st.container(gap="xsmall"):
            if other.is_starter:
                st.markdown(f"Starter example: {said}")
            else:
                label, query = f"{other.number}: {said}", {"id": other.number}
                st.page_link("incident.py", label=label, query_params=query)
            st.caption(as_text(f"{other.title[:60]}; in both: {', '.join(other.words[:6])}"))


def show_others(seen: Details) -> None:
    """Open incidents that may be the same trouble, and putting this one under one of them."""
    if seen.parent:
        st.markdown(f"Solved together with **{seen.parent}**")
    if seen.others:
        st.markdown("**Open ones like it**")
    for other in seen.others:
        people = "1 person" if other.affected == 1 else f"{other.affected} people"
        with st.container(gap="xsmall"):
            st.page_link(
                "incident.py", label=f"{other.number}: {as_text(other.title[:60])}", query_params={"id": other.number}
            )
            st.caption(as_text(f"{people}; in both: {', '.join(other.words[:6])}"))
            key, args = f"review_join_{seen.id}_{other.id}", (seen.id, other.id)
            st.button(f"Same as {other.number}", key=key, type="tertiary", on_click=_join, args=args)


def _join(incident_id: int, parent_id: int) -> None:
    desk, person = enter(Role.LEAD)
    try:
        incidents.join(desk, person, incident_id, parent_id)
    except FirstlineError as error:
        st.session_state["review_error"] = str(error)
    else:
        st.toast(f"INC-{incident_id} is solved together with INC-{parent_id}.")


def choose_severity(seen: Details) -> None:
    opinion = seen.severity_opinion
    st.segmented_control(
        "Severity",
        list(Severity),
        default=seen.severity,
        format_func=words,
        required=True,
        key=f"review_severity_{seen.id}",
    )
    if opinion is None:
        return
    text = f"{opinion.label} ({in_100(opinion.confidence)})"
    if seen.is_disputed:
        told = f"They differ: impact and urgency give {seen.matrix_severity}, the text sounds like {text}."
        st.warning(f"{told} {_decided(seen)}".strip())
    else:
        st.caption(f"Impact and urgency give {seen.matrix_severity}, and the text sounds like it: {text}.")
    _show_frequency(opinion)


def _decided(seen: Details) -> str:
    """What people decided where text and answers differed in the same direction."""
    past = seen.settled
    if past is None or not past.n:
        return ""
    kind = "1 report" if past.n == 1 else f"{past.n:,} reports"
    return (
        f"Of {kind} that sounded {'graver' if past.is_graver else 'milder'} than answered, people kept the answer in "
        f"{past.as_reported:,} and took the text's severity in {past.as_text:,}."
    )


def choose_team(seen: Details, teams: Sequence[TeamView]) -> None:
    """Nothing chosen leaves the team to the rules: a corrected type may have another one."""
    names = {team.id: team.name for team in teams}
    as_it_is = f"{seen.team}, or that of the type" if seen.team else "That of the type"
    st.selectbox(
        "Team",
        [None, *names],
        format_func=lambda team_id: names.get(team_id, as_it_is),
        key=f"review_team_{seen.id}",
    )


def chosen(incident_id: int) -> dict[str, Any]:
    """Severity and team as they stand in their fields."""
    severity, team_id = (st.session_state[f"review_{name}_{incident_id}"] for name in ("severity", "team"))
    return {"severity": severity, "team_id": team_id}


def show_candidates(seen: Details, names: dict[str, str], correct: Callable[[int, str], None]) -> None:
    """Every type as a button with a key, the likeliest first; types the model doesn't know come last."""
    st.markdown("**Type**")
    opinion = seen.type_opinion
    confidence = dict(opinion.candidates) if opinion else {}
    if opinion:
        _show_frequency(opinion)
    if opinion and not opinion.is_sure and 0 < opinion.n_covering < len(confidence):
        first = "first is" if opinion.n_covering == 1 else f"first {opinion.n_covering} hold"
        st.caption(f"The {first} the right one in 90 of 100 reports.")
    for place, slug in enumerate([*confidence, *(slug for slug in names if slug not in confidence)], 1):
        share = f" · {in_100(confidence[slug])}" if slug in confidence else ""
        st.button(
            as_text(names.get(slug, words(slug))) + share,
            key=f"review_type_{seen.id}_{slug}",
            width="stretch",
            shortcut=str(place) if place <= MOST_KEYS else None,
            on_click=correct,
            args=(seen.id, slug),
        )


def _show_frequency(opinion: Opinion) -> None:
    """How often it was right when it was as sure as this."""
    if told := triage.frequency(opinion.n_alike, opinion.n_right):
        st.caption(f"{told.capitalize()}.")


def _named(seen: Details, label: str, names: dict[str, str]) -> str:
    return words(label) if seen.why is Target.SEVERITY else names.get(label, words(label))


def _why_key(incident_id: int) -> str:
    return f"review_why_{incident_id}"


def marked(text: str, marks: Sequence[Mark]) -> str:
    """HTML of a text with its marked words; everything in it is escaped."""
    parts, end = [], 0
    for mark in marks:
        kind = "for" if mark.weight > 0 else "against"
        parts += [escape(text[end : mark.start]), f'<mark class="{kind}">{escape(text[mark.start : mark.end])}</mark>']
        end = mark.end
    return "".join(parts) + escape(text[end:])


def age(span: timedelta) -> str:
    minutes = int(span.total_seconds() // 60)
    return f"{minutes} min" if minutes < 60 else f"{minutes // 60} h" if minutes < 1440 else f"{minutes // 1440} d"
