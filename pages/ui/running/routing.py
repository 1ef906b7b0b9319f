"""Routing: the rules in their order, what one would have done, and who is there."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TypeVar

import streamlit as st

from kb import incidents, people, routing, services
from kb.desk import Desk
from kb.labels import Severity, words
from kb.person import Person
from kb.routing import Rule, RuleRow, Trial
from pages.ui.frame import PAGES, as_text
from pages.ui.running.saving import attempt

TRIED = "routing-tried"
LEAST = {str(severity): words(severity) for severity in Severity if severity is not Severity.LOW}
Key = TypeVar("Key")


@dataclass(frozen=True, slots=True)
class _Names:
    """Teams, services and types by their keys."""

    teams: Mapping[int, str]
    services: Mapping[int, str]
    types: Mapping[str, str]


def show(desk: Desk, person: Person) -> None:
    names = _Names(
        {team.id: team.name for team in people.teams(desk, person)},
        {row.id: row.name for row in services.services(desk)},
        {row.slug: row.name for row in services.types(desk)},
    )
    st.subheader("Rules")
    st.write(
        "What you know better than the assistant. The first rule that fits names the team, or the type. Without one it "
        "is the service's team, then the type's; while they are away, the team with least to do whose people know how. "
        f"It also comes before the type's team when that has {routing.MANY} or more open for each who is there, and "
        f"{routing.TIMES_LESS} times as much as it. "
        "A rule never makes the assistant surer: what it was not sure of waits for review as before."
    )
    rules = routing.rules(desk, person)
    for row in rules:
        _show_rule(desk, person, row)
    chosen = st.selectbox(
        "Change", rules, None, format_func=lambda row: row.rule.name, placeholder="A new rule", key="rule"
    )
    _form(desk, person, chosen, names, len(rules))
    st.subheader("Who is there")
    _staffing(desk, person)


def _show_rule(desk: Desk, person: Person, row: RuleRow) -> None:
    state = "live" if row.is_live else "tried, not live" if row.tried_at else "draft"
    with st.container(border=True):
        st.markdown(
            f"**{row.place}. {as_text(row.rule.name)}** · {state}  \n"
            f"If {as_text(row.condition)}, {as_text(row.result)}."
        )
        with st.container(horizontal=True):
            if st.button("Try on the 500 latest", key=f"try-{row.id}"):
                attempt(lambda: _try(desk, person, row), "The rule is tried.")
            if row.is_live and st.button("Pause", key=f"pause-{row.id}"):
                attempt(lambda: routing.pause(desk, person, row.id), "The rule is paused.")
            if not row.is_live and st.button("Go live", key=f"live-{row.id}", disabled=row.tried_at is None):
                attempt(lambda: routing.go_live(desk, person, row.id), "The rule is live.")
            if st.button("Remove", key=f"remove-{row.id}", type="tertiary"):
                attempt(lambda: routing.remove(desk, person, row.id), "The rule is removed.")
        tried = st.session_state.get(TRIED)
        if tried is not None and tried.rule_id == row.id and row.tried_at is not None:
            _show_trial(tried, row.rule)


def _try(desk: Desk, person: Person, row: RuleRow) -> None:
    st.session_state[TRIED] = routing.try_rule(desk, person, row.id)


def _show_trial(tried: Trial, rule: Rule) -> None:
    lines = [f"{count:,} would go to {as_text(new)} instead of {as_text(old)}" for old, new, count in tried.to_team]
    if tried.sent:
        lines.append(f"{tried.stayed:,} of the {tried.sent:,} it sends are with that team today")
    if rule.sets_type:
        seen = f"; {tried.type_right:,} of {tried.type_checked:,} that people looked at have it"
        lines.append(f"{tried.to_type:,} would get another type{seen if tried.type_checked else ''}")
    st.markdown("\n- ".join((f"Of the **{tried.n:,}** latest incidents **{tried.fits:,}** fit.\n", *lines)))
    if tried.fits and not tried.examples:
        st.caption("Nothing would have changed: another rule, the service or the type led there already.")
    for one in tried.examples:
        with st.container(horizontal=True, vertical_alignment="center"):
            number = incidents.number(one.incident_id)
            st.page_link(PAGES / "incident.py", label=number, query_params={"id": number}, width="content")
            st.markdown(f"{as_text(one.title)}  \n{as_text(one.before)} → {as_text(one.after)}", width="stretch")


def _form(desk: Desk, person: Person, row: RuleRow | None, names: _Names, count: int) -> None:
    rule, mark = (row.rule, str(row.id)) if row else (Rule(""), "new")
    with st.form(f"rule-{mark}"):
        name = st.text_input("Name", rule.name, max_chars=80, key=f"rule-name-{mark}")
        st.markdown("**If** all of this holds; what is empty is not asked")
        given = st.text_input(
            "The text has one of these words or phrases (with commas between)", ", ".join(rule.words),
            key=f"rule-words-{mark}",
        )  # fmt: skip
        left, middle, right = st.columns(3)
        with left:
            service_id = _choose("The service is", names.services, rule.service_id, f"rule-service-{mark}")
        with middle:
            type_ = _choose("The assistant is sure of", names.types, rule.type, f"rule-type-{mark}")
        with right:
            least = _choose("It is at least", LEAST, rule.least_severity, f"rule-least-{mark}")
        st.markdown("**Then**")
        left, middle, right = st.columns(3)
        with left:
            team_id = _choose("It goes to", names.teams, rule.team_id, f"rule-team-{mark}")
        with middle:
            sets_type = _choose("Its type is", names.types, rule.sets_type, f"rule-sets-{mark}")
        last = count if row else count + 1
        place = right.number_input("Place in the order", 1, last, row.place if row else last, key=f"rule-place-{mark}")
        if st.form_submit_button("Save" if row else "Add the rule"):
            asked = (tuple(given.split(",")), type_ or "", service_id, least or "")
            found = Rule(name, *asked, team_id, sets_type or "", rule.id)
            said = "The rule is saved. Try it, then let it go live."
            attempt(lambda: routing.save_rule(desk, person, found, place=int(place)), said)


def _choose(label: str, names: Mapping[Key, str], current: Key | None, key: str) -> Key | None:
    keys = list(names)
    index = keys.index(current) if current in names else None
    return st.selectbox(label, keys, index, format_func=names.__getitem__, placeholder="Not said", key=key)


def _staffing(desk: Desk, person: Person) -> None:
    rows = [
        {
            "Team": team.name,
            "There": f"{team.available} of {team.people}",
            "Open": team.live,
            "For each there": f"{team.load:.1f}" if team.available else "",
            "Know": ", ".join(f"{words(skill)} ({n})" for skill, n in sorted(team.skills.items())),
        }
        for team in routing.staffing(desk, person)
    ]
    st.dataframe(rows, hide_index=True, alt="Teams with who is there, what is open and what they know")
    st.caption("People say under their name when they are away; leads say it under People. Skills stand there, too.")
