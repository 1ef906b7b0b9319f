"""Measures of a classifier: each formula once, beside its source, and the report of `evaluate triage`."""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from models import store
from models.calibration import Floats, grouped_folds
from models.triage import TriageModel, same_text

Texts = Sequence[str]
Labels = NDArray[np.str_] | NDArray[np.int64]
"""Names or codes of labels; codes are quicker to compare."""
Bools = NDArray[np.bool_]

BINS = 15  # of the calibration error: Guo et al. 2017
_TIMED = 300  # texts whose single prediction is timed


@dataclass(frozen=True, slots=True)
class LabelScore:
    """How well one label is found: shares of 0-1, and `n` true rows."""

    precision: float
    recall: float
    f1: float
    n: int


@dataclass(frozen=True, slots=True)
class TriageReport:
    """What `evaluate triage` prints. Shares are 0-1; figures that can't be had are None."""

    n_train: int
    n_test: int
    labels: tuple[str, ...]
    accuracy: float
    macro_f1: float
    per_label: dict[str, LabelScore]
    majority_accuracy: float
    ece: float
    brier: float
    quadratic_kappa: float | None
    coverage: float
    selective_accuracy: float | None
    target_error: float
    train_seconds: float | None
    predict_p95_ms: float
    model_bytes: int


def accuracy(truth: Labels, predicted: Labels) -> float:
    """Return the share of rows (n,) where both agree."""
    return float((truth == predicted).mean())


def per_label(truth: Labels, predicted: Labels) -> dict[str, LabelScore]:
    """Return precision, recall and F1 of every label that is true or predicted somewhere; 0 where undefined.

    References
    ----------
    van Rijsbergen (1979), Information Retrieval, 2nd ed., chapter 7.
    """
    scores = {}
    for label in np.union1d(truth, predicted):
        hits = int(((truth == label) & (predicted == label)).sum())
        said, true = int((predicted == label).sum()), int((truth == label).sum())
        scores[str(label)] = LabelScore(hits / max(1, said), hits / max(1, true), 2 * hits / (said + true), true)
    return scores


def macro_f1(truth: Labels, predicted: Labels) -> float:
    """Return the mean of the labels' F1, each label counting the same.

    References
    ----------
    Opitz, Burst (2019), Macro F1 and Macro F1, arXiv:1911.03347 (the averaged F1, not the F1 of averages).
    """
    return float(np.mean([score.f1 for score in per_label(truth, predicted).values()]))


def ece(confidence: Floats, is_right: Bools, bins: int = BINS) -> float:
    """Return the expected calibration error: the mean gap between confidence and accuracy over equal-width bins.

    `confidence` (n,) is the probability of the predicted label and `is_right` (n,) whether it was the true one.

    References
    ----------
    Naeini, Cooper, Hauskrecht (2015), Obtaining Well Calibrated Probabilities Using Bayesian Binning, AAAI.
    """
    bin_of = np.clip(np.ceil(confidence * bins).astype(int) - 1, 0, bins - 1)
    gaps = np.bincount(bin_of, weights=confidence - is_right, minlength=bins)
    return float(np.abs(gaps).sum() / len(confidence))


def brier(probabilities: Floats, truth: NDArray[np.int64]) -> float:
    """Return the mean squared distance (0-2) of `probabilities` (n, k) from the true column `truth` (n,).

    A true label that the model doesn't know has column -1: no probability was given to it.

    References
    ----------
    Brier (1950), Verification of forecasts expressed in terms of probability, Monthly Weather Review 78.
    """
    known = truth >= 0
    given = np.zeros(len(truth))
    given[known] = probabilities[known, truth[known]]
    return float(((probabilities**2).sum(axis=1) - 2 * given + 1).mean())


def quadratic_kappa(truth: Labels, predicted: Labels, order: Sequence[str]) -> float:
    """Return the agreement beyond chance (-1 to 1), disagreements weighed by the square of their distance in `order`.

    References
    ----------
    Cohen (1968), Weighted kappa, Psychological Bulletin 70(4).
    """
    place = {label: rank for rank, label in enumerate(order)}
    true = np.array([place[label] for label in truth])
    said = np.array([place[label] for label in predicted])
    seen = ((true - said) ** 2).mean()
    by_chance = (true**2).mean() - 2 * true.mean() * said.mean() + (said**2).mean()
    return float(1 - seen / by_chance) if by_chance else 1.0


@dataclass(slots=True)
class _Outcome:
    """Predictions of one or more models, gathered before they are scored."""

    truth: list[str] = field(default_factory=list)
    predicted: list[str] = field(default_factory=list)
    confidence: list[float] = field(default_factory=list)
    distance: list[float] = field(default_factory=list)
    is_sure: list[bool] = field(default_factory=list)
    is_majority: list[bool] = field(default_factory=list)

    def add(self, model: TriageModel, texts: Texts, labels: Sequence[str], usual: str) -> None:
        probabilities = model.predict_proba(texts)
        column = {label: place for place, label in enumerate(model.classes_.tolist())}
        self.truth += labels
        said = model.decide(probabilities)
        self.predicted += model.classes_[said].tolist()
        self.confidence += probabilities[np.arange(len(said)), said].tolist()
        self.distance += [
            brier(row[None], np.array([column.get(label, -1)]))
            for row, label in zip(probabilities, labels, strict=True)
        ]
        self.is_sure += model.is_sure(texts, probabilities).tolist()
        self.is_majority += [label == usual for label in labels]


