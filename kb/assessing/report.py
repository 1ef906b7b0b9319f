"""What an assessment says, and its way into the database and back."""

from __future__ import annotations

from dataclasses import dataclass, is_dataclass
from datetime import datetime
from enum import StrEnum
from types import UnionType
from typing import Any, get_args, get_origin, get_type_hints

from kb.analytics.intervals import wilson
from kb.labels import Target


@dataclass(frozen=True, slots=True)
class Share:
    """`hits` of `n` with the 95 % interval (Wilson) of their share."""

    hits: int
    n: int
    low: float
    high: float

    @classmethod
    def of(cls, hits: int, n: int) -> Share:
        return cls(hits, n, *wilson(hits, n))

    @property
    def value(self) -> float | None:
        return self.hits / self.n if self.n else None


@dataclass(frozen=True, slots=True)
class Span:
    """A figure with its 95 % interval by drawing the incidents anew."""

    value: float
    low: float
    high: float


@dataclass(frozen=True, slots=True)
class Rival:
    """A way to label: assistant, reporter (impact x urgency), keywords or majority. `missed` of the critical ones were
    called less than high; None where it is not about severity."""

    name: str
    right: Share
    macro_f1: Span
    cost: Span
    missed: Share | None


@dataclass(frozen=True, slots=True)
class Bin:
    """Answers of about the same confidence (its mean, 0-1), and how many were right."""

    confidence: float
    right: Share


@dataclass(frozen=True, slots=True)
class Group:
    """A team's incidents, or those in one language. `by` says which of the two."""

    by: str
    name: str
    right: Share
    macro_f1: Span
    cost: Span
    missed: Share | None


@dataclass(frozen=True, slots=True)
class Pair:
    """Two labels and how often one was taken for the other, among incidents of the two."""

    one: str
    other: str
    mixed: Share
    is_too_often: bool


@dataclass(frozen=True, slots=True)
class Doubt:
    """An incident whose confirmed label is probably wrong, and the likelier one with its confidence (0-1)."""

    incident_id: int
    title: str
    label: str
    likelier: str
    confidence: float


@dataclass(frozen=True, slots=True)
class Curve:
    """Macro-F1 after so many own labels, and how many more bring `target`. None: more than can be had."""

    counts: tuple[int, ...]
    scores: tuple[float, ...]
    fitted: tuple[float, ...]
    target: float
    more: int | None
    low: int | None
    high: int | None


@dataclass(frozen=True, slots=True)
class Report:
    """An assessment. Learned from `n_starter` starter rows and `n_train` of the oldest confirmed incidents, tried on
    the `n_test` latest. `n_over_cap` of the oldest were left out, since a training takes only so many of one person,
    and `n_repeats` of the latest, since the same text had been learned from."""

    target: Target
    until: datetime
    is_demo: bool
    n_starter: int
    n_train: int
    n_over_cap: int
    n_test: int
    n_repeats: int
    from_at: datetime
    """When the first of the latest came in; everything learned from is older."""
    to_at: datetime
    rivals: tuple[Rival, ...]
    sure: Share
    """Answers it would give alone."""
    wrong_sure: Share
    """Wrong ones among those."""
    target_error: float
    calibration_error: Span
    bins: tuple[Bin, ...]
    groups: tuple[Group, ...]
    pairs: tuple[Pair, ...]
    doubts: tuple[Doubt, ...]
    curve: Curve | None

    @property
    def assistant(self) -> Rival:
        return self.rivals[0]


def restored(kind: Any, value: Any) -> Any:
    """`value` of JSON as the `kind` it was made from. Raises KeyError, TypeError or ValueError when it is another."""
    if get_origin(kind) is UnionType:
        return None if value is None else restored(next(one for one in get_args(kind) if one is not type(None)), value)
    if get_origin(kind) is tuple:
        inner = get_args(kind)
        kinds = [inner[0]] * len(value) if inner[-1] is Ellipsis else inner
        return tuple(restored(one, part) for one, part in zip(kinds, value, strict=True))
    if is_dataclass(kind) and isinstance(kind, type):
        hints = get_type_hints(kind)
        return kind(**{name: restored(hints[name], value[name]) for name in kind.__dataclass_fields__})
    if kind is datetime:
        return datetime.fromisoformat(value)
    return kind(value) if isinstance(kind, type) and issubclass(kind, StrEnum) else value
