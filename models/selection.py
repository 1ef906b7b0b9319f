"""Which texts are worth a person's look first: what the model doesn't know, matters, is rare and unlike what was seen.

The review queue and its replay (`tests/benchmarks/replay_labels.py`) call the same functions with the same numbers.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import scipy.sparse as sp
from numpy.typing import NDArray

from models.likeness import between

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]

MOST_READ = 500
"""So many of those that wait, the least confident first, are read by the model; many more than are shown."""
MOST_COMPARED = 200
"""So many of the most valuable ones are compared with each other and with what was seen; the odd ones far below, which
are unlike everything, teach little."""
MOST_SEEN = 300
"""So many of the latest judged ones are what was seen."""
LEAST = 0.01
"""Uncertainty of what is almost certain: it still has its place, by the other factors."""
_USUAL = 10.0
"""Texts of each label that are taken for granted, so that a few texts don't make a label rare."""


def uncertainty(probabilities: Floats) -> Floats:
    """Return 1 - (the likeliest label's lead over the second), 0-1, for `probabilities` (n, k).

    References
    ----------
    Scheffer, Decomain, Wrobel (2001), Active Hidden Markov Models for Information Extraction, section 4 (margin).
    """
    if probabilities.shape[1] < 2:
        return np.zeros(len(probabilities))
    first_two = -np.sort(-probabilities, axis=1)[:, :2]
    spread: Floats = 1 - (first_two[:, 0] - first_two[:, 1])
    return spread


def rarity(probabilities: Floats) -> Floats:
    """Return how rare the labels are that each text may have, about 1 on average, for `probabilities` (n, k).

    A label that half as many of the texts may have counts twice, weighed by how probable it is for the text. All labels
    are worth the same to macro-F1, and of the rare ones few come by chance.

    References
    ----------
    Attenberg, Ertekin (2013), Class Imbalance and Active Learning, in Imbalanced Learning, chapter 6.
    """
    share = probabilities.sum(axis=0) + _USUAL
    rare: Floats = probabilities @ (share.mean() / share)
    return rare


def worth(probabilities: Floats, doubt: Floats | None = None) -> Floats:
    """Return uncertainty times rarity, above 0, for `probabilities` (n, k); `doubt` (n,) where it is known better."""
    doubt = uncertainty(probabilities) if doubt is None else doubt
    return np.maximum(doubt, LEAST) * rarity(probabilities)


def by_value(
    values: Floats, rows_of: Callable[[Ints], sp.csr_matrix], seen: sp.csr_matrix | None = None, *, most: int = 0
) -> list[int]:
    """Return the places of the `most` (0: all) most valuable texts, in order: `values` times novelty.

    Novelty is 1 - the likeness (0-1) to the nearest text that was seen or stands before it in the order, so that of
    ten reports of one trouble one comes first and the others later. Each next one is chosen among the `MOST_COMPARED`
    that are worth most of those left, as if the order were made anew after each. `values` (n,) is above 0; `rows_of`
    gives the rows of places, and these and `seen` are of `models.likeness`.

    References
    ----------
    Settles, Craven (2008), An Analysis of Active Learning Strategies for Sequence Labeling Tasks, section 3.6
    (information density); the greedy order is that of Carbonell, Goldstein (1998), maximal marginal relevance.
    """
    n = min(most or len(values), len(values))
    left = np.argsort(-values, kind="stable")[: n + MOST_COMPARED]
    if not n:
        return []
    rows, among, order = rows_of(left), np.arange(len(left)), list[int]()
    alike = between(rows, rows)
    nearest = between(rows, seen).max(axis=1) if seen is not None and seen.shape[0] else np.zeros(len(left))
    for _ in range(n):
        first = among[:MOST_COMPARED]
        place = int((values[left[first]] * (1 - np.minimum(nearest[first], 1))).argmax())
        chosen = among[place]
        order.append(int(left[chosen]))
        among = np.delete(among, place)
        nearest = np.maximum(nearest, alike[chosen])
    return order
