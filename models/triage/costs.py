"""What a wrong label costs where labels have an order: too low is worse than too high."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]

UNDER = 1.5  # times as much as a label too high by as many steps costs one too low
STEP = 0.25  # what each step costs beside the mistake itself, which costs 1


def cheapest(probabilities: Floats, ranks: Ints | None) -> Ints:
    """Return the column with the lowest expected cost for each row of `probabilities` (n, k), shape (n,).

    `ranks` (k,) are the places of the columns in their order; without an order every mistake costs the same, and the
    likeliest column is the cheapest.

    References
    ----------
    Elkan (2001), The Foundations of Cost-Sensitive Learning, IJCAI, section 1.
    """
    if ranks is None:
        return np.asarray(probabilities.argmax(axis=1), dtype=np.int64)
    too_low = ranks[:, None] - ranks[None, :]  # of the said column (second) below the true one (first)
    cost = (too_low != 0) + STEP * np.abs(too_low)
    expected = probabilities @ np.where(too_low > 0, UNDER * cost, cost)
    return np.asarray(expected.argmin(axis=1), dtype=np.int64)
