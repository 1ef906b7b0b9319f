"""Texts that are so alike that one must not be held out while the other is learnt."""

from __future__ import annotations

import re
from collections.abc import Sequence

import numpy as np

from models.triage.reading import Ints, Told, read


def same_text(texts: Sequence[str]) -> Ints:
    """Return a group number for every text, shape (n,): equal but for digits, case and punctuation means one group."""
    return alike([read(text, is_report=False) for text in texts])


def alike(told: Sequence[Told]) -> Ints:
    """Return what `same_text` does of texts that are taken apart."""
    return numbered([re.sub(r"\d+", "0", " ".join(one.tokens)) for one in told])


def numbered(groups: Sequence[object]) -> Ints:
    """Return a number for every group, shape (n,), in the order in which they come."""
    numbers: dict[object, int] = {}
    return np.array([numbers.setdefault(group, len(numbers)) for group in groups], dtype=np.int64)
