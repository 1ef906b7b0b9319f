"""What one would say without a model: what any learning has to beat."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from typing import Self

import numpy as np
from numpy.typing import NDArray

from models.text import tokens

_EVERYWHERE = 0.25
"""A word in more texts than this share tells nobody anything."""


class Majority:
    """Says always the most frequent label."""

    def fit(self, texts: Sequence[str], labels: Sequence[str]) -> Self:
        names, counts = np.unique(np.asarray(labels, dtype=str), return_counts=True)
        self.usual_ = str(names[counts.argmax()])
        return self

    def predict(self, texts: Sequence[str]) -> NDArray[np.str_]:
        """Return the label for every text, shape (n,)."""
        return np.full(len(texts), self.usual_)


class Keywords:
    """A list of words for each label, as somebody would write it: the label with most hits wins, else the usual one.

    Parameters
    ----------
    each : int
        Words of a list: those whose share among the label's texts exceeds their share among the others' most.

    Attributes
    ----------
    words_ : dict of str to tuple of str
    """

    def __init__(self, each: int = 10) -> None:
        self.each = each

    def fit(self, texts: Sequence[str], labels: Sequence[str]) -> Self:
        self.usual_ = Majority().fit(texts, labels).usual_
        rows = [set(tokens(text)) for text in texts]
        of_label = {label: Counter[str]() for label in sorted(set(labels))}
        for row, label in zip(rows, labels, strict=True):
            of_label[label].update(row)
        total, n_of = sum(of_label.values(), Counter[str]()), Counter(labels)

        def gain(word: str, label: str) -> float:
            inside, n = of_label[label][word], n_of[label]
            return inside / n - (total[word] - inside) / max(1, len(rows) - n)

        telling = [word for word, count in total.items() if count <= _EVERYWHERE * len(rows)]
        self.words_ = {
            label: tuple(sorted(telling, key=lambda word: (-gain(word, label), word))[: self.each])
            for label in of_label
        }
        return self

    def predict(self, texts: Sequence[str]) -> NDArray[np.str_]:
        """Return the label for every text, shape (n,)."""
        return np.array([self._say(set(tokens(text))) for text in texts], dtype=str)

    def _say(self, found: set[str]) -> str:
        hits = {label: sum(word in found for word in words) for label, words in self.words_.items()}
        best = max(hits.values())
        if not best or hits.get(self.usual_) == best:
            return self.usual_
        return next(label for label, count in hits.items() if count == best)
