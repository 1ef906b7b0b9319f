"""What a figure is: cells of label, value, n and interval, with the sentence they say."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from kb.analytics.intervals import mean_interval, wilson

SMALL = 5
"""Fewer cases than this say nothing: shown grey, and never in a finding."""


class Unit(StrEnum):
    """What a value counts; shares are 0-1."""

    SHARE = "share"
    MINUTES = "minutes"
    HOURS = "hours"
    MONEY = "money"
    SCORE = "score"
    COUNT = "count"


class Shape(StrEnum):
    """How a figure is best seen: parts of a whole, amounts side by side, months in a row, or a list."""

    PARTS = "parts"
    BARS = "bars"
    MONTHS = "months"
    LIST = "list"


@dataclass(frozen=True, slots=True)
class Cell:
    """One value. `n` is the number of cases behind it (of a share: the whole); low and high are the 95 % interval."""

    label: str
    name: str
    value: float | None
    n: int
    low: float | None = None
    high: float | None = None
    is_exact: bool = False
    """Counted or set wholly, not a sample of cases: has no interval, and few are not too few."""

    @property
    def is_small(self) -> bool:
        return self.value is None or (self.n < SMALL and not self.is_exact)


@dataclass(frozen=True, slots=True)
class Figure:
    """Cells in the order they are to be shown, what they are (`title`, `about`) and what they say (`finding`)."""

    name: str
    title: str
    finding: str
    about: str
    unit: Unit
    shape: Shape
    cells: tuple[Cell, ...]

    @property
    def is_empty(self) -> bool:
        return not any(cell.n for cell in self.cells)


def share_cell(label: str, name: str, hits: float, n: int) -> Cell:
    """A share with its Wilson interval; no value when nothing was counted."""
    return Cell(label, name, hits / n, n, *wilson(hits, n)) if n else Cell(label, name, None, 0)


def share_cells(counts: Mapping[str, int], names: Mapping[str, str]) -> tuple[Cell, ...]:
    """The share of each label among all, in the order of `counts`."""
    total = sum(counts.values())
    return tuple(share_cell(label, names.get(label, label), count, total) for label, count in counts.items())


def mean_cell(label: str, name: str, moments: Sequence[Any]) -> Cell:
    """A mean with its t interval, from n and the means of x and x²; no value when n is 0."""
    n, mean, mean_square = moments
    if not n or mean is None or mean_square is None:
        return Cell(label, name, None, 0)
    low, high = mean_interval(float(mean), float(mean_square), n) or (None, None)
    return Cell(label, name, float(mean), n, low, high)


def count_cells(rows: Iterable[tuple[str, str, int]]) -> tuple[Cell, ...]:
    """Plain counts of (label, name, count)."""
    return tuple(Cell(label, name, float(count), count, is_exact=True) for label, name, count in rows)
