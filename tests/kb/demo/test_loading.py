"""Loading the demo year and taking it away: whole, once, and touching nothing else."""

from __future__ import annotations

from datetime import timedelta
from itertools import pairwise

import pytest
from sqlmodel import col, func, select

from kb import demo, people
from kb.desk import Desk
from kb.errors import NotAllowed
from kb.labels import LIVE, Role
from kb.person import OPERATOR, Person
from kb.review import queue
from kb.tables import (
    Account,
    Article,
    Deflection,
    Incident,
    OneTimeLink,
    Outage,
    OutboxRow,
    Rating,
    SearchEvent,
    Team,
    TimelineEntry,
)
from tests.conftest import DemoYear, row_counts


def add(desk: Desk, *rows: object) -> None:
    with desk.transaction() as session:
        session.add_all(rows)


def demo_rows(desk: Desk, table: type) -> list:
    with desk.reading() as session:
        return list(session.exec(select(table).where(col(table.is_demo)).order_by(table.id)))


def own_incident(desk: Desk, **given: object) -> Incident:
    values = {"key": "own", "title": "Mine", "impact": "one", "urgency": "low", **given}
    return Incident(created_at=desk.now(), updated_at=desk.now(), **values)


def test_removing_leaves_every_table_as_it_was(demo_desk: Desk, demo_year: DemoYear) -> None:
    assert demo.remove(demo_desk, OPERATOR) > 10_000
    assert row_counts(demo_desk) == demo_year.counts_before
    assert not demo.is_loaded(demo_desk)


def test_removing_what_is_not_there_does_nothing(desk: Desk) -> None:
    before = row_counts(desk)
    assert demo.remove(desk, OPERATOR) == 0
    assert row_counts(desk) == before


def test_a_second_load_changes_nothing(demo_desk: Desk) -> None:
    before = row_counts(demo_desk)
    again = demo.load(demo_desk, OPERATOR)
    assert (again.is_new, again.incidents, again.people) == (False, 2000, 132)
    assert row_counts(demo_desk) == before


def test_only_administrators_load_and_remove(desk: Desk, lead: Person) -> None:
    with pytest.raises(NotAllowed):
        demo.load(desk, lead)
    with pytest.raises(NotAllowed):
        demo.remove(desk, lead)


def test_own_rows_outlive_the_demo_people_they_point_to(demo_desk: Desk) -> None:
    agent = next(row for row in demo_rows(demo_desk, Account) if row.role == Role.AGENT)
    add(demo_desk, own_incident(demo_desk, assignee_id=agent.id, parent_id=demo_rows(demo_desk, Incident)[0].id))
    demo.remove(demo_desk, OPERATOR)
    with demo_desk.reading() as session:
        kept = session.exec(select(Incident)).one()
    assert (kept.title, kept.assignee_id, kept.parent_id) == ("Mine", None, None)


def test_what_was_said_about_a_demo_incident_goes_with_it(demo_desk: Desk, demo_year: DemoYear) -> None:
    incident = demo_rows(demo_desk, Incident)[0]
    add(
        demo_desk,
        TimelineEntry(incident_id=incident.id, kind="comment", actor="Somebody", body="Hm", at=demo_desk.now()),
        OutboxRow(channel="person", subject="x", link=f"/incident?id=INC-{incident.id}", created_at=demo_desk.now()),
    )
    demo.remove(demo_desk, OPERATOR)
    assert row_counts(demo_desk) == demo_year.counts_before


def test_an_invitation_of_a_demo_person_never_becomes_one_for_the_first_administrator(demo_desk: Desk) -> None:
    person = demo_rows(demo_desk, Account)[0]
    add(demo_desk, OneTimeLink(token_hash="x", account_id=person.id, expires_at=demo_desk.now()))
    demo.remove(demo_desk, OPERATOR)
    assert row_counts(demo_desk)["onetimelink"] == 0


def test_nobody_can_sign_in_as_demo_people(demo_desk: Desk) -> None:
    for person in demo_rows(demo_desk, Account)[:3]:
        assert person.email.endswith("@demo.example.com")
        with pytest.raises(NotAllowed):
            people.sign_in(demo_desk, email=person.email, password="", address="127.0.0.1")


def test_the_year_lies_before_now(demo_desk: Desk) -> None:
    now = demo_desk.now()
    columns = (Incident.created_at, Incident.resolved_at, Rating.at, SearchEvent.at, Deflection.at, TimelineEntry.at)
    with demo_desk.reading() as session:
        for column in columns:
            first, last = session.exec(select(func.min(column), func.max(column))).one()
            assert now - timedelta(days=366) <= first
            assert last <= now


def test_something_is_open_overdue_and_waiting_for_review(demo_desk: Desk) -> None:
    live = [row for row in demo_rows(demo_desk, Incident) if row.status in LIVE]
    assert len(live) == 40
    assert any(row.resolution_due_at < demo_desk.now() for row in live)
    assert 0 < queue(demo_desk, OPERATOR).count <= 40


def test_only_drafts_and_notes_for_agents_are_added_to_the_articles(demo_desk: Desk) -> None:
    found = {(row.status, row.audience) for row in demo_rows(demo_desk, Article)}
    assert ("published", "public") not in found


def test_work_follows_weekdays_and_hours(demo_desk: Desk) -> None:
    times = [row.created_at for row in demo_rows(demo_desk, Incident)]
    weekend = sum(at.weekday() >= 5 for at in times)
    night = sum(at.hour < 6 for at in times)
    assert weekend < len(times) * 0.15
    assert night < len(times) * 0.1


def test_outages_of_a_service_do_not_overlap(demo_desk: Desk) -> None:
    rows = sorted(demo_rows(demo_desk, Outage), key=lambda row: (row.service_id, row.started_at))
    for one, other in pairwise(rows):
        assert one.service_id != other.service_id or one.ended_at <= other.started_at


def test_the_installations_own_teams_are_used(demo_desk: Desk) -> None:
    assert demo_rows(demo_desk, Team) == []
