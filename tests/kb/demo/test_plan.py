"""How the demo year is drawn: exact means, exact counts, the same every time."""

from __future__ import annotations

from collections import Counter
from datetime import UTC, datetime, timedelta
from random import Random
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kb.demo.plan import LIVE, MINUTES, SEVERITIES, TYPES, draw, scaled

NOW = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)


@given(st.lists(st.floats(0.1, 10), min_size=1, max_size=50), st.floats(1, 20))
def test_scaling_hits_the_mean_where_floors_are_low(raw: list[float], mean: float) -> None:
    values = scaled(raw, mean, [0.0] * len(raw))
    assert sum(values) / len(values) == pytest.approx(mean)


def test_no_scaled_value_lies_under_its_floor() -> None:
    assert min(scaled([1.0, 1.0, 100.0], 10.0, [5.0, 5.0, 5.0])) == 5.0


def test_the_same_seed_draws_the_same_year() -> None:
    one, other = (draw(Random(7), NOW, ZoneInfo("Europe/Berlin")) for _ in range(2))
    assert list(one.cases) == list(other.cases)


def test_types_and_severities_come_as_often_as_planned() -> None:
    cases = draw(Random(1), NOW, ZoneInfo("UTC")).cases
    assert Counter(case.type for case in cases) == TYPES
    assert Counter(case.severity for case in cases) == SEVERITIES


@pytest.mark.parametrize("seed", [1, 2])
def test_an_answer_comes_before_the_resolution_and_both_before_now(seed: int) -> None:
    for case in draw(Random(seed), NOW, ZoneInfo("UTC")).cases:
        times = [at for at in (case.created_at, case.responded_at, case.resolved_at) if at]
        assert times == sorted(times)
        assert NOW - timedelta(days=366) < times[0] < times[-1] <= NOW or not case.resolved_at


def test_some_are_live_and_the_newest_of_them_new() -> None:
    live = [case for case in draw(Random(3), NOW, ZoneInfo("UTC")).cases if case.is_live]
    assert len(live) == LIVE
    assert any(case.responded_at is None for case in live)
    assert all(case.resolved_at is None for case in live)


def test_every_team_answers_in_its_mean() -> None:
    cases = draw(Random(4), NOW, ZoneInfo("UTC")).cases
    for team, mean in MINUTES.items():
        waits = [(case.responded_at - case.created_at).total_seconds() / 60 for case in cases
                 if case.team == team and case.responded_at]  # fmt: skip
        assert sum(waits) / len(waits) == pytest.approx(mean, abs=0.05)
