"""What a word of a query that is looked up in several ways says for the documents; kept for those asked for last."""

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from models.ranking.fields import Floats, Numbers
from models.ranking.lookup import Sought, Way
from models.ranking.pairs import Pairs
from models.ranking.postings import Postings

_MANY = 32
"""A word found in more than one of so many documents is added to all: quicker than picking them."""
_KEPT = 1 << 22  # scores of all words that are kept


class Scored(NamedTuple):
    """What a word says for `documents`, some of them more than once; None for all there are."""

    documents: NDArray[np.intp] | None
    scores: Floats


class WordScores(dict[Sought, Scored]):
    """What a word says for each document: of its ways the best one there."""

    def __init__(self, postings: Postings, pairs: Pairs) -> None:
        self._postings = postings
        self._pairs = pairs.postings_
        self._size = postings.weights.shape[1]
        self._kept = 0

    def add(self, scores: Floats, word: Sought) -> None:
        """Add what `word` says to `scores` (documents,)."""
        documents, said = self[word]
        if documents is None:
            scores += said
        else:
            scores[documents] += said  # a document that comes twice is added to once

    def __missing__(self, word: Sought) -> Scored:
        said = self._best(word.ways)
        self._kept += len(said.scores)
        if self._kept > _KEPT:
            self.clear()
            self._kept = len(said.scores)
        self[word] = said
        return said

    def _best(self, ways: Sequence[Way]) -> Scored:
        of_word = np.zeros(self._size, dtype=np.float32)
        reached: list[NDArray[np.intp]] = []
        for way in ways:
            found, said = self._together(way) if way.together else self._each(way)
            documents = found.astype(np.intp)  # once, instead of each time it picks
            of_word[documents] = np.maximum(of_word[documents], said) if reached else said
            reached.append(documents)
        if sum(map(len, reached)) > self._size // _MANY:
            return Scored(None, of_word)
        documents = np.concatenate(reached)
        return Scored(documents, of_word[documents])

    def _together(self, way: Way) -> tuple[Numbers, Floats]:
        """Return the documents in which the words of a way stand side by side, and what it says for them."""
        documents = min((self._pairs.row(row)[0] for row in way.together), key=len)
        for row in way.together:
            documents = documents[self._pairs.at(row, documents) > 0]
        said = np.zeros(len(documents), dtype=np.float32)
        for term, factor in way.terms:
            said += np.float32(factor) * self._postings.at(term, documents)
        return documents, said

    def _each(self, way: Way) -> tuple[Numbers, Floats]:
        """Return the documents in which a term of a way stands, some more than once, and what it says for them."""
        if len(way.terms) == 1:
            ((term, factor),) = way.terms
            documents, said = self._postings.row(term)
            return documents, said * np.float32(factor)
        of_way = np.zeros(self._size, dtype=np.float32)
        self._postings.add(of_way, way.terms)
        documents = self._postings.documents(term for term, _ in way.terms)
        return documents, of_way[documents]
