"""The forms of the people page, and of the first steps."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial

import streamlit as st

from kb import people
from kb.desk import Desk
from kb.errors import FirstlineError
from kb.labels import Role, SupportModel, words
from kb.people import AccountView, TeamView
from kb.person import Person
from pages.ui import away, frame

ROLES = [role for role in Role if role is not Role.GUEST]


def table(everybody: Sequence[AccountView]) -> list[dict[str, str]]:
    """Rows for st.dataframe."""
    return [
        {
            "Name": account.name,
            "E-mail": account.email,
            "Role": words(account.role),
            "Team": account.team,
            "Skills": ", ".join(words(skill) for skill in account.skills),
            "State": "Disabled" if account.is_disabled else "Invited" if account.is_invited else "Active",
        }
        for account in everybody
    ]


def add(desk: Desk, person: Person, teams: Sequence[TeamView]) -> None:
    """Add somebody; the link that sets the password is shown once."""
    with st.form("new-person"):
        name = st.text_input("Name", key="new-name", max_chars=100)
        email = st.text_input("E-mail address", key="new-email", max_chars=200)
        role = st.selectbox("Role", ROLES, format_func=words, key="new-role")
        team_id = _team("Team", teams, None, key="new-team-of-person")
        is_wanted = st.form_submit_button("Add")
    if is_wanted:
        try:
            invited = people.add(desk, person, name=name, email=email, role=role, team_id=team_id)
        except FirstlineError as error:
            st.error(str(error))
        else:
            _show_link(desk, invited.token, name)


def change(desk: Desk, person: Person, account: AccountView, teams: Sequence[TeamView]) -> None:
    """Role, team and skills of one person; a new link; the door."""
    with st.form(f"change-{account.id}"):
        st.selectbox("Role", ROLES, index=ROLES.index(account.role), format_func=words, key=f"role-{account.id}")
        _team("Team", teams, account.team_id, key=f"team-{account.id}")
        st.multiselect(
            "Skills",
            sorted({*people.skills(desk, person), *account.skills}),
            default=account.skills,
            format_func=words,
            accept_new_options=True,
            key=f"skills-{account.id}",
        )
        st.form_submit_button("Save", on_click=_try, args=(partial(_save, desk, person, account.id),))
    if account.role.rank >= Role.AGENT.rank:
        away.ask(desk, person, account.id)
    with st.container(horizontal=True):
        if st.button("New password link", key=f"invite-{account.id}", help="The link before stops working."):
            _show_link(desk, people.invite(desk, person, account.id), account.name)
        verb, label = (people.enable, "Enable") if account.is_disabled else (people.disable, "Disable")
        st.button(label, key=f"door-{account.id}", on_click=_try, args=(partial(verb, desk, person, account.id),))


def change_team(desk: Desk, person: Person, team: TeamView) -> None:
    """Name and support model of one team."""
    models = list(SupportModel)
    with st.form(f"team-form-{team.id}"):
        left, middle, right = st.columns([3, 2, 1], vertical_alignment="bottom")
        left.text_input("Team", team.name, key=f"team-name-{team.id}", max_chars=80)
        middle.selectbox(
            "Support model", models, index=models.index(team.support_model), format_func=words, key=f"model-{team.id}"
        )
        right.form_submit_button("Save", on_click=_try, args=(partial(_save_team, desk, person, team.id),))


def add_team(desk: Desk, person: Person) -> None:
    with st.form("new-team", clear_on_submit=True):
        st.text_input("New team", key="new-team-name", max_chars=80)
        st.form_submit_button("Add the team", on_click=_try, args=(partial(_add_team, desk, person),))


def _save(desk: Desk, person: Person, account_id: int) -> None:
    state = st.session_state
    people.set_role(desk, person, account_id, state[f"role-{account_id}"])
    people.set_team(desk, person, account_id, state[f"team-{account_id}"])
    people.set_skills(desk, person, account_id, state[f"skills-{account_id}"])


def _save_team(desk: Desk, person: Person, team_id: int) -> None:
    name, model = st.session_state[f"team-name-{team_id}"], st.session_state[f"model-{team_id}"]
    people.change_team(desk, person, team_id, name=name, support_model=model)


def _add_team(desk: Desk, person: Person) -> None:
    people.add_team(desk, person, st.session_state["new-team-name"])


def _try(action: Callable[[], None]) -> None:
    """Do it and say so, or say why not."""
    try:
        action()
    except FirstlineError as error:
        st.error(str(error))
    else:
        st.toast("Saved.")


def _team(label: str, teams: Sequence[TeamView], team_id: int | None, *, key: str) -> int | None:
    names = {team.id: team.name for team in teams}
    options = [None, *names]
    index = options.index(team_id) if team_id in options else 0
    return st.selectbox(label, options, index=index, format_func=lambda chosen: names.get(chosen, "No team"), key=key)


def _show_link(desk: Desk, token: str, name: str) -> None:
    st.success(f"Give this link to {frame.as_text(name)}. It sets the password, works once and for seven days.")
    st.code(frame.address(desk, f"/account/invite?token={token}"), language=None, wrap_lines=True)
