"""Why a document was found: which words of the query, in which way, and through which field."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from models.ranking.fields import FIELDS, Floats, Numbers, Sequences
from models.ranking.lookup import Sought, Way
from models.ranking.pairs import Pairs
from models.ranking.results import Why
from models.ranking.weights import FieldWeights

CHANNELS = (*FIELDS, "together", "characters", "topic")
_BY_LETTERS = ("completed", "corrected", "alike")


class Evidence(NamedTuple):
    """One word of the query that says something for a document, and its best way there."""

    word: str
    way: Way


class Said(NamedTuple):
    """What a query says for documents: the words that match each, and how much they say through each field.

    `fields` is of shape (documents, fields), without the words found by their letters; what these say is `letters`, of
    shape (documents,).
    """

    words: list[list[Evidence]]
    fields: Floats
    letters: Floats


@dataclass(frozen=True, slots=True)
class Explainer:
    """Takes the scores of documents apart into the words and fields they came from."""

    weigher: FieldWeights
    fields: Sequence[Sequences]
    pairs: Pairs

    def evidence(self, sought: Sequence[Sought], documents: NDArray[np.intp]) -> Said:
        """Return what each word says for each of `documents` (n,), in its best way there."""
        terms = np.array(sorted({term for word in sought for way in word.ways for term, _ in way.terms}), np.int32)
        n, every = len(documents), np.arange(len(documents))
        found = Said([[] for _ in every], np.zeros((n, len(FIELDS)), np.float32), np.zeros(n, np.float32))
        if not len(terms) or not n:
            return found
        ways = [(word.word, way) for word in sought for way in word.ways]
        said = self._said([way for _, way in ways], terms, documents)
        totals = said.sum(axis=2)
        by_letters = np.array([way.kind in _BY_LETTERS for _, way in ways])
        first = 0
        for end in np.cumsum([len(word.ways) for word in sought if word.ways]).tolist():
            best = first + totals[first:end].argmax(axis=0)
            for place in np.flatnonzero(totals[best, every]).tolist():
                found.words[place].append(Evidence(*ways[best[place]]))
            found.fields[:] += said[best, every] * ~by_letters[best, None]
            found.letters[:] += totals[best, every] * by_letters[best]
            first = end
        return found

    def _portions(self, terms: Numbers, documents: NDArray[np.intp]) -> Floats:
        """Return what each term says for each document through each field, of shape (documents, terms, fields)."""
        read = [field.text(number) for field in self.fields for number in documents.tolist()]
        lengths = np.array(list(map(len, read)))
        numbers = np.concatenate(read)
        places = np.minimum(np.searchsorted(terms, numbers), len(terms) - 1)
        stand = terms[places] == numbers
        cells = np.repeat(np.arange(len(read)), lengths)[stand] * len(terms) + places[stand]
        counts = np.bincount(cells, minlength=len(read) * len(terms)).reshape(len(self.fields), len(documents), -1)
        by_field = lengths.reshape(len(self.fields), -1)
        return self.weigher.portions(terms, np.moveaxis(counts, 0, -1), by_field.T)

    def _said(self, ways: Sequence[Way], terms: Numbers, documents: NDArray[np.intp]) -> Floats:
        """Return what each way says for each document through each field, of shape (ways, documents, fields)."""
        place_of = {term: place for place, term in enumerate(terms.tolist())}
        factors = np.zeros((len(ways), len(terms)), dtype=np.float32)
        for place, way in enumerate(ways):
            for term, factor in way.terms:
                factors[place, place_of[term]] += factor
        said: Floats = np.tensordot(factors, self._portions(terms, documents), axes=(1, 1))
        for place, way in enumerate(ways):
            for row in way.together:
                said[place, self.pairs.postings_.at(row, documents) <= 0] = 0
        return said


def why(said: Sequence[Evidence], parts: Sequence[float], *, boost: float, is_pinned: bool) -> Why:
    """Put the evidence for a document into words; `parts` is the share of each of CHANNELS."""
    by_kind: defaultdict[str, list[tuple[str, str]]] = defaultdict(list)
    for one in said:
        by_kind[one.way.kind].append((one.word, one.way.text))
    return Why(
        words=tuple([one.word for one in said]),
        corrections=tuple(by_kind["corrected"] + by_kind["alike"]),
        parts=tuple(zip(CHANNELS, parts, strict=True)),
        synonyms=tuple(by_kind["synonym"]),
        boost=round(boost, 3),
        is_pinned=is_pinned,
    )


def corrections(sought: Sequence[Sought]) -> tuple[tuple[str, str], ...]:
    """Return each word that was corrected beside its correction."""
    return tuple((word.word, word.correction) for word in sought if word.correction)


def parts(said: Said, beside: Floats) -> list[list[float]]:
    """Return what share each of CHANNELS has in a document's score.

    `beside` is what pairs, letters and topic say beside the words, (documents, 3). A word found by its letters only
    counts for "characters".
    """
    sums = np.hstack((said.fields, beside)).astype(np.float64)
    sums[:, CHANNELS.index("characters")] += said.letters
    totals = sums.sum(axis=1, keepdims=True)
    shares: list[list[float]] = np.round(sums / np.where(totals == 0, 1, totals), 3).tolist()
    return shares
