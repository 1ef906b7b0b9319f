"""Why a document was found: which words of the query, in which way, and through which field."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from models.ranking.fields import FIELDS, Floats, Numbers, Sequences, standing
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
        words: list[list[Evidence]] = [[] for _ in documents]
        asked = [(word.word, word.ways) for word in sought if word.ways]
        if not asked or not len(documents):
            nothing = np.zeros(len(documents), dtype=np.float32)
            return Said(words, np.zeros((len(documents), len(FIELDS)), dtype=np.float32), nothing)
        ways = [way for _, of_word in asked for way in of_word]
        said = self._said(ways, documents)
        best = _best_ways(said.sum(axis=2), [len(of_word) for _, of_word in asked])
        fields = said[best, np.arange(len(documents))]
        totals = fields.sum(axis=2)
        for word, place in np.argwhere(totals).tolist():
            words[place].append(Evidence(asked[word][0], ways[best[word, place]]))
        by_letters = np.array([way.kind in _BY_LETTERS for way in ways])[best]
        fields[by_letters] = 0
        return Said(words, fields.sum(axis=0), (totals * by_letters).sum(axis=0))

    def _portions(self, terms: Numbers, documents: NDArray[np.intp]) -> Floats:
        """Return what each term says for each document through each field, of shape (documents, terms, fields)."""
        read = [field.text(number) for field in self.fields for number in documents.tolist()]
        lengths = np.array(list(map(len, read)))
        numbers = np.concatenate(read)
        stand, places = standing(terms, numbers, len(self.weigher.idf_))
        cells = np.repeat(np.arange(len(read)), lengths)[stand] * len(terms) + places
        counts = np.bincount(cells, minlength=len(read) * len(terms)).reshape(len(self.fields), len(documents), -1)
        by_field = lengths.reshape(len(self.fields), -1)
        return self.weigher.portions(terms, np.moveaxis(counts, 0, -1), by_field.T)

    def _said(self, ways: Sequence[Way], documents: NDArray[np.intp]) -> Floats:
        """Return what each way says for each document through each field, of shape (ways, documents, fields)."""
        terms = np.array(sorted({term for way in ways for term, _ in way.terms}), dtype=np.int32)
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


def _best_ways(totals: Floats, sizes: Sequence[int]) -> NDArray[np.intp]:
    """Return which way says most of each word for each document, of shape (words, documents).

    `totals` is what each way says, of shape (ways, documents); `sizes` is how many ways each word has, in their order.
    """
    first = np.cumsum([0, *sizes[:-1]])
    places = first[:, None] + np.minimum(np.arange(max(sizes)), np.array(sizes)[:, None] - 1)  # the last one repeats
    best: NDArray[np.intp] = first[:, None] + totals[places].argmax(axis=1)
    return best


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
    return tuple((word.word, spelling) for word in sought if (spelling := word.correction))


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
