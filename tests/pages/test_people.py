from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime

import pytest
from streamlit.testing.v1 import AppTest

from kb import people
from kb.desk import Desk
from kb.labels import Role, SupportModel
from kb.person import Person

Open = Callable[..., AppTest]


def accounts(desk: Desk, admin: Person) -> dict[str, people.AccountView]:
    return {account.email: account for account in people.accounts(desk, admin)}


def submit(app: AppTest, label: str) -> AppTest:
    next(button for button in app.button if button.label == label).click().run()
    return app


def test_only_administrators_have_the_page(open_page: Open, lead: Person) -> None:
    with pytest.raises(ValueError, match=r"people\.py"):
        open_page(lead, "people.py")


def test_adding_somebody_shows_the_link_once(open_page: Open, desk: Desk, admin: Person) -> None:
    app = open_page(admin, "people.py")
    app.text_input("new-name").input("Ann *A*")
    app.text_input("new-email").input("ann@example.com")
    app.selectbox("new-role").select(Role.AGENT)
    submit(app, "Add")
    assert not app.exception
    token = app.code[0].value.split("token=")[1]
    assert people.invitation(desk, token).email == "ann@example.com"
    assert r"Ann \*A\*" in app.success[0].value
    assert not app.run().code


def test_a_taken_address_is_said_plainly(open_page: Open, desk: Desk, admin: Person) -> None:
    app = open_page(admin, "people.py")
    app.text_input("new-name").input("Me")
    app.text_input("new-email").input(admin.email)
    submit(app, "Add")
    assert "has an account already" in app.error[0].value


def test_role_team_and_skills_are_changed(open_page: Open, desk: Desk, admin: Person, user: Person) -> None:
    team = people.add_team(desk, admin, "Team A")
    app = open_page(admin, "people.py")
    app.selectbox("person").select_index(1).run()
    app.selectbox(f"role-{user.id}").select(Role.LEAD)
    app.selectbox(f"team-{user.id}").select(team)
    app.multiselect(f"skills-{user.id}").select("networking")
    submit(app, "Save")
    changed = accounts(desk, admin)[user.email]
    assert (changed.role, changed.team, changed.skills) == (Role.LEAD, "Team A", ("networking",))


def test_the_last_administrator_cannot_lock_everybody_out(open_page: Open, desk: Desk, admin: Person) -> None:
    app = open_page(admin, "people.py")
    submit(app, "Disable")
    assert "last administrator" in app.error[0].value
    assert not accounts(desk, admin)[admin.email].is_disabled


def test_disabling_somebody_ends_their_open_page(open_page: Open, admin: Person, user: Person) -> None:
    theirs = open_page(user, "account.py")
    app = open_page(admin, "people.py")
    app.selectbox("person").select_index(1).run()
    submit(app, "Disable")
    assert "session has ended" in theirs.run().warning[0].value


def test_teams_are_added_and_changed(open_page: Open, desk: Desk, admin: Person) -> None:
    app = open_page(admin, "people.py")
    app.text_input("new-team-name").input("Night shift")
    submit(app, "Add the team")
    (team,) = people.teams(desk, admin)
    app.selectbox(f"model-{team.id}").select(SupportModel.OUTSOURCED)
    next(button for button in app.button if "team-form" in button.form_id).click().run()
    assert people.teams(desk, admin)[0].support_model is SupportModel.OUTSOURCED


def test_an_administrator_says_that_somebody_is_away(open_page: Open, desk: Desk, admin: Person, agent: Person) -> None:
    app = open_page(admin, "people.py")
    box = next(box for box in app.selectbox if "Agent" in "".join(map(str, box.options)) and box.key != "new-role")
    box.select(next(option for option in box.options if "Agent" in str(option))).run()
    app.date_input(f"away-day-{agent.id}").set_value(date(2026, 3, 9))
    submit(app, "Save the day")
    assert people.away_until(desk, admin, agent.id or 0) == datetime(2026, 3, 9, tzinfo=UTC)
