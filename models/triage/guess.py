"""What the model says of one text."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Candidate:
    """A label and its probability (0-1)."""

    label: str
    confidence: float


@dataclass(frozen=True, slots=True)
class Guess:
    """What the model thinks of one text.

    `is_sure` False means that a person will look. `candidates` holds every label, most likely first, and the first
    `n_covering` of them hold the true one in 90 of 100 incidents. `words` are the words as they stand in the text with
    their weight for (+) or against (-) the label, strongest first. Of `n_alike` guesses so confident on incidents held
    out in training, `n_right` were right.
    """

    label: str
    confidence: float
    is_sure: bool
    candidates: tuple[Candidate, ...]
    words: tuple[tuple[str, float], ...]
    n_covering: int = 0
    n_alike: int = 0
    n_right: int = 0
