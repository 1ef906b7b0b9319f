from __future__ import annotations

from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from models.evaluation.learning import Curve, fit_curve, forecast

COUNTS = [0, 50, 100, 200, 400]


def test_a_curve_is_found_again() -> None:
    true = Curve(0.9, 0.4, 100.0)
    found = fit_curve(COUNTS, [true.at(n) for n in COUNTS])
    assert found.at(1_600) == pytest.approx(true.at(1_600), abs=0.01)
    assert found.labels_for(0.8) == pytest.approx(true.labels_for(0.8) or 0, rel=0.1)


def test_the_labels_a_score_needs_give_that_score() -> None:
    curve = Curve(0.9, 0.4, 100.0)
    needed = curve.labels_for(0.85)
    assert needed
    assert curve.at(needed) >= 0.85 > curve.at(needed - 1)


def test_what_is_there_already_needs_nothing_and_what_lies_above_can_not_be_had() -> None:
    curve = Curve(0.9, 0.4, 100.0)
    assert (curve.labels_for(0.5), curve.labels_for(0.9), curve.labels_for(0.95)) == (0, None, None)
    assert Curve(0.9, 0.4, 100.0).labels_for(0.8999) is None
    assert Curve(0.7, 0.0, 100.0).labels_for(0.8) is None


@given(st.lists(st.floats(0, 1), min_size=5, max_size=5))
def test_a_curve_never_falls_and_stays_below_one(scores: list[float]) -> None:
    curve = fit_curve(COUNTS, scores)
    told = [curve.at(n) for n in (*COUNTS, 10_000, 1e9)]
    assert all(b >= a - 1e-12 for a, b in pairwise(told))
    assert told[-1] <= 1 + 1e-12


def guessed(share: float, truth: np.ndarray, seed: int) -> np.ndarray:
    """The truth with `share` of it right, the rest anything."""
    random = np.random.default_rng(seed)
    return np.where(random.random(len(truth)) < share, truth, random.choice(np.unique(truth), len(truth)))


def test_a_forecast_reaches_beyond_what_was_measured_and_has_its_interval() -> None:
    truth = np.array(["a", "b", "c"] * 300)
    curve = Curve(0.95, 0.6, 60.0)
    said = [guessed(curve.at(n), truth, n) for n in COUNTS]
    found = forecast(COUNTS, said, truth, score=0.9)
    assert found.more
    assert found.low is not None
    assert found.low <= found.more
    assert found.high is None or found.more <= found.high


def test_no_progress_promises_nothing() -> None:
    truth = np.array(["a", "b"] * 50)
    said = [guessed(0.3, truth, 0)] * 5
    found = forecast(COUNTS, said, truth, score=0.95)
    assert (found.more, found.high) == (None, None)
