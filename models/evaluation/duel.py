"""Two models on the very same cases: which one is right more often, and could that be chance."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.stats import binom
from sklearn.base import clone

from models.calibration import grouped_folds
from models.triage import TriageModel, same_text

Bools = NDArray[np.bool_]
Labels = NDArray[np.str_]


@dataclass(frozen=True, slots=True)
class Duel:
    """`n` cases that both answered; in `only_first` and `only_second` of them that one alone was right.

    `p_worse` is the chance of so many cases lost by the second, or more, if both were equally good; `p_better` the same
    of so many won.
    """

    n: int
    first_right: int
    second_right: int
    only_first: int
    only_second: int
    p_worse: float
    p_better: float


def duel(first: Bools, second: Bools) -> Duel:
    """Compare which cases (n,) the first and the second got right, by the exact form of McNemar's test.

    References
    ----------
    McNemar (1947), Note on the sampling error of the difference between correlated proportions, Psychometrika 12;
    Dietterich (1998), Approximate Statistical Tests for Comparing Supervised Classification Learning Algorithms.
    """
    lost, won = int((first & ~second).sum()), int((second & ~first).sum())
    return Duel(
        n=len(first),
        first_right=int(first.sum()),
        second_right=int(second.sum()),
        only_first=lost,
        only_second=won,
        p_worse=float(binom.sf(lost - 1, lost + won, 0.5)),
        p_better=float(binom.sf(won - 1, lost + won, 0.5)),
    )


def held_out(
    model: TriageModel,
    texts: Sequence[str],
    labels: Sequence[str],
    *,
    folds: int,
    taught: Sequence[bool] | None = None,
) -> Labels:
    """Return the label of every text (n,) by a model fitted without its fold; like texts share a fold.

    `taught` (n,) says which rows the models may learn from, all when not given: so two training sets are compared on
    the same rows.
    """
    known = np.asarray(labels, dtype=str)
    codes = np.unique(known, return_inverse=True)[1]
    fold_of = grouped_folds(codes, same_text(texts), n_folds=folds, random_state=model.random_state)
    may_learn = np.ones(len(known), dtype=bool) if taught is None else np.asarray(taught, dtype=bool)
    said = np.full(len(known), "", dtype=known.dtype)
    for fold in range(folds):
        inside, outside = (
            np.flatnonzero(may_learn & (fold_of != fold)).tolist(),
            np.flatnonzero(fold_of == fold).tolist(),
        )
        if len(inside) and len(outside):
            fresh = clone(model).fit([texts[i] for i in inside], known[inside].tolist())
            said[outside] = fresh.predict([texts[i] for i in outside])
    return said
