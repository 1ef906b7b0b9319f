"""Types of incidents: added, renamed, merged, retired; what became of them."""

from __future__ import annotations

import streamlit as st

from kb import people, services
from kb.desk import Desk
from kb.labels import words
from kb.person import Person
from kb.services import PastChange, TypeRow
from pages.ui.frame import as_text
from pages.ui.running.saving import attempt

KINDS = {
    "added": "Added",
    "renamed": "Renamed",
    "merged": "Merged",
    "retired": "Taken out of use",
    "revived": "In use again",
}


def show(desk: Desk, person: Person, teams: dict[int, str]) -> None:
    st.subheader("Types")
    every = services.types(desk, with_inactive=True)
    names = {row.slug: row.name for row in every}
    rows = [_row(row, teams, names) for row in every]
    st.dataframe(rows, hide_index=True, alt="Types of incidents with their team")
    chosen = st.selectbox("Change", every, None, format_func=lambda row: row.name, placeholder="A new type", key="kind")
    _form(desk, person, chosen, teams)
    _merge(desk, person, [row for row in every if row.is_active])
    _history(desk, person)


def _row(row: TypeRow, teams: dict[int, str], names: dict[str, str]) -> dict[str, object]:
    state = "In use" if row.is_active else f"Part of {names[row.merged_into]}" if row.merged_into else "Not in use"
    team, skill = teams.get(row.team_id or 0, ""), words(row.skill) if row.skill else ""
    return {"Type": row.name, "State": state, "Team": team, "Skill": skill, "Means": row.description}


def _form(desk: Desk, person: Person, row: TypeRow | None, teams: dict[int, str]) -> None:
    mark = row.slug if row else "new"
    ids, skills = list(teams), list(people.skills(desk, person))
    with st.form(f"type-{mark}"):
        name = st.text_input("Name", row.name if row else "", max_chars=80, key=f"type-name-{mark}")
        meaning = st.text_input("Means", row.description if row else "", max_chars=500, key=f"type-means-{mark}")
        index = ids.index(row.team_id) if row and row.team_id in teams else None
        team_id = st.selectbox(
            "Team", ids, index, format_func=teams.__getitem__, placeholder="None", key=f"type-team-{mark}"
        )
        skill = row.skill if row else ""
        known = skills if skill in ("", *skills) else [*skills, skill]
        needs = st.selectbox(
            "Skill it needs",
            known,
            known.index(skill) if skill else None,
            format_func=words,
            placeholder="None",
            help="While nobody of the team is there, people of other teams who know it get it.",
            accept_new_options=True,
            key=f"type-skill-{mark}",
        )
        is_active = st.checkbox("In use", row.is_active if row else True, key=f"type-active-{mark}")
        if row is None:
            st.caption("The assistant learns a new type from incidents that people give it under Review.")
        if st.form_submit_button("Save" if row else "Add the type"):
            fields = {"description": meaning, "team_id": team_id, "skill": needs or "", "is_active": is_active}
            slug = row.slug if row else ""
            attempt(lambda: services.save_type(desk, person, slug, name=name, **fields), "The type is saved.")


def _merge(desk: Desk, person: Person, active: list[TypeRow]) -> None:
    with st.form("merge-types"):
        st.markdown("**Merge two types**")
        left, right = st.columns(2)
        old = left.selectbox("This one", active, None, format_func=lambda row: row.name, key="merge-from")
        new = right.selectbox("becomes part of", active, None, format_func=lambda row: row.name, key="merge-into")
        st.caption("Its incidents and articles move, and what was learned of it counts for the other. Nothing is lost.")
        if st.form_submit_button("Merge"):
            if old is None or new is None:
                st.error("Choose both types.")
                return
            said = f"{old.name} is part of {new.name} now."
            attempt(lambda: services.merge_types(desk, person, old.slug, into=new.slug), said)


def _history(desk: Desk, person: Person) -> None:
    past = services.type_history(desk, person, limit=20)
    if past:
        with st.expander("What became of the types"):
            for row in past:
                st.markdown(_said(row, desk))


def _said(row: PastChange, desk: Desk) -> str:
    names = " → ".join(filter(None, (row.old, row.new)))
    moved = f", {row.incidents:,} incidents moved" if row.incidents else ""
    at = f"{row.at.astimezone(desk.settings.zone):%d %b %Y}"
    return f"{at}: {KINDS[row.kind]} **{as_text(names)}** by {as_text(row.by)}{moved}"