def score(model: TriageModel, texts: Texts, labels: Sequence[str]) -> TriageReport:
    """Score a fitted `model` on `texts` (n,) with their true `labels` (n,); the time of training is unknown (None)."""
    outcome = _Outcome()
    outcome.add(model, texts, labels, _usual(labels))
    return _report(outcome, model, texts, n_train=model.n_train_, train_seconds=None)


def fit_and_score(
    model: TriageModel, train: tuple[Texts, Sequence[str]], test: tuple[Texts, Sequence[str]]
) -> TriageReport:
    """Fit `model` on the (texts, labels) of `train` and score it on those of `test`."""
    seconds = _fit(model, *train)
    outcome = _Outcome()
    outcome.add(model, *test, _usual(train[1]))
    return _report(outcome, model, test[0], n_train=len(train[0]), train_seconds=seconds)


def cross_validate(
    model: TriageModel, texts: Texts, labels: Sequence[str], *, folds: int = 5, taught: Sequence[bool] | None = None
) -> TriageReport:
    """Score every row by a model fitted without its fold; texts equal but for digits, case and signs share a fold.

    `taught` (n,) says which rows the models may learn from, all when not given. Two training sets are compared on the
    same held-out rows by giving the same rows and folds and what each of them knows.
    `n_train` and `train_seconds` are those of one fit on average. Raises ValueError with fewer than two folds or
    fewer different texts than folds.
    """
    codes, groups = np.unique(np.asarray(labels, dtype=str), return_inverse=True)[1], same_text(texts)
    if not 2 <= folds <= groups.max(initial=-1) + 1:
        raise ValueError(f"{folds} folds need 2 or more, and as many different texts")
    fold_of = grouped_folds(codes, groups, n_folds=folds, random_state=model.random_state)
    may_learn = np.ones(len(texts), dtype=bool) if taught is None else np.asarray(taught, dtype=bool)
    outcome, seconds = _Outcome(), 0.0
    for fold in range(folds):
        train, test = _rows(texts, labels, may_learn & (fold_of != fold)), _rows(texts, labels, fold_of == fold)
        seconds += _fit(model, *train)
        outcome.add(model, *test, _usual(train[1]))
    n_train = round(int(may_learn.sum()) * (folds - 1) / folds)
    return _report(outcome, model, test[0], n_train=n_train, train_seconds=seconds / folds)


def _report(
    outcome: _Outcome, model: TriageModel, texts: Texts, *, n_train: int, train_seconds: float | None
) -> TriageReport:
    truth, predicted = np.array(outcome.truth), np.array(outcome.predicted)
    is_right, sure = truth == predicted, np.array(outcome.is_sure)
    order = model.ordered_labels
    return TriageReport(
        n_train=n_train,
        n_test=len(truth),
        labels=tuple(np.union1d(truth, predicted).tolist()),
        accuracy=accuracy(truth, predicted),
        macro_f1=macro_f1(truth, predicted),
        per_label=per_label(truth, predicted),
        majority_accuracy=float(np.mean(outcome.is_majority)),
        ece=ece(np.array(outcome.confidence), is_right),
        brier=float(np.mean(outcome.distance)),
        quadratic_kappa=quadratic_kappa(truth, predicted, order) if order else None,
        coverage=float(sure.mean()),
        selective_accuracy=float(is_right[sure].mean()) if sure.any() else None,
        target_error=model.target_error,
        train_seconds=train_seconds,
        predict_p95_ms=_p95_ms(model, texts),
        model_bytes=len(store.to_bytes(model)),
    )


def _p95_ms(model: TriageModel, texts: Texts) -> float:
    """Return the 95th percentile of the milliseconds of one guess, explanation included."""
    chosen = [texts[i] for i in np.unique(np.linspace(0, len(texts) - 1, min(_TIMED, len(texts))).astype(int))]
    model.guess(chosen[0])
    elapsed = []
    for text in chosen:
        begun = time.perf_counter()
        model.guess(text)
        elapsed.append(time.perf_counter() - begun)
    return float(np.percentile(elapsed, 95) * 1000)


def _fit(model: TriageModel, texts: Texts, labels: Sequence[str]) -> float:
    begun = time.perf_counter()
    model.fit(texts, labels)
    return time.perf_counter() - begun


def _usual(labels: Sequence[str]) -> str:
    """Return the most frequent label: what one would say without reading."""
    names, counts = np.unique(np.asarray(labels, dtype=str), return_counts=True)
    return str(names[counts.argmax()])


def _rows(texts: Texts, labels: Sequence[str], chosen: Bools) -> tuple[list[str], list[str]]:
    places = np.flatnonzero(chosen).tolist()
    return [texts[i] for i in places], [labels[i] for i in places]
