from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from sqlmodel import col, select

from kb import incidents, review, services
from kb.desk import Desk
from kb.errors import Conflict, NotAllowed, NotFound
from kb.labels import Role, Target
from kb.person import Person
from kb.tables import Account, Incident, OutboxRow, Review, Team
from kb.training import rows
from tests.labelled import opinion, report, stored


@pytest.fixture
def incident_id(desk: Desk) -> int:
    services.seed(desk)
    found = report(desk)
    opinion(desk, found)
    return found


def labels(desk: Desk, incident_id: int) -> dict[str, Any]:
    return stored(desk, incident_id).model_dump(
        include={"type", "severity", "team_id", "assignee_id", "response_due_at", "resolution_due_at"}
    )


def test_undoing_gives_back_what_was_before(desk: Desk, lead: Person, incident_id: int) -> None:
    with desk.transaction() as session:
        teams = session.exec(select(Team).order_by(Team.slug)).all()
        agent = agent_of(session, desk, teams[0].id)
        incident = session.get_one(Incident, incident_id)
        incident.team_id, incident.assignee_id = teams[0].id, agent
    before = labels(desk, incident_id)
    review.correct(desk, lead, incident_id, type="security", severity="critical", team_id=teams[1].id)
    assert labels(desk, incident_id) != before
    assert review.undo(desk, lead) == incident_id
    assert labels(desk, incident_id) == before


def agent_of(session: Any, desk: Desk, team_id: int | None) -> int:
    account = Account(name="Ann", email="ann@example.com", role=Role.AGENT, team_id=team_id, created_at=desk.now())
    session.add(account)
    session.flush()
    return account.id or 0


def test_what_was_taken_back_waits_again_and_teaches_nothing(desk: Desk, lead: Person, incident_id: int) -> None:
    review.accept(desk, lead, incident_id)
    assert review.queue(desk, lead).count == 0
    review.undo(desk, lead)
    assert [item.id for item in review.queue(desk, lead).items] == [incident_id]
    with desk.reading() as session:
        assert rows.collect(session, Target.TYPE).n_reviews == 0
        assert session.exec(select(Review.decision)).all() == ["accepted"]


def test_not_sure_can_be_taken_back(desk: Desk, lead: Person, incident_id: int) -> None:
    review.unsure(desk, lead, incident_id)
    review.undo(desk, lead)
    assert [item.id for item in review.queue(desk, lead).items] == [incident_id]


def test_one_after_the_other_is_taken_back(desk: Desk, lead: Person, incident_id: int) -> None:
    second = report(desk, "Another")
    review.accept(desk, lead, incident_id)
    review.correct(desk, lead, second, type="access")
    assert review.last(desk, lead) == f"INC-{second}"
    assert [review.undo(desk, lead), review.undo(desk, lead)] == [second, incident_id]
    assert review.last(desk, lead) == ""
    with pytest.raises(NotFound):
        review.undo(desk, lead)


def test_the_same_decision_can_be_made_again(desk: Desk, lead: Person, incident_id: int) -> None:
    review.accept(desk, lead, incident_id)
    review.undo(desk, lead)
    review.accept(desk, lead, incident_id)
    assert stored(desk, incident_id).type == "data_integration"
    assert review.queue(desk, lead).count == 0


def test_only_ones_own_decision_is_taken_back(desk: Desk, lead: Person, admin: Person, incident_id: int) -> None:
    review.accept(desk, lead, incident_id)
    with pytest.raises(NotFound):
        review.undo(desk, admin)


def test_what_somebody_has_changed_since_stays(desk: Desk, lead: Person, admin: Person, incident_id: int) -> None:
    review.accept(desk, lead, incident_id)
    review.correct(desk, admin, incident_id, type="access")
    with pytest.raises(Conflict):
        review.undo(desk, lead)
    assert stored(desk, incident_id).type == "access"


def test_a_team_that_took_it_over_since_keeps_it(desk: Desk, lead: Person, agent: Person, incident_id: int) -> None:
    review.accept(desk, lead, incident_id)
    with desk.reading() as session:
        team_id = session.exec(select(Team.id).order_by(Team.slug)).first()
    incidents.move(desk, agent, incident_id, team_id)
    with pytest.raises(Conflict):
        review.undo(desk, lead)


def test_after_a_day_a_decision_stands(desk: Desk, lead: Person, incident_id: int, clock: Any) -> None:
    review.accept(desk, lead, incident_id)
    clock.forward(days=1, seconds=1)
    with pytest.raises(NotFound):
        review.undo(desk, lead)


def test_the_former_team_is_told_again(
    desk: Desk, lead: Person, incident_id: int, make_person: Callable[..., Person]
) -> None:
    with desk.reading() as session:
        first, second = session.exec(select(Team.id).order_by(Team.slug).limit(2)).all()
    member = make_person(Role.AGENT, "Bea", first)
    incidents.move(desk, lead, incident_id, first)
    review.correct(desk, lead, incident_id, team_id=second)
    review.undo(desk, lead)
    with desk.reading() as session:
        told = session.exec(select(OutboxRow.subject).where(col(OutboxRow.account_id) == member.id)).all()
    assert told == [f"INC-{incident_id}: moved to your team"] * 2


def test_only_leads_undo(desk: Desk, agent: Person) -> None:
    for verb in (review.undo, review.last):
        with pytest.raises(NotAllowed):
            verb(desk, agent)
