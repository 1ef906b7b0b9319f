import pytest

from kb import people
from kb.desk import Desk
from kb.errors import NotFound, NotValid
from kb.labels import Role
from kb.person import Person
from tests.conftest import Clock

PASSWORD = "a long enough password"


def make_first(desk: Desk, token: str, email: str = "first@example.com") -> str:
    return people.make_first_admin(desk, token=token, name="First", email=email, password=PASSWORD)


def test_the_first_link_makes_an_administrator_and_signs_in(desk: Desk) -> None:
    token = people.first_link(desk)
    assert token
    found = people.resolve(desk, make_first(desk, token))
    assert found
    assert (found.person.name, found.person.role) == ("First", Role.ADMIN)


def test_the_first_link_works_once(desk: Desk) -> None:
    token = people.first_link(desk)
    assert token
    make_first(desk, token)
    with pytest.raises(NotFound):
        make_first(desk, token, "second@example.com")


def test_a_later_start_replaces_the_first_link(desk: Desk) -> None:
    old, new = people.first_link(desk), people.first_link(desk)
    assert old
    assert new
    with pytest.raises(NotFound):
        make_first(desk, old)
    assert make_first(desk, new)


def test_there_is_no_first_link_once_an_administrator_is_there(desk: Desk, admin: Person) -> None:
    assert people.first_link(desk) is None


def test_a_bad_password_leaves_the_link_usable(desk: Desk) -> None:
    token = people.first_link(desk) or ""
    with pytest.raises(NotValid):
        people.make_first_admin(desk, token=token, name="First", email="first@example.com", password="short")
    with pytest.raises(NotValid):
        people.make_first_admin(desk, token=token, name="", email="first@example.com", password=PASSWORD)
    assert make_first(desk, token)


def test_an_invitation_says_whom_it_is_for_until_it_expires(desk: Desk, admin: Person, clock: Clock) -> None:
    token = people.add(desk, admin, name="Ann", email="ann@example.com", role=Role.USER).token
    assert people.invitation(desk, token) == people.Invitation("Ann", "ann@example.com", False)
    clock.forward(days=7)
    with pytest.raises(NotFound):
        people.invitation(desk, token)


def test_a_new_invitation_replaces_the_old_and_ends_sessions(desk: Desk, admin: Person) -> None:
    invited = people.add(desk, admin, name="Ann", email="ann@example.com", role=Role.USER)
    session = people.accept(desk, token=invited.token, password=PASSWORD)
    first, second = people.invite(desk, admin, invited.account_id), people.invite(desk, admin, invited.account_id)
    with pytest.raises(NotFound):
        people.accept(desk, token=first, password=PASSWORD)
    people.accept(desk, token=second, password=PASSWORD)
    assert people.resolve(desk, session) is None


def test_an_invitation_never_makes_an_administrator(desk: Desk, admin: Person) -> None:
    token = people.add(desk, admin, name="Ann", email="ann@example.com", role=Role.USER).token
    with pytest.raises(NotFound):
        make_first(desk, token)
    assert people.accept(desk, token=token, password=PASSWORD)


def test_a_disabled_person_cannot_use_an_invitation(desk: Desk, admin: Person) -> None:
    invited = people.add(desk, admin, name="Ann", email="ann@example.com", role=Role.USER)
    people.disable(desk, admin, invited.account_id)
    with pytest.raises(NotFound):
        people.accept(desk, token=invited.token, password=PASSWORD)
