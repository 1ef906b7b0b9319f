from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest
from sqlmodel import col, select

from kb import people, review, services
from kb.desk import Desk
from kb.errors import NotAllowed, NotFound, NotValid
from kb.labels import Role
from kb.person import OPERATOR, Person
from kb.tables import Account, Incident, IncidentType, OutboxRow, Review, Team, TimelineEntry
from tests.labelled import opinion, report, stored


@pytest.fixture(autouse=True)
def seeded(desk: Desk) -> None:
    services.seed(desk)


@pytest.fixture
def incident_id(desk: Desk) -> int:
    found = report(desk)
    opinion(desk, found)
    return found


def judgements(desk: Desk) -> list[Review]:
    with desk.reading() as session:
        return list(session.exec(select(Review).order_by(col(Review.id))))


def entries(desk: Desk, incident_id: int) -> list[tuple[str, str, str, str]]:
    query = select(TimelineEntry).where(TimelineEntry.incident_id == incident_id).order_by(col(TimelineEntry.id))
    with desk.reading() as session:
        return [(row.kind, row.field, row.old, row.new) for row in session.exec(query)][1:]


def team_of(desk: Desk, slug: str) -> int:
    with desk.reading() as session:
        return session.exec(select(Team).where(Team.slug == slug)).one().id or 0


def route(desk: Desk, type_: str, team_id: int) -> None:
    with desk.transaction() as session:
        session.get_one(IncidentType, type_).team_id = team_id


def test_accepting_gives_the_incident_the_type_that_was_shown(desk: Desk, lead: Person, incident_id: int) -> None:
    review.accept(desk, lead, incident_id, seconds=12)
    assert stored(desk, incident_id).type == "data_integration"
    row = judgements(desk)[0]
    assert (row.decision, row.type, row.severity, row.seconds) == ("accepted", "data_integration", "medium", 12)
    assert entries(desk, incident_id) == [("label", "type", "", "data_integration")]


def test_correcting_the_type_is_a_row_and_an_entry(desk: Desk, lead: Person, incident_id: int) -> None:
    review.correct(desk, lead, incident_id, type="software_bug")
    row = judgements(desk)[0]
    assert (row.reviewer_id, row.decision, row.type) == (lead.id, "corrected", "software_bug")
    assert ("label", "type", "", "software_bug") in entries(desk, incident_id)


def test_choosing_what_was_shown_is_accepting(desk: Desk, lead: Person, incident_id: int) -> None:
    review.correct(desk, lead, incident_id, type="data_integration", severity="medium")
    assert judgements(desk)[0].decision == "accepted"


def test_another_severity_sets_the_due_times_anew(desk: Desk, lead: Person, incident_id: int) -> None:
    before = stored(desk, incident_id)
    review.correct(desk, lead, incident_id, severity="critical")
    after = stored(desk, incident_id)
    assert after.severity == "critical"
    assert after.response_due_at
    assert before.response_due_at
    assert after.response_due_at < before.response_due_at
    assert ("label", "severity", "medium", "critical") in entries(desk, incident_id)


def test_the_chosen_team_gets_the_incident_and_is_told(
    desk: Desk, lead: Person, incident_id: int, make_person: Callable[..., Person]
) -> None:
    team_id = team_of(desk, "team_b")
    member = make_person(Role.AGENT, "Bea", team_id)
    review.correct(desk, lead, incident_id, team_id=team_id)
    assert stored(desk, incident_id).team_id == team_id
    with desk.reading() as session:
        told = session.exec(select(OutboxRow.subject).where(OutboxRow.account_id == member.id)).all()
    assert told == [f"INC-{incident_id}: moved to your team"]


def test_a_type_moves_an_incident_without_team_to_its_own(desk: Desk, lead: Person, incident_id: int) -> None:
    a, b = team_of(desk, "team_a"), team_of(desk, "team_b")
    route(desk, "data_integration", a)
    route(desk, "security", b)
    review.accept(desk, lead, incident_id)
    assert stored(desk, incident_id).team_id == a
    review.correct(desk, lead, incident_id, type="security")
    assert stored(desk, incident_id).team_id == b


