from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime

import pytest
from streamlit.testing.v1 import AppTest

from kb import people
from kb.desk import Desk
from kb.doors.session import sign_out_token
from kb.person import Person
from tests.conftest import Clock
from tests.pages.conftest import signed_in

Open = Callable[..., AppTest]


def test_guests_have_no_account_page(open_page: Open) -> None:
    with pytest.raises(ValueError, match=r"account\.py"):
        open_page(None, "account.py")


def test_the_sign_out_form_carries_this_sessions_token(open_page: Open, desk: Desk, user: Person) -> None:
    app = open_page(user, "account.py")
    assert any(sign_out_token(desk, int(app.user["sid"])) in html.proto.body for html in app.html)


def test_a_token_is_shown_once_and_works(open_page: Open, desk: Desk, agent: Person) -> None:
    app = open_page(agent, "account.py")
    app.text_input("token-name").input("Lobby [screen]")
    app.button[0].click().run()
    assert people.by_token(desk, app.code[0].value) == agent
    assert any(r"Lobby \[screen\]" in part.value for part in app.markdown)
    assert not app.run().code


def test_a_token_can_be_revoked(open_page: Open, desk: Desk, agent: Person) -> None:
    people.create_token(desk, agent, "old")
    app = open_page(agent, "account.py")
    next(button for button in app.button if button.label == "Revoke").click().run()
    assert people.tokens(desk, agent) == ()
    assert "no tokens" in app.caption[0].value


def test_a_token_needs_a_name(open_page: Open, desk: Desk, agent: Person) -> None:
    app = open_page(agent, "account.py")
    app.button[0].click().run()
    assert "80 characters" in app.error[0].value


def test_where_one_is_signed_in_is_shown_and_can_be_ended(
    open_page: Open, desk: Desk, agent: Person, clock: Clock
) -> None:
    elsewhere = int(signed_in(desk, agent)["sid"])
    clock.forward(minutes=5)
    app = open_page(agent, "account.py")
    lines = [part.value for part in app.markdown if part.value.startswith("Since")]
    assert lines == [
        "Since **today 09:05**, here; ends today 21:05 at the latest",
        "Since **today 09:00**, last seen today 09:00; ends today 21:00 at the latest",
    ]
    next(button for button in app.button if button.label == "End").click().run()
    assert people.resume(desk, elsewhere) is None
    assert people.resume(desk, int(app.user["sid"]))
    assert "End" not in [button.label for button in app.button]


def test_a_token_says_when_it_ends(open_page: Open, desk: Desk, agent: Person) -> None:
    app = open_page(agent, "account.py")
    app.text_input("token-name").input("Lobby")
    app.selectbox[0].set_value(30)
    app.button[0].click().run()
    assert "Made 02 Mar 2026, never used, ends 01 Apr 2026" in [part.value for part in app.caption]


def test_an_agent_says_when_they_are_back(open_page: Open, desk: Desk, agent: Person) -> None:
    app = open_page(agent, "account.py")
    app.date_input(f"away-day-{agent.id}").set_value(date(2026, 3, 9))
    next(button for button in app.button if button.label == "Save the day").click().run()
    assert not app.exception
    assert people.away_until(desk, agent, agent.id or 0) == datetime(2026, 3, 9, tzinfo=UTC)
    assert "**Away**, back on 09 March 2026" in [part.value for part in app.markdown]
    app.date_input(f"away-day-{agent.id}").set_value(None)
    next(button for button in app.button if button.label == "Save the day").click().run()
    assert people.away_until(desk, agent, agent.id or 0) is None


def test_who_has_no_incidents_is_not_asked(open_page: Open, user: Person) -> None:
    assert not open_page(user, "account.py").date_input
