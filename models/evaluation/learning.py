"""How much better a classifier gets with more labels: the curve through what was measured, and how far it reaches."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from models.evaluation.classification import Labels, macro_f1

_PACES = np.geomspace(10, 5_000, 60)
MOST_LABELS = 100_000
"""Beyond this many more a forecast says that labels alone won't do it."""
RESAMPLES = 200
LEAST_POINTS = 3


@dataclass(frozen=True, slots=True)
class Curve:
    """score(n) = top - drop / sqrt(1 + n / pace) after n labels.

    References
    ----------
    Cortes, Jackel, Solla, Vapnik, Denker (1993), Learning Curves: Asymptotic Values and Rate of Convergence, NIPS 6;
    Figueroa, Zeng-Treitler, Kandula, Ngo (2012), Predicting sample size required for classification performance,
    BMC Medical Informatics 12:8. The power is held at one half: with five points a third number finds only noise.
    """

    top: float
    drop: float
    pace: float

    def at(self, n: float) -> float:
        return float(self.top - self.drop / np.sqrt(1 + n / self.pace))

    def labels_for(self, score: float) -> int | None:
        """Return how many labels give `score`; None when that is beyond the top or `MOST_LABELS`."""
        if self.at(0) >= score:
            return 0
        if score >= self.top or self.drop <= 0:
            return None
        n = self.pace * ((self.drop / (self.top - score)) ** 2 - 1)
        return int(np.ceil(n)) if n <= MOST_LABELS else None


@dataclass(frozen=True, slots=True)
class Forecast:
    """How many labels more bring a score, with its 95 % interval; None stands for more than can be had."""

    score: float
    more: int | None
    low: int | None
    high: int | None


def fit_curve(counts: Sequence[int], scores: Sequence[float]) -> Curve:
    """Fit a curve to `scores` (n,) after `counts` (n,) labels by least squares; it never falls and never passes 1."""
    n, y = np.asarray(counts, dtype=float), np.asarray(scores, dtype=float)
    found = [_through(1 / np.sqrt(1 + n / pace), y, float(pace)) for pace in _PACES]
    return min(found, key=lambda pair: pair[0])[1]


def forecast(counts: Sequence[int], predicted: Sequence[Labels], truth: Labels, *, score: float) -> Forecast:
    """Return how many labels more bring macro-F1 `score`.

    `predicted` holds for each of `counts`, the smallest first, what a model with so many labels said of the same
    rows (m,) as `truth` (m,). The interval comes from drawing those rows anew, `RESAMPLES` times.

    References
    ----------
    Efron, Tibshirani (1993), An Introduction to the Bootstrap, chapter 13 (percentile interval).
    """

    def more(rows: NDArray[np.int64]) -> float:
        scores = [macro_f1(truth[rows], said[rows]) for said in predicted]
        needed = fit_curve(counts, scores).labels_for(score)
        return np.inf if needed is None else max(0, needed - counts[-1])

    random = np.random.default_rng(0)
    drawn = [more(random.integers(0, len(truth), len(truth))) for _ in range(RESAMPLES)]
    low, high = np.quantile(drawn, [0.025, 0.975], method="inverted_cdf")
    return Forecast(score, _count(more(np.arange(len(truth)))), _count(low), _count(high))


def _through(x: NDArray[np.float64], y: NDArray[np.float64], pace: float) -> tuple[float, Curve]:
    """Return the squared error and the curve top - drop * x that has least of it."""
    spread = x - x.mean()
    drop = max(0.0, -float(spread @ y) / float(spread @ spread))
    top = float(y.mean() + drop * x.mean())
    if top > 1:
        top, drop = 1.0, max(0.0, float(((1 - y) @ x) / (x @ x)))
    return float(((y - top + drop * x) ** 2).sum()), Curve(top, drop, pace)


def _count(value: float) -> int | None:
    return int(value) if np.isfinite(value) else None
