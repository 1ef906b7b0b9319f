"""Services people use and the types their incidents have."""

from __future__ import annotations

import streamlit as st

from kb import people, services
from kb.desk import Desk
from kb.labels import SupportModel, words
from kb.person import Person
from kb.services import ServiceRow
from pages.ui.running import types
from pages.ui.running.saving import attempt

MODELS = list(SupportModel)


def show(desk: Desk, person: Person) -> None:
    teams = {team.id: team.name for team in people.teams(desk, person)}
    left, right = st.columns(2, gap="large")
    with left:
        st.subheader("Services")
        rows = services.services(desk, with_inactive=True)
        st.dataframe([_service_row(row, teams) for row in rows], hide_index=True, alt="Services with team and model")
        chosen = st.selectbox(
            "Change", rows, None, format_func=lambda row: row.name, placeholder="A new service", key="service"
        )
        _service_form(desk, person, chosen, teams)
    with right:
        types.show(desk, person, teams)


def _service_row(row: ServiceRow, teams: dict[int, str]) -> dict[str, object]:
    team = teams.get(row.team_id or 0, "")
    return {"Service": row.name, "Team": team, "Run": words(row.support_model), "In use": row.is_active}


def _team(teams: dict[int, str], current: int | None, key: str) -> int | None:
    ids = list(teams)
    index = ids.index(current) if current in teams else None
    return st.selectbox("Team", ids, index, format_func=teams.__getitem__, placeholder="None", key=key)


def _service_form(desk: Desk, person: Person, row: ServiceRow | None, teams: dict[int, str]) -> None:
    mark = row.id if row else "new"
    with st.form(f"service-{mark}"):
        name = st.text_input("Name", row.name if row else "", max_chars=80, key=f"service-name-{mark}")
        team_id = _team(teams, row.team_id if row else None, f"service-team-{mark}")
        index = MODELS.index(row.support_model) if row else 0
        model = st.selectbox("Run", MODELS, index, format_func=words, key=f"service-model-{mark}")
        is_active = st.checkbox("In use", row.is_active if row else True, key=f"service-active-{mark}")
        if st.form_submit_button("Save" if row else "Add the service"):
            fields = {"name": name, "team_id": team_id, "support_model": model, "is_active": is_active}
            number = row.id if row else None
            attempt(lambda: services.save_service(desk, person, service_id=number, **fields), "The service is saved.")
