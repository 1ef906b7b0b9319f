"""What a wrong answer costs, in looks: one look is a person reading one incident."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from kb.labels import Severity, Target

TOO_HIGH, TOO_LOW, MISSED = 1.0, 2.0, 10.0
"""A severity one level too high; one level too low; a critical one called medium or low."""
ASKED, ASTRAY = 1.0, 5.0
"""A type that is left to a person; a wrong type that nobody looks at, so that the wrong team works on it first."""
WORDS = {
    Target.SEVERITY: "Each level too high costs 1, each level too low 2, a critical one called medium or low 10.",
    Target.TYPE: "An answer left to a person costs 1, a wrong one given without asking 5. With no assistant a person "
    "looks at each: 1.",
}
Floats = NDArray[np.float64]
Strings = NDArray[np.str_]


def of_severities(truth: Strings, said: Strings) -> Floats:
    """The cost of each answer (n,)."""
    place = {severity.value: rank for rank, severity in enumerate(Severity)}
    true, told = (np.array([place[label] for label in labels], dtype=float) for labels in (truth, said))
    cost = np.where(told > true, TOO_HIGH * (told - true), TOO_LOW * (true - told))
    return np.where(is_missed(truth, said), MISSED, cost)


def is_missed(truth: Strings, said: Strings) -> NDArray[np.bool_]:
    """Which critical ones (n,) were called less than high."""
    missed: NDArray[np.bool_] = (truth == Severity.CRITICAL) & ~np.isin(said, [Severity.CRITICAL, Severity.HIGH])
    return missed


def of_types(truth: Strings, said: Strings, is_sure: NDArray[np.bool_]) -> Floats:
    """The cost of each answer (n,), given alone where it is sure."""
    return np.where(is_sure, np.where(truth == said, 0.0, ASTRAY), ASKED)
