"""Months in a row, and medians against the statistics module."""

from __future__ import annotations

import statistics
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta

import pytest

from kb import analytics, services
from kb.analytics import Cell
from kb.desk import Desk
from kb.person import OPERATOR
from kb.settings import Settings
from kb.tables import PersonSkill, Satisfaction

Cells = Callable[..., dict[str, Cell]]
Make = Callable[..., int]


@pytest.mark.parametrize("hours", [[3], [1, 8], [5, 1, 9], [2, 2, 7, 30], [4, 4, 4, 1, 2, 50]])
def test_the_median_is_the_middle(desk: Desk, incident: Make, cells: Cells, hours: list[float]) -> None:
    for each in hours:
        incident(created_at=datetime(2026, 1, 10, tzinfo=UTC), solved=each)
    found = cells("median_resolution_hours_by_month")["2026-01"]
    assert (found.value, found.n) == (statistics.median(hours), len(hours))
    assert analytics.headline(desk, OPERATOR, analytics.scope(desk)).median_hours.value == statistics.median(hours)


def test_the_median_has_the_interval_of_its_ranks(desk: Desk, incident: Make) -> None:
    for hours in range(1, 51):
        incident(created_at=datetime(2026, 1, 10, tzinfo=UTC), solved=hours)
    found = analytics.headline(desk, OPERATOR, analytics.scope(desk)).median_hours
    assert (found.value, found.low, found.high) == (25.5, 18, 33)


def test_months_without_incident_are_zero_and_none_is_left_out(desk: Desk, incident: Make, cells: Cells) -> None:
    incident(created_at=datetime(2026, 1, 10, tzinfo=UTC))
    found = cells("incidents_by_month", analytics.scope(desk, date(2025, 12, 1), date(2026, 2, 28)))
    assert {label: cell.value for label, cell in found.items()} == {"2025-12": 0, "2026-01": 1, "2026-02": 0}


def test_a_month_begins_where_the_portal_is(desk: Desk, environ: dict[str, str], incident: Make, cells: Cells) -> None:
    berlin = Desk(Settings.from_env({**environ, "FIRSTLINE_TIMEZONE": "Europe/Berlin"}), now=desk.now)
    incident(created_at=datetime(2026, 1, 31, 23, 30, tzinfo=UTC))
    assert cells("incidents_by_month")["2026-01"].value == 1
    assert cells("incidents_by_month", analytics.scope(berlin))["2026-02"].value == 1
    berlin.close()


def test_satisfaction_by_month(desk: Desk, incident: Make, add: Make, cells: Cells) -> None:
    for score in (5, 2):
        add(Satisfaction(incident_id=incident(type="access"), score=score, at=datetime(2026, 2, 3, tzinfo=UTC)))
    found = cells("satisfaction_by_month", analytics.scope(desk, type="access"))
    assert (found["2026-02"].value, found["2026-02"].n, found["2026-01"].value) == (3.5, 2, None)


def test_milestones_of_the_period_alone(desk: Desk) -> None:
    for days, name in ((10, "Recent"), (800, "Long ago")):
        services.add_milestone(desk, OPERATOR, "automation", name=name, at=desk.now() - timedelta(days=days))
    found = analytics.milestones(desk, OPERATOR, analytics.scope(desk))
    assert [(mark.name, mark.month) for mark in found] == [("Recent", "2026-02")]


def test_skills_are_those_of_active_agents_and_above(
    desk: Desk, add: Make, cells: Cells, agent: object, lead: object, user: object
) -> None:
    for person, skill in ((agent, "databases"), (lead, "databases"), (agent, "networking"), (user, "networking")):
        add(PersonSkill(account_id=person.id, skill=skill))
    found = cells("skill_share")
    assert [(cell.name, round(cell.value, 3)) for cell in found.values()] == [
        ("Databases", 0.667),
        ("Networking", 0.333),
    ]
