"""How far two people agree beyond chance, with an interval."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Ints = NDArray[np.int64]

_DRAWS = 1000


@dataclass(frozen=True, slots=True)
class Agreement:
    """Kappa (1 always the same, 0 as by chance) over `n` doubly judged cases, with its 95 % interval."""

    kappa: float
    low: float
    high: float
    share: float
    """Of the cases both gave the same label, 0-1."""
    n: int


def agreement(first: Sequence[str], second: Sequence[str], *, order: Sequence[str] = ()) -> Agreement | None:
    """Return how far `first` (n,) and `second` (n,) agree; None without a case.

    With `order` (mildest first) disagreements weigh by the square of their distance in it, else all the same. The
    interval is a bootstrap over the cases.

    References
    ----------
    Cohen (1960), A coefficient of agreement for nominal scales; Cohen (1968), Weighted kappa; Efron (1979), Bootstrap
    methods: another look at the jackknife (percentiles of 1,000 draws).
    """
    if not first:
        return None
    known = list(order) or sorted({*first, *second})
    one, two = (np.array([known.index(label) for label in labels]) for labels in (first, second))
    places = np.arange(len(known))
    cost = np.square(places[:, None] - places) if order else (places[:, None] != places).astype(int)
    random, n = np.random.default_rng(0), len(one)
    drawn = [_kappa(one[chosen], two[chosen], cost) for chosen in random.integers(0, n, (_DRAWS, n))]
    low, high = np.percentile(drawn, [2.5, 97.5])
    return Agreement(_kappa(one, two, cost), float(low), float(high), float((one == two).mean()), n)


def _kappa(one: Ints, two: Ints, cost: Ints) -> float:
    """1 - the mean cost seen / the mean cost if both had dealt out their labels at random."""
    k = len(cost)
    by_chance = np.bincount(one, minlength=k) @ cost @ np.bincount(two, minlength=k) / len(one)
    return float(1 - cost[one, two].sum() / by_chance) if by_chance else 1.0
