"""Labels that are probably wrong, and labels that are taken for each other."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from sklearn.base import clone

from models.calibration import Floats, grouped_folds
from models.triage import TriageModel, same_text


@dataclass(frozen=True, slots=True)
class HeldOut:
    """What models that had not seen a row say of it: probabilities (n, k), columns as in `classes`, and labels (n,)."""

    classes: NDArray[np.str_]
    probabilities: Floats
    predicted: NDArray[np.str_]


@dataclass(frozen=True, slots=True)
class Suspect:
    """A row whose label is probably wrong, the likelier one, and how likely that is (0-1)."""

    row: int
    likelier: str
    confidence: float


def held_out(
    model: TriageModel,
    texts: Sequence[str],
    labels: Sequence[str],
    *,
    known: tuple[Sequence[str], Sequence[str]] = ((), ()),
    taught: Sequence[bool] | None = None,
    folds: int = 5,
) -> HeldOut:
    """Return what is said of each of `texts` (n,) by a model fitted to the others' `labels` (n,) and all of `known`.

    `taught` (n,) says which rows the models may learn from, all when not given.
    """
    may_learn = np.ones(len(texts), dtype=bool) if taught is None else np.asarray(taught, dtype=bool)
    codes, groups = np.unique(np.asarray(labels, dtype=str), return_inverse=True)[1], same_text(texts)
    folds = min(folds, int(groups.max()) + 1)
    fold_of = grouped_folds(codes, groups, n_folds=folds, random_state=model.random_state)
    classes = np.unique(np.asarray([*labels, *known[1]], dtype=str))
    chances, said = np.zeros((len(texts), len(classes))), np.zeros(len(texts), dtype=classes.dtype)
    for fold in range(folds):
        inside = np.flatnonzero(may_learn & (fold_of != fold)).tolist()
        outside = np.flatnonzero(fold_of == fold).tolist()
        lesson = [*known[0], *(texts[i] for i in inside)], [*known[1], *(labels[i] for i in inside)]
        fitted = clone(model).fit(*lesson)
        columns = np.searchsorted(classes, fitted.classes_)
        probabilities = fitted.predict_proba([texts[i] for i in outside])
        chances[np.ix_(outside, columns)] = probabilities
        said[outside] = fitted.classes_[fitted.decide(probabilities)]
    return HeldOut(classes, chances, said)


def suspects(found: HeldOut, labels: Sequence[str]) -> list[Suspect]:
    """Return the rows whose label is probably wrong, the plainest first.

    A label counts as likely for a row when its probability is at least what it usually is for rows that have it. A
    row is suspect when the likeliest of these is not its own.

    References
    ----------
    Northcutt, Jiang, Chuang (2021), Confident Learning: Estimating Uncertainty in Dataset Labels, JAIR 70.
    """
    codes = np.searchsorted(found.classes, np.asarray(labels, dtype=str))
    own = found.probabilities[np.arange(len(codes)), codes]
    usual = np.array([own[codes == k].mean() if (codes == k).any() else np.inf for k in range(len(found.classes))])
    likely = np.where(found.probabilities >= usual, found.probabilities, -1.0)
    best = likely.argmax(axis=1)
    rows = np.flatnonzero((likely.max(axis=1) > 0) & (best != codes))
    plainest = rows[np.argsort(own[rows] - found.probabilities[rows, best[rows]], kind="stable")]
    return [
        Suspect(int(row), str(found.classes[best[row]]), float(found.probabilities[row, best[row]])) for row in plainest
    ]


def confused(truth: Sequence[str], predicted: Sequence[str]) -> dict[tuple[str, str], tuple[int, int]]:
    """Return for each pair of labels, in alphabetic order, how often one was taken for the other, and among how many
    rows that truly have one of the two and were given one of the two."""
    said, true = np.asarray(predicted, dtype=str), np.asarray(truth, dtype=str)
    names = np.unique(true).tolist()
    pairs = {}
    for place, one in enumerate(names):
        for other in names[place + 1 :]:
            among = np.isin(true, [one, other]) & np.isin(said, [one, other])
            pairs[one, other] = int((among & (true != said)).sum()), int(among.sum())
    return pairs
