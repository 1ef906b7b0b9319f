"""People: accounts with their roles, teams and skills; invitations; teams."""

import streamlit as st

from kb import people
from kb.labels import Role
from pages.ui import frame, people_forms

desk, person = frame.enter(Role.ADMIN)
st.title("People")
everybody, teams = people.accounts(desk, person), people.teams(desk, person)
tab_people, tab_new, tab_teams = st.tabs(["People", "Add somebody", "Teams"])

with tab_people:
    st.dataframe(
        people_forms.table(everybody), hide_index=True, width="stretch", alt="Everybody with role, team and skills"
    )
    chosen = st.selectbox(
        "Change somebody", everybody, format_func=lambda account: f"{account.name}, {account.email}", key="person"
    )
    if chosen:
        people_forms.change(desk, person, chosen, teams)

with tab_new:
    people_forms.add(desk, person, teams)

with tab_teams:
    for team in teams:
        people_forms.change_team(desk, person, team)
    people_forms.add_team(desk, person)
