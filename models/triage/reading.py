"""Texts taken apart: tokens and where they stand, signs and what tokens they cover, and many texts laid end to end."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from models.text import word_spans, word_tokens
from models.triage.mail import told
from models.triage.signs import signs_in

MOST_CHARS = 8000  # of a text are read: a pasted log says no more after that
Ints = NDArray[np.int64]


class Told(NamedTuple):
    """What of one text counts."""

    tokens: list[str]
    places: list[tuple[int, int, int, int]]  # start and end of each word, first and stop among the tokens
    signs: list[tuple[int, int, int]]  # number of the sign, first and stop among the tokens


def read(text: str, *, is_report: bool, has_signs: bool = False) -> Told:
    """Take the first `MOST_CHARS` characters of a text apart; of a report, what its writer tells.

    Signs take longest to find, and are sought only when `has_signs`.
    """
    text = told(text[:MOST_CHARS]) if is_report else text[:MOST_CHARS]
    tokens: list[str] = []
    places = []
    for start, end in word_spans(text):
        first = len(tokens)
        tokens += word_tokens(text[start:end])
        places.append((start, end, first, len(tokens)))
    return Told(tokens, places, _covered(places, signs_in(text)) if has_signs else [])


@dataclass(frozen=True, slots=True)
class Laid:
    """The tokens of several texts laid end to end.

    `terms` are the different tokens; `number` (n_tokens,) says which one stands at a place, `text` (n_tokens,) in
    which text, `position` (n_tokens,) as the how-manieth of it. `signs` (n_signs, 3) are number, first and stop.
    """

    terms: list[str]
    number: Ints
    text: Ints
    position: Ints
    signs: Ints
    n: int


def lay(texts: Sequence[Told]) -> Laid:
    """Lay texts end to end."""
    numbers: dict[str, int] = {}
    number = [numbers.setdefault(token, len(numbers)) for told in texts for token in told.tokens]
    lengths = np.array([len(told.tokens) for told in texts], dtype=np.int64)
    starts = np.cumsum(lengths) - lengths
    signs = [
        (n, start + a, start + b) for told, start in zip(texts, starts.tolist(), strict=True) for n, a, b in told.signs
    ]
    return Laid(
        terms=list(numbers),
        number=np.array(number, dtype=np.int64),
        text=np.repeat(np.arange(len(texts)), lengths),
        position=np.arange(len(number)) - np.repeat(starts, lengths),
        signs=np.array(signs, dtype=np.int64).reshape(-1, 3),
        n=len(texts),
    )


def _covered(
    places: Sequence[tuple[int, int, int, int]], signs: Sequence[tuple[int, int, int]]
) -> list[tuple[int, int, int]]:
    """Return (number, first, stop) of the signs, by the tokens they cover; a sign that covers none is left out."""
    starts, ends = [place[0] for place in places], [place[1] for place in places]
    found = []
    for number, start, end in signs:
        inside = places[bisect_left(ends, start + 1) : bisect_left(starts, end)]
        if inside and inside[0][2] < inside[-1][3]:
            found.append((number, inside[0][2], inside[-1][3]))
    return found
