"""The filters of the work list and the lists saved from them."""

from __future__ import annotations

import streamlit as st

from kb import incidents, people
from kb.desk import Desk
from kb.incidents import Filters, View
from kb.labels import Severity, Status, words
from kb.person import Person
from pages.ui import frame
from pages.ui.incidents import act, severity_words

Choice = tuple[str, list[str], dict[str, str]]
"""Label, options and the words of those whose own do not do."""


def choices(desk: Desk, person: Person, types: dict[str, str]) -> dict[str, Choice]:
    teams = {str(team.id): team.name for team in people.teams(desk, person)}
    return {
        "status": ("Status", ["live", "", *Status], {"live": "Not resolved", "": "All"}),
        "severity": ("Severity", ["", *reversed(Severity)], {"": "All", **{s: severity_words(s) for s in Severity}}),
        "type": ("Type", ["", "none", *types], {"": "All", "none": "Not known yet", **types}),
        "team": ("Team", ["", "none", *teams], {"": "All", "none": "No team", **teams}),
        "assignee": ("Assignee", ["", "me", "none"], {"": "All", "me": "Me", "none": "Nobody"}),
    }


def fill(known: dict[str, Choice], filters: Filters) -> None:
    """Set the controls; what is no choice (any more) counts as the first."""
    for name, (_, options, _) in known.items():
        value = getattr(filters, name)
        st.session_state[name] = value if value in options else options[0]
    st.session_state["text"], st.session_state["overdue"] = filters.text, filters.overdue == "yes"


def open_view(known: dict[str, Choice], view: View) -> None:
    fill(known, view.filters)
    first_page()


def first_page() -> None:
    st.session_state["page"] = 1


def ask(known: dict[str, Choice]) -> Filters:
    """The controls, first filled from the address."""
    if "status" not in st.session_state:
        fill(known, Filters.of(st.query_params.to_dict()))
    for column, (name, (label, options, names)) in zip(st.columns(len(known)), known.items(), strict=True):
        column.selectbox(
            label,
            options,
            key=name,
            on_change=first_page,
            format_func=lambda one, names=names: names.get(one) or words(one),
        )
    left, right = st.columns([4, 1], vertical_alignment="bottom")
    left.text_input("Words or a number", key="text", live="300ms", type="search", on_change=first_page)
    right.checkbox("Only overdue", key="overdue", on_change=first_page)
    chosen = {name: st.session_state[name] for name in (*known, "text")}
    return Filters.of({**chosen, "overdue": "yes" if st.session_state["overdue"] else ""})


def show_views(desk: Desk, person: Person, known: dict[str, Choice], filters: Filters) -> None:
    """Open, delete or save a list."""
    with st.popover("Saved lists", icon=":material/bookmark:"):
        for view in incidents.views(desk, person):
            name, drop = st.columns([3, 1])
            shared = "" if view.is_mine else " (shared)"
            name.button(
                frame.as_text(view.name) + shared, key=f"view-{view.id}", on_click=open_view, args=(known, view)
            )
            if view.is_mine:
                gone = (incidents.delete_view, desk, person, view.id)
                drop.button("Delete", key=f"drop-{view.id}", type="tertiary", on_click=act, args=gone)
        with st.form("save-view", border=False, clear_on_submit=True):
            name = st.text_input("Save this list as", max_chars=60)
            is_shared = st.checkbox("Share with other agents")
            if st.form_submit_button("Save"):
                act(incidents.save_view, desk, person, name, filters, is_shared=is_shared, done="Saved.")
                st.rerun()
