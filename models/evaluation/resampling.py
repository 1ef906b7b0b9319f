"""How far a measure may be off by chance, whatever the measure: the rows are drawn anew, many times."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

ROUNDS = 500


def spread(measure: Callable[[NDArray[np.int64]], float], n: int, *, seed: int = 0) -> tuple[float, float]:
    """Return the 95 % interval of `measure`, which gets the numbers of the rows (n,) to look at.

    References
    ----------
    Efron, Tibshirani (1993), An Introduction to the Bootstrap, chapter 13 (percentile interval).
    """
    random = np.random.default_rng(seed)
    found = [measure(random.integers(0, n, n)) for _ in range(ROUNDS)]
    low, high = np.quantile(found, [0.025, 0.975])
    return float(low), float(high)
