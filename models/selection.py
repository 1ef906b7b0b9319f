"""Which texts are worth a person's look first: what the model doesn't know, matters, and is unlike what was seen."""

from __future__ import annotations

import numpy as np
import scipy.sparse as sp
from numpy.typing import NDArray

from models.likeness import between

Floats = NDArray[np.float64]


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


def by_value(worth: Floats, rows: sp.csr_matrix, seen: sp.csr_matrix | None = None, *, most: int = 0) -> list[int]:
    """Return the places of the `most` (0: all) most valuable texts, in order: worth times novelty.

    Novelty is 1 - the likeness (0-1) to the nearest text that was seen or stands before it in the order, so that of
    ten reports of one trouble one comes first and the others later. `worth` (n,) is above 0, `rows` (n, m) and `seen`
    are of `models.likeness`.

    References
    ----------
    Settles, Craven (2008), An Analysis of Active Learning Strategies for Sequence Labeling Tasks, section 3.6
    (information density); the greedy order is that of Carbonell, Goldstein (1998), maximal marginal relevance.
    """
    n = rows.shape[0]
    nearest = np.zeros(n)
    if seen is not None and seen.shape[0] and n:
        nearest = between(rows, seen).max(axis=1)
    alike, order, waits = between(rows, rows), list[int](), np.ones(n, dtype=bool)
    for _ in range(min(most or n, n)):
        value = np.where(waits, worth * (1 - np.minimum(nearest, 1)), -1.0)
        chosen = int(value.argmax())
        order.append(chosen)
        waits[chosen] = False
        nearest = np.maximum(nearest, alike[chosen])
    return order
