"""Every page x every role, and what happens to an open page when its reader is demoted, signed out or closed."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from streamlit.testing.v1 import AppTest

from kb import people
from kb.desk import Desk
from kb.labels import Role
from kb.people.sessions import end_sessions
from kb.person import Person
from pages.ui import frame

Open = Callable[..., AppTest]
Make = Callable[..., Person]
LEAST = {file: least for file, _, _, least, _ in frame.SCREENS}
CLOSED = [file for file, least in LEAST.items() if least is not Role.GUEST]


def test_every_page_has_its_role() -> None:
    files = {path.name for path in frame.PAGES.glob("*.py")} - {"__init__.py", "portal.py"}
    assert files == set(LEAST)


def test_a_page_is_open_to_its_role_and_above_alone(open_page: Open, make_person: Make) -> None:
    for role in Role:
        person = None if role is Role.GUEST else make_person(role)
        for page, least in LEAST.items():
            if role.rank < least.rank:
                with pytest.raises(ValueError, match=page):
                    open_page(person, page)


@pytest.mark.parametrize("page", CLOSED)
def test_a_page_run_past_the_portal_asks_who_is_there(open_page: Open, make_person: Make, page: str) -> None:
    below = [role for role in Role if Role.GUEST.rank < role.rank < LEAST[page].rank]
    for role in below[-1:]:
        app = open_page(make_person(role))
        alone = AppTest.from_file(frame.PAGES / page, default_timeout=30)
        alone.user = app.user
        assert "isn't open to you" in alone.run().warning[0].value
        assert not alone.title


def demote(desk: Desk, admin: Person, person: Person) -> None:
    people.set_role(desk, admin, person.id or 0, Role.USER)


def close(desk: Desk, admin: Person, person: Person) -> None:
    people.disable(desk, admin, person.id or 0)


def sign_out_everywhere(desk: Desk, _admin: Person, person: Person) -> None:
    """What a change of password does to every other tab."""
    with desk.transaction() as session:
        end_sessions(session, person.id or 0)


@pytest.mark.parametrize("change", [demote, close, sign_out_everywhere])
@pytest.mark.parametrize("page", [page for page in CLOSED if LEAST[page].rank > Role.USER.rank])
def test_an_open_page_closes_at_the_next_click(
    open_page: Open, desk: Desk, admin: Person, make_person: Make, page: str, change: Callable[..., None]
) -> None:
    person = make_person(Role.ADMIN, "Second Admin")
    app = open_page(person, page)
    title = [one.value for one in app.title]
    change(desk, admin, person)
    app.run()
    assert [one.value for one in app.title] != title or not title
    assert not app.exception