@pytest.fixture
def away(desk: Desk, make_person: Callable[..., Person]) -> tuple[int, int]:
    """Team A owns security, and Ann, all of it, is away; Bea of Team B knows how. The ids of both teams."""
    a, b = team_of(desk, "team_a"), team_of(desk, "team_b")
    ann, bea = make_person(Role.AGENT, "Ann", a), make_person(Role.AGENT, "Bea", b)
    people.set_skills(desk, OPERATOR, bea.id or 0, ["forensics"])
    with desk.transaction() as session:
        kind = session.get_one(IncidentType, "security")
        kind.team_id, kind.skill = a, "forensics"
        session.get_one(Account, ann.id).away_until = desk.now() + timedelta(days=1)
    return a, b


def test_a_type_whose_team_is_away_gives_the_incident_to_who_knows_how(
    desk: Desk, lead: Person, incident_id: int, away: tuple[int, int]
) -> None:
    review.correct(desk, lead, incident_id, type="security")
    assert stored(desk, incident_id).team_id == away[1]


def test_accepting_leaves_an_incident_with_its_team_though_that_is_away(
    desk: Desk, lead: Person, incident_id: int, away: tuple[int, int]
) -> None:
    with desk.transaction() as session:
        incident = session.get_one(Incident, incident_id)
        incident.type, incident.team_id = "security", away[0]
    review.accept(desk, lead, incident_id)
    assert stored(desk, incident_id).team_id == away[0]


def test_a_team_that_was_chosen_otherwise_stays(desk: Desk, lead: Person, incident_id: int) -> None:
    a, c = team_of(desk, "team_a"), team_of(desk, "team_c")
    route(desk, "data_integration", a)
    with desk.transaction() as session:
        session.get_one(Incident, incident_id).team_id = c
    review.accept(desk, lead, incident_id)
    assert stored(desk, incident_id).team_id == c


def test_a_double_click_is_one_judgement(desk: Desk, lead: Person, incident_id: int) -> None:
    for _ in range(2):
        review.accept(desk, lead, incident_id)
    assert len(judgements(desk)) == 1


def test_a_second_opinion_is_a_second_row(desk: Desk, lead: Person, admin: Person, incident_id: int) -> None:
    review.accept(desk, lead, incident_id)
    review.correct(desk, admin, incident_id, type="access")
    assert [(row.reviewer_id, row.type) for row in judgements(desk)] == [
        (lead.id, "data_integration"),
        (admin.id, "access"),
    ]


def test_not_sure_changes_nothing(desk: Desk, lead: Person, incident_id: int) -> None:
    for _ in range(2):
        review.unsure(desk, lead, incident_id)
    assert [(row.decision, row.type) for row in judgements(desk)] == [("unsure", "")]
    assert stored(desk, incident_id).type == ""


@pytest.mark.parametrize(("seconds", "kept"), [(-5, 0), (20, 20), (90_000, 600)])
def test_a_page_left_open_does_not_count_as_a_long_review(
    desk: Desk, lead: Person, incident_id: int, seconds: float, kept: float
) -> None:
    review.accept(desk, lead, incident_id, seconds=seconds)
    assert judgements(desk)[0].seconds == kept


@pytest.mark.parametrize("labels", [{"type": "no_such"}, {"severity": "awful"}])
def test_unknown_labels_are_refused_and_change_nothing(
    desk: Desk, lead: Person, incident_id: int, labels: dict[str, str]
) -> None:
    with pytest.raises(NotValid):
        review.correct(desk, lead, incident_id, **{"type": "access", **labels})
    assert judgements(desk) == []
    assert stored(desk, incident_id).type == ""


def test_an_unknown_team_is_not_found(desk: Desk, lead: Person, incident_id: int) -> None:
    with pytest.raises(NotFound):
        review.correct(desk, lead, incident_id, type="access", team_id=99)
    assert stored(desk, incident_id).type == ""


def test_without_a_type_there_is_nothing_to_accept(desk: Desk, lead: Person) -> None:
    with pytest.raises(NotValid, match="choose a type"):
        review.accept(desk, lead, report(desk, "Nobody knows"))


def test_only_leads_judge(desk: Desk, agent: Person, incident_id: int) -> None:
    for verb in (review.accept, review.correct, review.unsure):
        with pytest.raises(NotAllowed):
            verb(desk, agent, incident_id)
