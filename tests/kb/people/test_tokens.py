import pytest

from kb import people
from kb.desk import Desk
from kb.errors import NotAllowed, NotFound, NotValid
from kb.person import Person
from tests.conftest import Clock


def test_a_token_acts_as_its_owner(desk: Desk, agent: Person) -> None:
    assert people.by_token(desk, people.create_token(desk, agent, "dashboard")) == agent


def test_tokens_are_listed_without_the_secret(desk: Desk, agent: Person) -> None:
    secret = people.create_token(desk, agent, "dashboard")
    people.by_token(desk, secret)
    (token,) = people.tokens(desk, agent)
    assert (token.name, token.used_at) == ("dashboard", desk.now())
    assert secret not in repr(token)


def test_a_revoked_token_is_nobody(desk: Desk, agent: Person) -> None:
    secret = people.create_token(desk, agent, "dashboard")
    people.revoke_token(desk, agent, people.tokens(desk, agent)[0].id)
    assert people.by_token(desk, secret) is None
    assert people.tokens(desk, agent) == ()


def test_a_token_past_its_end_is_nobody(desk: Desk, agent: Person, clock: Clock) -> None:
    short, usual = people.create_token(desk, agent, "short", days=1), people.create_token(desk, agent, "usual")
    clock.forward(days=1)
    assert people.by_token(desk, short) is None
    assert people.by_token(desk, usual) == agent
    assert [one.name for one in people.tokens(desk, agent)] == ["usual", "short"]
    clock.forward(days=89)
    assert people.by_token(desk, usual) is None


@pytest.mark.parametrize("days", [0, -1, 366])
def test_no_token_lasts_for_good(desk: Desk, agent: Person, days: int) -> None:
    with pytest.raises(NotValid, match="365 days"):
        people.create_token(desk, agent, "x", days=days)


def test_a_disabled_persons_token_is_nobody(desk: Desk, agent: Person, admin: Person) -> None:
    secret = people.create_token(desk, agent, "dashboard")
    people.disable(desk, admin, agent.id or 0)
    assert people.by_token(desk, secret) is None


def test_nobody_revokes_anothers_token(desk: Desk, agent: Person, admin: Person) -> None:
    people.create_token(desk, agent, "dashboard")
    with pytest.raises(NotFound):
        people.revoke_token(desk, admin, people.tokens(desk, agent)[0].id)


def test_a_token_needs_a_name_and_an_account(desk: Desk, agent: Person, visitor: Person) -> None:
    with pytest.raises(NotValid):
        people.create_token(desk, agent, " ")
    with pytest.raises(NotAllowed):
        people.create_token(desk, visitor, "x")
