"""The measures of a classifier against scikit-learn and by hand; the report end to end."""

from __future__ import annotations

import dataclasses
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from sklearn import metrics

from models.evaluation import classification as ours
from models.triage import TriageModel

KEYS = {
    *("n_train", "n_test", "labels", "accuracy", "macro_f1", "per_label", "majority_accuracy", "ece", "brier"),
    *("quadratic_kappa", "coverage", "selective_accuracy", "target_error", "train_seconds", "predict_p95_ms"),
    "model_bytes",
}
COMMANDS = Path(__file__).parents[2].parent / "shared" / "design" / "COMMANDS.md"
ORDER = ("low", "medium", "high")
pairs = st.lists(st.tuples(st.sampled_from(ORDER), st.sampled_from(ORDER)), min_size=1, max_size=50)
TEXTS = ["The printer jams", "Paper stuck in the printer", "No toner left, printer stands", "Printer smells burnt"]
TEXTS += ["Cannot log in, password wrong", "Password expired", "Password not accepted", "Please reset the password"]
LABELS = ["low"] * 4 + ["high"] * 4


def _columns(rows: list[tuple[str, str]]) -> tuple[np.ndarray, np.ndarray]:
    truth, predicted = np.array(rows).T
    return truth, predicted


@given(pairs)
def test_accuracy_and_f1_are_those_of_scikit_learn(rows: list[tuple[str, str]]) -> None:
    truth, predicted = _columns(rows)
    f1 = metrics.f1_score(truth, predicted, average="macro", zero_division=0)
    assert ours.accuracy(truth, predicted) == pytest.approx(metrics.accuracy_score(truth, predicted))
    assert ours.macro_f1(truth, predicted) == pytest.approx(f1)


@given(pairs)
def test_the_figures_of_a_label_are_those_of_scikit_learn(rows: list[tuple[str, str]]) -> None:
    truth, predicted = _columns(rows)
    theirs = metrics.precision_recall_fscore_support(truth, predicted, zero_division=0)
    mine = ours.per_label(truth, predicted).values()
    assert [dataclasses.astuple(score) for score in mine] == [pytest.approx(row) for row in zip(*theirs, strict=True)]


@given(pairs.filter(lambda rows: len({label for row in rows for label in row}) > 1))
def test_quadratic_kappa_is_that_of_scikit_learn(rows: list[tuple[str, str]]) -> None:
    truth, predicted = _columns(rows)
    theirs = metrics.cohen_kappa_score(truth, predicted, labels=ORDER, weights="quadratic")
    assert ours.quadratic_kappa(truth, predicted, ORDER) == pytest.approx(theirs)


@given(st.lists(st.tuples(st.floats(0.01, 1), st.floats(0.01, 1), st.integers(0, 1)), min_size=1, max_size=30))
def test_brier_of_two_labels_is_twice_that_of_scikit_learn(rows: list[tuple[float, float, int]]) -> None:
    weights, truth = np.array([row[:2] for row in rows]), np.array([row[2] for row in rows])
    probabilities = weights / weights.sum(axis=1, keepdims=True)
    theirs = metrics.brier_score_loss(truth, probabilities[:, 1], pos_label=1)
    assert ours.brier(probabilities, truth) == pytest.approx(2 * theirs)


def test_brier_by_hand_with_a_label_that_the_model_does_not_know() -> None:
    assert ours.brier(np.array([[0.7, 0.3], [0.7, 0.3]]), np.array([0, -1])) == pytest.approx((0.18 + 1.58) / 2)


def test_calibration_error_by_hand() -> None:
    confidence = np.array([0.95, 0.95, 0.95, 0.95, 0.55, 0.55])
    is_right = np.array([True, True, True, False, True, False])
    assert ours.ece(confidence, is_right, bins=10) == pytest.approx((4 * 0.2 + 2 * 0.05) / 6)


def test_confidence_of_nought_or_one_falls_into_a_bin() -> None:
    assert ours.ece(np.array([0.0, 1.0]), np.array([False, True])) == 0


def test_the_report_has_the_keys_of_the_command() -> None:
    assert {field.name for field in dataclasses.fields(ours.TriageReport)} == KEYS
    if COMMANDS.exists():
        assert all(key in COMMANDS.read_text(encoding="utf-8") for key in KEYS)


def test_scoring_a_fitted_model_and_fitting_one_agree() -> None:
    model = TriageModel(ordered_labels=("low", "high"))
    fitted = ours.fit_and_score(model, (TEXTS, LABELS), (TEXTS, LABELS))
    scored = ours.score(model, TEXTS, LABELS)
    volatile = {"train_seconds": None, "predict_p95_ms": 0.0, "model_bytes": 0}
    assert dataclasses.replace(fitted, **volatile) == dataclasses.replace(scored, **volatile)
    assert (fitted.accuracy, fitted.quadratic_kappa, fitted.majority_accuracy) == (1.0, 1.0, 0.5)


def test_an_unseen_label_counts_as_wrong() -> None:
    report = ours.score(TriageModel().fit(TEXTS, LABELS), ["What is this?", "Printer"], ["strange", "low"])
    assert report.per_label["strange"].recall == 0
    assert report.labels == ("high", "low", "strange") or report.labels == ("low", "strange")
    assert report.quadratic_kappa is None


def test_cross_validation_scores_every_row_once_and_keeps_duplicates_together() -> None:
    noise = np.random.default_rng(0)
    texts = [f"incident about {chr(ord('α') + i % 30) * 3} again" for i in range(120)]
    labels = noise.choice(["a", "b"], 30).tolist() * 4
    report = ours.cross_validate(TriageModel(), texts, labels, folds=3)
    assert (report.n_test, report.n_train) == (120, 80)
    assert report.coverage == 0


@pytest.mark.parametrize("folds", [0, 1, 9])
def test_folds_that_cannot_be_are_refused(folds: int) -> None:
    with pytest.raises(ValueError, match="folds need"):
        ours.cross_validate(TriageModel(), TEXTS, LABELS, folds=folds)
