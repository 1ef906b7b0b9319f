"""Availability: unplanned outage seconds over seconds, each service once."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta

import pytest
from sqlmodel import select

from kb import analytics
from kb.analytics import Cell, Scope
from kb.desk import Desk
from kb.tables import Outage, Service

Cells = Callable[..., dict[str, Cell]]
TEN_DAYS = (date(2026, 2, 1), date(2026, 2, 10))


@pytest.fixture
def down(desk: Desk, add: Callable[..., None]) -> Callable[..., None]:
    """down(hours, since=...) records an outage of the one outsourced service in use."""
    with desk.transaction() as session:
        rows = session.exec(select(Service).where(Service.support_model == "outsourced").order_by(Service.name)).all()
        rows[1].is_active = False

    def record(begin: float, end: float | None, kind: str = "unplanned") -> None:
        first = datetime(2026, 2, 1, tzinfo=UTC)
        ended_at = None if end is None else first + timedelta(hours=end)
        add(Outage(service_id=rows[0].id, kind=kind, started_at=first + timedelta(hours=begin), ended_at=ended_at))

    return record


@pytest.fixture
def scope(desk: Desk) -> Scope:
    return analytics.scope(desk, *TEN_DAYS)


def share(cells: Cells, scope: Scope) -> float:
    return cells("availability_share_by_support_model", scope)["outsourced"].value


def test_without_outage_all_of_the_time(cells: Cells, scope: Scope) -> None:
    found = cells("availability_share_by_support_model", scope)
    assert (found["in_house"].value, found["in_house"].n, found["outsourced"].n) == (1, 4, 2)


def test_overlapping_outages_count_once(down: Callable[..., None], cells: Cells, scope: Scope) -> None:
    for begin, end in ((10, 20), (12, 14), (18, 22), (22, 34)):
        down(begin, end)
    assert share(cells, scope) == pytest.approx(1 - 24 / 240)


def test_only_the_part_within_the_period_counts(down: Callable[..., None], cells: Cells, scope: Scope) -> None:
    down(-100, 12)
    down(228, 500)
    assert share(cells, scope) == pytest.approx(1 - 24 / 240)


def test_planned_outages_do_not_count(down: Callable[..., None], cells: Cells, scope: Scope) -> None:
    down(1, 100, kind="planned")
    assert share(cells, scope) == 1


def test_an_outage_without_end_lasts_until_now_and_the_future_is_unknown(
    desk: Desk, down: Callable[..., None], cells: Cells
) -> None:
    now = (desk.now() - datetime(2026, 2, 1, tzinfo=UTC)).total_seconds() / 3600
    down(now - 12, None)
    scope = analytics.scope(desk, desk.now().date() - timedelta(days=1), desk.now().date() + timedelta(days=30))
    assert share(cells, scope) == pytest.approx(1 - 12 / 33)


def test_months_are_counted_each_for_itself(down: Callable[..., None], cells: Cells, desk: Desk) -> None:
    down(-24, 0)
    found = cells("availability_by_month", analytics.scope(desk, date(2026, 1, 1), date(2026, 2, 28)))
    assert found["2026-01"].value == pytest.approx(1 - 24 / (31 * 24) / 5)
    assert found["2026-02"].value == 1
