"""What would have to be missing from a text for the model to say something else."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

from models.triage.guess import Guess

MOST_WORDS = 5
"""A list any longer explains nothing."""


class Guesser(Protocol):
    """Whatever guesses labels."""

    def guess(self, text: str) -> Guess: ...


@dataclass(frozen=True, slots=True)
class Turn:
    """Without `words` the text would be labelled `label`; with any one of them left in it, it would not."""

    words: tuple[str, ...]
    label: str


def turning_words(model: Guesser, text: str, guess: Guess) -> Turn | None:
    """Return the fewest words found whose absence turns `guess`; None when the strongest five do not.

    The words that spoke for the label are taken out, the strongest first, until the model says something else; then
    every one that can stay is put back. Each step asks the model itself.

    References
    ----------
    Martens, Provost (2014), Explaining Data-Driven Document Classifications, MIS Quarterly 38(1), algorithm 1 (SEDC).
    """
    for_it = [word for word, weight in guess.words if weight > 0][:MOST_WORDS]
    for n in range(1, len(for_it) + 1):
        if model.guess(without(text, for_it[:n])).label != guess.label:
            return _fewest(model, text, guess, for_it[:n])
    return None


def without(text: str, words: Sequence[str]) -> str:
    """Return `text` with every occurrence of the words taken out, however they are capitalised."""
    if not words:
        return text
    any_of = "|".join(map(re.escape, words))
    return re.sub(rf"(?<!\w)(?:{any_of})(?!\w)", "", text, flags=re.IGNORECASE)


def _fewest(model: Guesser, text: str, guess: Guess, words: Sequence[str]) -> Turn:
    kept = list(words)
    for word in words:
        rest = [one for one in kept if one != word]
        if rest and model.guess(without(text, rest)).label != guess.label:
            kept = rest
    return Turn(tuple(kept), model.guess(without(text, kept)).label)
