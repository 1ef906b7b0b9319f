"""Probabilities and thresholds: checked against scikit-learn, SciPy and simulation."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import binomtest

from models.calibration import (
    LEAST_ROWS,
    Scaling,
    cover_cutoff,
    error_bound,
    fit_scaling,
    grouped_folds,
    label_thresholds,
    sure_threshold,
)


def _scores(n: int, slope: float, offsets: tuple[float, ...] = (0, 0, 0)) -> tuple[np.ndarray, np.ndarray]:
    """Scores whose labels are drawn from softmax(slope * score + offset)."""
    dice = np.random.default_rng(1)
    scores = dice.normal(size=(n, 3))
    shares = Scaling(slope, np.array(offsets)).probabilities(scores).cumsum(axis=1)
    return scores, (dice.random((n, 1)) > shares).sum(axis=1)


@pytest.mark.parametrize("slope", [0.5, 2.0, 5.0])
def test_the_slope_that_made_the_labels_is_found(slope: float) -> None:
    assert fit_scaling(*_scores(5000, slope)).slope == pytest.approx(slope, rel=0.1)


def test_the_offsets_that_made_the_labels_are_found() -> None:
    scaling = fit_scaling(*_scores(5000, 2.0, (0.8, 0.0, -0.8)))
    assert (scaling.offsets - scaling.offsets.mean()).tolist() == pytest.approx([0.8, 0, -0.8], abs=0.1)


def test_ten_rows_move_no_label() -> None:
    scores, truth = _scores(10, 1.0, (3.0, 0.0, -3.0))
    assert np.abs(fit_scaling(scores, truth).offsets).max() < 0.5


def test_a_handful_of_right_rows_does_not_claim_certainty() -> None:
    scaling = fit_scaling(np.array([[1.0, -1.0], [-1.0, 1.0]]), np.array([0, 1]))
    assert scaling.probabilities(np.array([[1.0, -1.0]])).max() < 0.999


@given(st.integers(1, 500).flatmap(lambda n: st.tuples(st.integers(0, n), st.just(n))))
def test_the_error_bound_is_clopper_pearson(trial: tuple[int, int]) -> None:
    errors, n = trial
    interval = binomtest(errors, n).proportion_ci(confidence_level=0.96, method="exact")  # 0.98 on its upper side
    assert error_bound(errors, n) == pytest.approx(interval.high)


def test_seventy_six_right_answers_are_too_few_for_five_per_cent() -> None:
    for n, threshold in ((76, float("inf")), (77, 0.9)):
        assert sure_threshold(np.full(n, 0.9), np.ones(n, dtype=bool), target_error=0.05) == threshold


def test_nothing_is_sure_without_rows_or_when_all_is_wrong() -> None:
    assert sure_threshold(np.array([]), np.array([], dtype=bool), target_error=0.05) == float("inf")
    assert sure_threshold(np.ones(500), np.zeros(500, dtype=bool), target_error=0.05) == float("inf")


def test_equal_confidences_stand_or_fall_together() -> None:
    confidence = np.full(200, 0.8)
    is_right = np.arange(200) < 150
    assert sure_threshold(confidence, is_right, target_error=0.05) == float("inf")


def test_the_error_above_the_threshold_stays_within_the_target() -> None:
    broken = 0
    for seed in range(100):
        dice = np.random.default_rng(seed)
        confidence = dice.uniform(0.5, 1, 2000)
        threshold = sure_threshold(confidence, dice.random(2000) < confidence, target_error=0.05)
        broken += (1 - (1 + threshold) / 2) > 0.05  # the true error of all above: 1 - their mean confidence
    assert broken <= 5


def test_a_label_with_rows_enough_answers_for_itself() -> None:
    n = LEAST_ROWS
    said, is_right = np.repeat([0, 1], n), np.repeat([True, False], n)
    held = np.full(2 * n, 0.9), said, is_right, np.ones(2 * n, dtype=bool)
    assert label_thresholds(*held, n_labels=2, target_error=0.05).tolist() == [0.9, float("inf")]


def _few(*, wrong: int, of: int) -> list[float]:
    """Thresholds of a label of 500 right guesses at 0.9, and of one with few: half at 0.95, the rest at 0.9."""
    said, is_right = np.repeat([0, 1], [500, of]), np.arange(500 + of) < 500 + of - wrong
    confidence = np.where((said == 1) & (np.arange(500 + of) < 500 + of // 2), 0.95, 0.9)
    held = confidence, said, is_right, np.ones(500 + of, dtype=bool)
    return label_thresholds(*held, n_labels=2, target_error=0.05).tolist()


def test_a_label_with_few_rows_shares_the_threshold_of_all_while_its_own_error_allows_it() -> None:
    assert _few(wrong=0, of=100) == [0.9, 0.9]
    assert _few(wrong=4, of=100) == [0.9, 0.9]


def test_a_label_with_few_rows_that_errs_too_often_has_a_higher_threshold() -> None:
    assert _few(wrong=6, of=100) == [0.9, 0.95]


def test_of_fewer_than_fourteen_guesses_of_a_label_none_is_sure() -> None:
    assert _few(wrong=0, of=13) == [0.9, float("inf")]
    assert _few(wrong=0, of=14) == [0.9, 0.9]


@given(st.lists(st.tuples(st.integers(0, 3), st.integers(0, 15)), min_size=1, max_size=60), st.integers(2, 5))
def test_a_group_is_never_torn(rows: list[tuple[int, int]], n_folds: int) -> None:
    labels, groups = np.array(rows).T
    folds = grouped_folds(labels, groups, n_folds=n_folds)
    assert all(len(set(folds[groups == group])) == 1 for group in groups)
    assert set(folds) <= set(range(n_folds))


def test_labels_are_spread_evenly_over_the_folds() -> None:
    labels = np.repeat([0, 1, 2], [100, 50, 10])
    folds = grouped_folds(labels, np.arange(160), n_folds=5)
    assert [np.bincount(folds[labels == label]).tolist() for label in range(3)] == [[20] * 5, [10] * 5, [2] * 5]


def test_nine_of_ten_true_labels_are_named() -> None:
    chances = np.random.default_rng(0).random(40_000)
    cutoff = cover_cutoff(chances[:20_000], share=0.9)
    assert 0.89 <= np.mean(chances[20_000:] >= cutoff) <= 0.91


def test_of_few_rows_all_labels_are_named() -> None:
    assert cover_cutoff(np.full(8, 0.9), share=0.9) == 0
    assert cover_cutoff(np.full(9, 0.9), share=0.9) == 0.9
