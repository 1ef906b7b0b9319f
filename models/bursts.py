"""Bursts: when more people than chance explains report the same within a short time."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import scipy.sparse as sp
from numpy.typing import NDArray
from scipy.special import chdtri

from models.likeness import Likeness, between

Floats = NDArray[np.float64]

ALIKE = 0.2  # likeness from which two reports may be of one trouble: 1 in 1,000 pairs of unrelated starter incidents
WINDOW_HOURS = 2.0
LEAST_PEOPLE = 3
MOST_PEOPLE = 12  # a burst of so many is told whatever the simulation says
_MONTH_HOURS = 30 * 24.0
_MOST_REPORTS, _MOST_MONTHS = 60_000, 120  # simulated: a few seconds
_CERTAINTY = 0.9  # of the bound on the rate that is stated


@dataclass(frozen=True, slots=True)
class Chance:
    """How many gatherings of like reports a month brings when every report has a trouble of its own.

    `a_month[k]` is the upper bound on the rate of gatherings of `k` people or more.
    """

    a_month: tuple[float, ...]
    months: int

    def least_people(self, target: float) -> int:
        """Return how many people make a burst that chance brings at most `target` times a month."""
        fit = (k for k in range(LEAST_PEOPLE, MOST_PEOPLE) if self.a_month[k] <= target)
        return next(fit, MOST_PEOPLE)

    def of(self, people: int) -> float:
        return self.a_month[min(people, len(self.a_month) - 1)]


def gathered(likeness: Floats, hours: Floats, who: Sequence[object]) -> list[tuple[int, ...]]:
    """Return for every report the reports of others like it in the window before it, one a person, itself last.

    `likeness` (n, n), `hours` (n,) in order and `who` (n,) sent them. A person's first report stands for them.
    """
    found = []
    for last in range(len(hours)):
        first = int(np.searchsorted(hours, hours[last] - WINDOW_HOURS))
        near = (first + np.flatnonzero(likeness[last, first:last] >= ALIKE)).tolist()
        people = {who[place]: place for place in (last, *reversed(near))}
        found.append(tuple(sorted(people.values())))
    return found


def simulate(texts: Sequence[str], *, per_day: float, random_state: int = 0) -> Chance:
    """Return how often like reports gather by chance, by simulation of months of unrelated reports.

    `texts` (n,) are what people report here; each is dealt once before one comes again. Reports come in office hours
    (five days of nine hours) as a Poisson process of `per_day` on average over the week, each from another person.
    """
    random = np.random.default_rng(random_state)
    rows = Likeness().fit(texts).rows(texts)
    rows = rows[:, np.unique(rows.indices)]  # the products of a thousand days need not pass by every empty column
    per_month = max(1.0, per_day * 30)
    months = int(np.clip(_MOST_REPORTS / per_month, 12, _MOST_MONTHS))
    counts = np.zeros(MOST_PEOPLE + 1, dtype=np.int64)
    for _ in range(months):
        counts += _month(rows, _office_hours(random, per_month), random)
    return Chance(tuple(rate_bound(int(count), months) for count in counts), months)


def rate_bound(count: int, months: float) -> float:
    """Return the upper bound on the monthly rate of a Poisson process that was seen `count` times in `months`.

    References
    ----------
    Garwood (1936), Fiducial limits for the Poisson distribution, Biometrika 28.
    """
    return float(chdtri(2 * count + 2, 1 - _CERTAINTY) / 2 / months)


def _office_hours(random: np.random.Generator, per_month: float) -> Floats:
    n = int(random.poisson(per_month))
    weeks, days = random.integers(0, 30, n) // 7, random.integers(0, 5, n)
    minutes = random.uniform(8, 17, n)  # nosec B311 # a simulation, no secret
    hours: Floats = np.sort(weeks * 168.0 + days * 24.0 + minutes)
    return hours


def _month(rows: sp.csr_matrix, hours: Floats, random: np.random.Generator) -> NDArray[np.int64]:
    """Return how many gatherings of k people or more the month had, shape (MOST_PEOPLE + 1,).

    What goes on growing is one gathering: of those of k people only the report that made it k counts.
    """
    counts = np.zeros(MOST_PEOPLE + 1, dtype=np.int64)
    decks = [random.permutation(rows.shape[0]) for _ in range(1 + len(hours) // rows.shape[0])]
    dealt = np.concatenate(decks)[: len(hours)]
    for day in np.split(np.arange(len(hours)), np.flatnonzero(np.diff(hours // 24)) + 1):
        of_day = rows[dealt[day]]
        grown: list[int] = []
        for near in gathered(between(of_day, of_day), hours[day], range(len(day))):
            before = max((grown[place] for place in near[:-1]), default=1)
            grown.append(max(before, min(MOST_PEOPLE, len(near))))
            counts[before + 1 : grown[-1] + 1] += 1
    return counts
