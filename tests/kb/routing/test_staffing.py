"""Who is there and who should take it."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from kb import people
from kb.desk import Desk
from kb.errors import NotAllowed, NotFound
from kb.person import Person
from kb.routing import hands, staffing
from kb.tables import Incident
from tests.kb.routing.conftest import at_work, of_type
from tests.labelled import report

Hire = Callable[..., Person]
Ids = dict[str, int]


def test_a_team_is_shown_with_who_is_there_and_what_is_open(desk: Desk, admin: Person, team: Ids, hire: Hire) -> None:
    hire("Ann", team["team_a"], "databases")
    people.set_away(desk, admin, desk.now().replace(year=2030), account_id=hire("Abe", team["team_a"], "databases").id)
    at_work(desk, report(desk), team_id=team["team_a"])
    found = next(one for one in staffing(desk, admin) if one.name == "Team A")
    assert (found.people, found.available, found.live, found.load) == (2, 1, 1, 1.0)
    assert found.skills == {"databases": 1}


def test_first_comes_who_is_there_knows_how_and_has_least_to_do(desk: Desk, team: Ids, hire: Hire) -> None:
    of_type(desk, "access", skill="ldap")
    ann, ben = hire("Ann", team["team_a"], "ldap"), hire("Ben", team["team_a"], "ldap")
    hire("Cid", team["team_a"])
    gone, _other = hire("Dot", team["team_a"], "ldap"), hire("Eve", team["team_b"], "ldap")
    people.set_away(desk, gone, desk.now().replace(year=2030))
    at_work(desk, report(desk, "Busy"), team_id=team["team_a"], assignee_id=ann.id)
    wanted = report(desk, "Locked out")
    at_work(desk, wanted, team_id=team["team_a"])
    with desk.transaction() as session:
        session.get_one(Incident, wanted).type = "access"
    assert [hand.name for hand in hands(desk, ben, wanted)] == ["Ben", "Ann", "Cid", "Dot"]


def test_hands_are_for_agents_and_for_incidents_that_are(desk: Desk, user: Person, agent: Person) -> None:
    with pytest.raises(NotAllowed):
        hands(desk, user, 1)
    with pytest.raises(NotFound):
        hands(desk, agent, 999)


def test_one_says_for_oneself_how_long_one_is_away(desk: Desk, agent: Person, user: Person, lead: Person) -> None:
    until = desk.now().replace(year=2030)
    people.set_away(desk, agent, until)
    assert {row.name: row.away_until for row in people.accounts(desk, lead)}["Agent"] == until
    with pytest.raises(NotAllowed):
        people.set_away(desk, agent, until, account_id=lead.id)
    people.set_away(desk, lead, None, account_id=agent.id)
    assert {row.name: row.away_until for row in people.accounts(desk, lead)}["Agent"] is None
    with pytest.raises(NotAllowed):
        people.set_away(desk, user, until)
