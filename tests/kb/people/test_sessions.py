from concurrent.futures import ThreadPoolExecutor

import pytest

from kb import people
from kb.desk import Desk
from kb.errors import NotAllowed, NotFound
from kb.labels import Role
from kb.people import TooManyAttempts
from kb.people.sessions import start_session
from kb.person import Person
from kb.tables import Account
from tests.conftest import Clock

PASSWORD = "a long enough password"


@pytest.fixture
def ann(desk: Desk, admin: Person) -> people.Invited:
    invited = people.add(desk, admin, name="Ann", email="Ann@Example.com", role=Role.AGENT)
    people.accept(desk, token=invited.token, password=PASSWORD)
    return invited


def sign_in(desk: Desk, password: str = PASSWORD, email: str = "ann@example.com", address: str = "10.0.0.1") -> str:
    return people.sign_in(desk, email=email, password=password, address=address)


def person(desk: Desk, token: str) -> Person | None:
    found = people.resolve(desk, token)
    return found.person if found else None


def test_the_right_password_signs_in_with_any_case_of_the_address(desk: Desk, ann: people.Invited) -> None:
    found = person(desk, sign_in(desk, email=" ANN@example.com "))
    assert found == Person(ann.account_id, "Ann", "ann@example.com", Role.AGENT)


def test_every_sign_in_has_its_own_token(desk: Desk, ann: people.Invited) -> None:
    assert sign_in(desk) != sign_in(desk)


@pytest.mark.parametrize("email", ["ann@example.com", "nobody@example.com"])
def test_known_and_unknown_names_fail_and_slow_down_alike(desk: Desk, ann: people.Invited, email: str) -> None:
    for _ in range(5):
        with pytest.raises(NotAllowed, match="don't fit together"):
            sign_in(desk, "wrong", email)
    with pytest.raises(TooManyAttempts):
        sign_in(desk, PASSWORD, email)


def test_the_slow_down_ends_after_a_quarter_of_an_hour(desk: Desk, ann: people.Invited, clock: Clock) -> None:
    for _ in range(5):
        with pytest.raises(NotAllowed):
            sign_in(desk, "wrong")
    clock.forward(minutes=15)
    assert person(desk, sign_in(desk))


def test_one_address_is_slowed_down_over_many_names(desk: Desk, ann: people.Invited) -> None:
    for number in range(30):
        with pytest.raises(NotAllowed):
            sign_in(desk, "wrong", f"somebody{number}@example.com")
    with pytest.raises(TooManyAttempts):
        sign_in(desk)
    assert sign_in(desk, address="10.0.0.2")


def test_a_right_password_forgets_the_failures_before_it(desk: Desk, ann: people.Invited) -> None:
    for _ in range(2):
        for _ in range(4):
            with pytest.raises(NotAllowed, match="fit"):
                sign_in(desk, "wrong")
        sign_in(desk)


def test_a_session_ends_after_twelve_hours_of_work(desk: Desk, ann: people.Invited, clock: Clock) -> None:
    token = sign_in(desk)
    for _ in range(23):
        clock.forward(minutes=30)
        assert person(desk, token)
    clock.forward(minutes=30)
    assert not person(desk, token)


def test_a_session_ends_after_an_idle_hour(desk: Desk, ann: people.Invited, clock: Clock) -> None:
    token = sign_in(desk)
    clock.forward(minutes=60)
    assert not person(desk, token)


def test_signing_out_ends_that_session_alone(desk: Desk, ann: people.Invited) -> None:
    first, second = sign_in(desk), sign_in(desk)
    found = people.resolve(desk, first)
    assert found
    people.sign_out(desk, found.session_id)
    assert not person(desk, first)
    assert person(desk, second)


