"""Periods: whole days of the portal's time zone, both ends counted."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from itertools import pairwise

import pytest

from kb import analytics
from kb.desk import Desk
from kb.errors import NotValid
from kb.settings import Settings


@pytest.fixture
def berlin(environ: dict[str, str]) -> Iterator[Desk]:
    now = datetime(2026, 4, 15, 22, 30, tzinfo=UTC)  # half past midnight of the 16th in Berlin
    desk = Desk(Settings.from_env({**environ, "FIRSTLINE_TIMEZONE": "Europe/Berlin"}), now=lambda: now)
    yield desk
    desk.close()


def test_both_days_are_counted_from_midnight_to_midnight(berlin: Desk) -> None:
    scope = analytics.scope(berlin, date(2026, 3, 29), date(2026, 3, 29))
    assert scope.begin == datetime(2026, 3, 28, 23, tzinfo=UTC)
    assert scope.end - scope.begin == timedelta(hours=23)  # summer time began


def test_the_default_is_the_last_365_days_and_today_where_the_portal_is(berlin: Desk) -> None:
    scope = analytics.scope(berlin)
    assert (scope.first, scope.last) == (date(2025, 4, 16), date(2026, 4, 16))


def test_months_cover_the_period_without_gap(berlin: Desk) -> None:
    scope = analytics.scope(berlin, date(2025, 12, 20), date(2026, 2, 3))
    months = list(scope.months())
    assert [month.label for month in months] == ["2025-12", "2026-01", "2026-02"]
    assert (months[0].begin, months[-1].end) == (scope.begin, scope.end)
    assert all(one.end == other.begin for one, other in pairwise(months))


@pytest.mark.parametrize(
    ("first", "last"),
    [(date(2026, 2, 2), date(2026, 2, 1)), (date(1980, 1, 1), date(2026, 1, 1)), (date(2026, 1, 1), date(2030, 1, 1))],
)
def test_impossible_periods_are_refused(desk: Desk, first: date, last: date) -> None:
    with pytest.raises(NotValid):
        analytics.scope(desk, first, last)


def test_one_end_alone_is_enough(desk: Desk) -> None:
    assert analytics.scope(desk, date(2026, 1, 1)).last == date(2026, 3, 2)
    assert analytics.scope(desk, None, date(2025, 12, 31)).first == date(2024, 12, 31)
