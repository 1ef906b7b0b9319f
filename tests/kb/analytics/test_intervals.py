"""Intervals against published values and an independent implementation."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from kb.analytics.intervals import mean_interval, median_places, wilson


def test_wilson_as_published() -> None:
    # Newcombe (1998), Statistics in Medicine 17, table I: 81 of 263, 15 of 148, 0 of 20, 1 of 29
    published = {
        (81, 263): (0.2553, 0.3662),
        (15, 148): (0.0624, 0.1605),
        (0, 20): (0, 0.1611),
        (1, 29): (0.0061, 0.1718),
    }
    for (hits, n), expected in published.items():
        assert wilson(hits, n) == pytest.approx(expected, abs=5e-5)


@given(st.integers(1, 5000), st.data())
def test_wilson_holds_the_share_and_stays_within_bounds(n: int, data: st.DataObject) -> None:
    hits = data.draw(st.integers(0, n))
    low, high = wilson(hits, n)
    assert 0 <= low <= hits / n + 1e-12
    assert hits / n - 1e-12 <= high <= 1


def test_nothing_counted_says_nothing() -> None:
    assert wilson(0, 0) == (0, 1)
    assert mean_interval(3, 9, 1) is None


@given(
    st.lists(st.floats(-1000, 1000), min_size=2, max_size=40).filter(lambda values: max(values) - min(values) > 0.01)
)
def test_a_mean_has_students_interval(values: list[float]) -> None:
    n, mean = len(values), sum(values) / len(values)
    expected = stats.t.interval(0.95, n - 1, loc=mean, scale=stats.sem(values))
    found = mean_interval(mean, sum(value * value for value in values) / n, n)
    assert found == pytest.approx(expected, rel=1e-3, abs=1e-3)


def test_places_of_a_median_as_tabled() -> None:
    # Altman, Statistics with Confidence (2000), table A: n = 50: 18 to 33; n = 100: 40 to 61
    assert median_places(50) == (18, 33)
    assert median_places(100) == (40, 61)
    assert median_places(1) == (1, 1)
