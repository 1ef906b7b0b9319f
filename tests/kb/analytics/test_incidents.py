"""Figures over incidents, each on a handful that one can hold in the head."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta

import pytest
from sqlmodel import select

from kb import analytics
from kb.analytics import Cell
from kb.desk import Desk
from kb.labels import Role
from kb.person import Person
from kb.settings import Settings
from kb.tables import ArticleRevision, IncidentArticle, Team

Cells = Callable[..., dict[str, Cell]]
Make = Callable[..., int]


def team(desk: Desk, slug: str) -> int:
    with desk.reading() as session:
        return session.exec(select(Team.id).where(Team.slug == slug)).one()


def shares(cells: dict[str, Cell]) -> dict[str, float]:
    return {label: cell.value for label, cell in cells.items() if cell.value}


def test_first_answers_are_averaged_by_team(desk: Desk, incident: Make, cells: Cells) -> None:
    for minutes in (2, 4, 9):
        incident(team_id=team(desk, "team_a"), answered=minutes)
    incident(team_id=team(desk, "team_a"))
    incident(team_id=team(desk, "team_b"), answered=30)
    found = cells("response_minutes_by_team")
    assert (found["team_a"].value, found["team_a"].n, found["team_a"].name) == (5, 3, "Team A")
    assert (found["team_b"].value, found["team_b"].low) == (30, None)


def test_severities_are_shares_of_what_was_reported(incident: Make, cells: Cells) -> None:
    for severity in ("low", "low", "low", "critical"):
        incident(severity=severity)
    found = cells("severity_share")
    assert list(found) == ["low", "medium", "high", "critical"]
    assert shares(found) == {"low": 0.75, "critical": 0.25}
    assert found["medium"].n == 4


def test_types_leave_out_what_has_none(incident: Make, cells: Cells) -> None:
    for slug in ("access", "performance", "performance", ""):
        incident(type=slug)
    found = cells("incident_type_share")
    assert list(found) == ["performance", "access"]
    assert found["performance"].value == pytest.approx(2 / 3)
    assert found["performance"].name == "Performance"


def test_time_to_resolve_is_averaged_by_type_longest_first(incident: Make, cells: Cells) -> None:
    for slug, hours in (("access", 1), ("access", 2), ("security", 8)):
        incident(type=slug, solved=hours)
    incident(type="access")
    found = cells("resolution_hours_by_type")
    assert [(label, cell.value, cell.n) for label, cell in found.items()] == [("security", 8, 1), ("access", 1.5, 2)]


def test_a_linked_article_is_told_apart(
    incident: Make, cells: Cells, add: Make, make_article: Make, desk: Desk
) -> None:
    linked, article = incident(solved=2), make_article()
    incident(solved=6)
    add(IncidentArticle(incident_id=linked, article_id=article, at=desk.now()))
    add(IncidentArticle(incident_id=linked, article_id=make_article("Another"), at=desk.now()))
    found = cells("resolution_hours_by_linked_article")
    assert {label: (cell.value, cell.n) for label, cell in found.items()} == {"linked": (2, 1), "not_linked": (6, 1)}


def test_only_the_period_counts(desk: Desk, incident: Make, cells: Cells) -> None:
    for at in (datetime(2026, 2, 28, 23, 59, 59), datetime(2026, 3, 1), datetime(2026, 3, 1, 23, 59, 59)):
        incident(severity="low", created_at=at.replace(tzinfo=UTC))
    scope = analytics.scope(desk, date(2026, 3, 1), date(2026, 3, 1))
    assert cells("severity_share", scope)["low"].n == 2


def test_team_and_type_narrow_every_figure(desk: Desk, incident: Make, cells: Cells) -> None:
    a, b = team(desk, "team_a"), team(desk, "team_b")
    incident(team_id=a, type="access", severity="high")
    incident(team_id=a, type="security", severity="low")
    incident(team_id=b, type="access", severity="low")
    assert shares(cells("severity_share", analytics.scope(desk, team_id=a, type="access"))) == {"high": 1}


@pytest.fixture
def writes(add: Make, make_article: Make) -> Callable[..., None]:
    """writes(person, at): the person revises an article."""

    def revise(person: Person, at: datetime) -> None:
        row = ArticleRevision(article_id=make_article(f"A {at}"), number=9, title="", body="", type="", environment="",
                              tags=[], status="published", author_id=person.id, at=at)  # fmt: skip
        add(row)

    return revise


def test_an_incident_is_regular_when_its_team_wrote_in_the_week_it_was_resolved(
    desk: Desk, incident: Make, cells: Cells, writes: Callable[..., None], make_person: Callable[..., Person]
) -> None:
    a, b = team(desk, "team_a"), team(desk, "team_b")
    tuesday = datetime(2026, 2, 10, 12, tzinfo=UTC)
    writes(make_person(Role.AGENT, "Ann", a), tuesday)
    for team_id, day in ((a, 9), (a, 15), (a, 8), (a, 16), (b, 10)):  # Monday to Sunday is the 9th to the 15th
        incident(team_id=team_id, created_at=datetime(2026, 2, day, 0, 30, tzinfo=UTC), solved=1)
    found = cells("resolution_hours_by_knowledge_sharing")
    assert (found["regular"].n, found["none"].n) == (2, 3)


def test_weeks_begin_at_midnight_of_the_portals_zone(
    environ: dict[str, str], desk: Desk, incident: Make, writes: Callable[..., None],
    make_person: Callable[..., Person], cells: Cells,
) -> None:  # fmt: skip
    berlin = Desk(Settings.from_env({**environ, "FIRSTLINE_TIMEZONE": "Europe/Berlin"}), now=desk.now)
    a = team(desk, "team_a")
    writes(make_person(Role.AGENT, "Ann", a), datetime(2026, 2, 10, 12, tzinfo=UTC))
    incident(team_id=a, created_at=datetime(2026, 2, 8, 22, 30, tzinfo=UTC), solved=1)  # Monday 00:30 in Berlin
    assert cells("resolution_hours_by_knowledge_sharing")["regular"].n == 0
    assert cells("resolution_hours_by_knowledge_sharing", analytics.scope(berlin))["regular"].n == 1
    berlin.close()


def test_the_sla_is_kept_when_the_due_time_was(desk: Desk, incident: Make, cells: Cells) -> None:
    yesterday = desk.now() - timedelta(days=1)
    for hours in (1, 2, 5):
        incident(severity="high", solved=hours, created_at=yesterday, resolution_due_at=yesterday + timedelta(hours=2))
    incident(severity="high", solved=1, source="portal")
    incident(severity="high", solved=1, source="import", is_resolution_breached=True)
    found = cells("sla_kept_share_by_severity")
    assert (found["high"].value, found["high"].n, found["low"].value) == (0.5, 4, None)


def test_open_incidents_past_their_due_time_are_overdue_unless_on_hold(
    desk: Desk, incident: Make, cells: Cells
) -> None:
    late = desk.now() - timedelta(hours=1)
    incident(severity="low", status="open", resolution_due_at=late)
    incident(severity="low", status="on_hold", resolution_due_at=late, paused_at=late)
    incident(severity="low", status="open", resolution_due_at=desk.now() + timedelta(hours=1))
    incident(severity="low", status="resolved", resolution_due_at=late, solved=1)
    found = cells("live_by_severity")
    assert (found["low"].value, found["low"].n) == (1, 3)
    assert next(iter(found)) == "critical"
