"""What an agent does with an incident, beside it."""

from __future__ import annotations

from collections.abc import Callable

import streamlit as st

from kb import articles, incidents, people, triage
from kb.articles import number as article_id
from kb.desk import Desk
from kb.errors import FirstlineError
from kb.incidents import IncidentView
from kb.labels import Role, Status, in_100, words
from kb.person import Person
from pages.ui import frame
from pages.ui.drafting import Form, fragment
from pages.ui.incidents import act, moment, objection

MOST_LINES = 60
SOLUTION = ("resolution", "cause", "article")
NONE = {"Assignee": "Nobody", "Team": "No team"}


def show(desk: Desk, person: Person, seen: IncidentView) -> None:
    st.subheader("Work on it", anchor=False)
    _deadlines(desk, seen)
    _ledgers(desk, person, seen)
    _opinions(seen)
    if not seen.is_stopped:
        _people(desk, person, seen)
        _status(desk, person, seen)
        _resolve(desk, person, seen)
    elif seen.status is Status.RESOLVED:
        close = (incidents.set_status, desk, person, seen.id, Status.CLOSED)
        st.button("Close", on_click=act, args=close, width="stretch")
    _article(desk, person, seen)
    if seen.cause:
        st.caption(f"Cause: {frame.as_text(seen.cause)}")


def _deadlines(desk: Desk, seen: IncidentView) -> None:
    for what, due_at, done_at, is_late in (
        ("Answer", seen.response_due_at, seen.responded_at, seen.is_response_breached),
        ("Solution", seen.resolution_due_at, seen.resolved_at, seen.is_resolution_breached),
    ):
        if due_at is None:
            continue
        state = f"done {moment(desk, done_at)}" if done_at else f"due {moment(desk, due_at)}"
        late = is_late or (done_at is None and due_at < desk.now() and seen.status is not Status.ON_HOLD)
        st.markdown(f"{what}: {frame.as_text(state)}" + (" **overdue**" if late else ""))


def _ledgers(desk: Desk, person: Person, seen: IncidentView) -> None:
    """What counted towards each due time, what was on hold and what lay out of hours."""
    with st.expander("How the due times came about", icon=":material/schedule:", on_change="rerun") as fold:
        for one in incidents.deadlines(desk, person, seen.id) if fold.open else ():
            counted = one.ledger.counted_seconds / 60
            st.markdown(f"**{one.what.capitalize()}**: {counted:,.0f} of {one.promised_seconds / 60:,.0f} minutes")
            lines = [
                f"- {moment(desk, line.start)} to {moment(desk, line.end)}: {line.share}"
                + (f", {line.seconds / 60:,.0f} min" if line.seconds else "")
                for line in one.ledger.lines[:MOST_LINES]
            ]
            st.markdown("\n".join(lines))


def _opinions(seen: IncidentView) -> None:
    for target, said in seen.opinions.items():
        sure = "sure" if said.is_sure else "not sure"
        others = ", ".join(f"{words(label)} {in_100(share)}" for label, share in said.candidates[:3])
        told = f"Assistant on {target}: {sure}. {frame.as_text(others)}"
        st.caption("; ".join(filter(None, (told, triage.frequency(said.n_alike, said.n_right)))))
    if "severity" in seen.opinions and seen.opinions["severity"].label != seen.severity:
        st.caption(f"The text sounds {seen.opinions['severity'].label}; impact and urgency decide.")


def _people(desk: Desk, person: Person, seen: IncidentView) -> None:
    if seen.assignee_id != person.id and person.id is not None:
        mine = (incidents.assign, desk, person, seen.id, person.id)
        st.button("Assign to me", type="primary", on_click=act, args=mine, width="stretch")
    staff = {
        a.id: a.name for a in people.accounts(desk, person) if a.role.rank >= Role.AGENT.rank and not a.is_disabled
    }
    _choose("Assignee", staff, seen.assignee_id, lambda one: act(incidents.assign, desk, person, seen.id, one))
    teams = {team.id: team.name for team in people.teams(desk, person)}
    _choose("Team", teams, seen.team_id, lambda one: act(incidents.move, desk, person, seen.id, one))


def _choose(label: str, names: dict[int, str], chosen: int | None, set_to: Callable[[int | None], object]) -> None:
    """A list of names, nobody first; choosing one sets it."""
    options = [None, *names]
    key = f"{label}-{chosen}"

    def change() -> None:
        set_to(st.session_state[key])

    st.selectbox(
        label,
        options,
        index=options.index(chosen) if chosen in options else 0,
        key=key,
        format_func=lambda one: NONE[label] if one is None else names[one],
        on_change=change,
    )


def _status(desk: Desk, person: Person, seen: IncidentView) -> None:
    choices = {Status.OPEN: "Open", Status.ON_HOLD: "Put on hold", Status.CLOSED: "Close without solution"}
    with st.container(horizontal=True):
        for status, label in choices.items():
            if status is not seen.status:
                change = (incidents.set_status, desk, person, seen.id, status)
                st.button(label, key=f"set-{status}", on_click=act, args=change, kwargs={"expected": seen.status})


@fragment
def _resolve(desk: Desk, person: Person, seen: IncidentView) -> None:
    linked = {article.id: article.title for article in seen.articles}
    form = Form(desk, person, f"{person.rater}:resolve:{seen.id}", SOLUTION, f"resolve-{seen.id}")
    form.fill(dict.fromkeys(SOLUTION))
    if form.value("article") not in linked:  # its link was taken back meanwhile
        st.session_state[form.name("article")] = None
    with st.expander("Resolve", icon=":material/task_alt:", expanded=form.is_back):
        name, kept = form.name, {"max_chars": 100_000, **form.on_change}
        st.text_area("What solved it (the reporter reads it)", key=name("resolution"), **kept)
        st.text_area("What caused it (for support)", key=name("cause"), **kept)
        st.selectbox(
            "Article that solved it", list(linked), key=name("article"), format_func=lambda one: linked[one],
            placeholder="None of those linked", **form.on_change,
        )  # fmt: skip
        st.button("Resolve", type="primary", on_click=_send_solution, args=(form, seen))
        objection()


def _send_solution(form: Form, seen: IncidentView) -> None:
    form.send(
        incidents.resolve, seen.id, resolution=form.value("resolution") or "", cause=form.value("cause") or "",
        article_id=form.value("article"), expected=seen.status, done="Resolved. The reporter is told.",
    )  # fmt: skip


def _article(desk: Desk, person: Person, seen: IncidentView) -> None:
    with st.expander("Link an article", icon=":material/link:"), st.form("link", border=False, clear_on_submit=True):
        label = st.text_input("Its number, such as KB-12")
        is_solution = st.checkbox("It solved the incident", value=seen.is_stopped)
        if st.form_submit_button("Link"):
            _link(desk, person, seen, label, is_solution)
    if seen.is_stopped and st.button("Draft an article from it", icon=":material/edit_document:", width="stretch"):
        try:
            drafted = articles.draft_from_incident(desk, person, seen.id)
        except FirstlineError as error:
            st.error(str(error))
        else:
            st.switch_page(frame.PAGES / "write.py", query_params={"id": f"KB-{drafted}"})


def _link(desk: Desk, person: Person, seen: IncidentView, label: str, is_solution: bool) -> None:
    try:
        incidents.link_article(desk, person, seen.id, article_id(label), is_solution=is_solution)
    except FirstlineError as error:
        st.session_state["objection"] = str(error)
    st.rerun()