def test_a_disabled_person_is_out_at_once_and_cannot_return(desk: Desk, ann: people.Invited, admin: Person) -> None:
    token = sign_in(desk)
    people.disable(desk, admin, ann.account_id)
    assert not person(desk, token)
    with pytest.raises(NotAllowed, match="fit"):
        sign_in(desk)
    people.enable(desk, admin, ann.account_id)
    assert not person(desk, token)
    assert sign_in(desk)


def test_whoever_was_disabled_by_other_hands_is_out_too(desk: Desk, ann: people.Invited) -> None:
    token = sign_in(desk)
    with desk.transaction() as session:
        session.get_one(Account, ann.account_id).is_disabled = True
    assert not person(desk, token)


def test_a_new_role_holds_for_a_session_already_open(desk: Desk, ann: people.Invited, admin: Person) -> None:
    token = sign_in(desk)
    people.set_role(desk, admin, ann.account_id, Role.LEAD)
    found = person(desk, token)
    assert found
    assert found.role is Role.LEAD


def test_a_new_password_ends_the_other_sessions(desk: Desk, ann: people.Invited) -> None:
    other, mine = sign_in(desk), sign_in(desk)
    found = people.resolve(desk, mine)
    assert found
    people.change_password(desk, found.person, old=PASSWORD, new="another good one", session_id=found.session_id)
    assert person(desk, mine)
    assert not person(desk, other)
    with pytest.raises(NotAllowed):
        sign_in(desk)


def test_a_new_password_needs_the_old_one(desk: Desk, ann: people.Invited) -> None:
    found = person(desk, sign_in(desk))
    assert found
    with pytest.raises(NotAllowed):
        people.change_password(desk, found, old="wrong", new="another good one", session_id=None)


def test_no_token_is_nobody(desk: Desk) -> None:
    assert people.resolve(desk, "") is None
    assert people.resolve(desk, "made-up") is None


def test_a_hundred_guesses_at_once_are_counted_like_one_after_the_other(desk: Desk, ann: people.Invited) -> None:
    def guess(number: int) -> str:
        try:
            sign_in(desk, f"wrong{number}", address=f"10.0.0.{number}")
        except NotAllowed as error:
            return type(error).__name__
        return "in"

    with ThreadPoolExecutor(16) as pool:
        said = list(pool.map(guess, range(40)))
    assert said.count("NotAllowed") <= 5
    assert "in" not in said


def test_a_new_password_and_a_closed_account_kill_links_that_would_set_another(
    desk: Desk, admin: Person, ann: people.Invited
) -> None:
    signed_in = person(desk, sign_in(desk))
    assert signed_in
    links = [people.invite(desk, admin, ann.account_id)]
    people.change_password(desk, signed_in, old=PASSWORD, new="another long phrase", session_id=None)
    links.append(people.invite(desk, admin, ann.account_id))
    people.disable(desk, admin, ann.account_id)
    people.enable(desk, admin, ann.account_id)
    for link in links:
        with pytest.raises(NotFound):
            people.accept(desk, token=link, password="a third long phrase")


def test_ones_own_living_sessions_are_listed(desk: Desk, user: Person, agent: Person, clock: Clock) -> None:
    for person in (user, user, agent):
        with desk.transaction() as session:
            start_session(session, desk, session.get_one(Account, person.id))
    assert len(people.sessions(desk, user)) == 2
    people.sign_out(desk, people.sessions(desk, user)[0].id)
    assert len(people.sessions(desk, user)) == 1
    clock.forward(minutes=61)
    assert people.sessions(desk, user) == people.sessions(desk, agent) == ()


def test_nobody_ends_anothers_session(desk: Desk, user: Person, admin: Person) -> None:
    with desk.transaction() as session:
        start_session(session, desk, session.get_one(Account, user.id))
    mine = people.sessions(desk, user)[0].id
    with pytest.raises(NotFound):
        people.end_session(desk, admin, mine)
    assert people.resume(desk, mine)
    people.end_session(desk, user, mine)
    assert people.resume(desk, mine) is None
