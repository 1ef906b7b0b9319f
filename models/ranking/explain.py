"""Why a document was found: which words of the query, in which way, and through which field."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from models.ranking.fields import FIELDS, Floats, Numbers, Sequences
from models.ranking.lookup import Sought, Way
from models.ranking.pairs import Pairs
from models.ranking.results import Why
from models.ranking.weights import FieldWeights

_BY_LETTERS = ("completed", "corrected", "alike")


class Evidence(NamedTuple):
    """What one word of the query says for one document: its best way there, and how much through each field."""

    word: str
    way: Way
    fields: tuple[float, ...]


@dataclass(frozen=True, slots=True)
class Explainer:
    """Takes the scores of documents apart into the words and fields they came from."""

    weigher: FieldWeights
    fields: Sequence[Sequences]
    pairs: Pairs

    def evidence(self, sought: Sequence[Sought], numbers: Sequence[int]) -> list[list[Evidence]]:
        """Return for each document of `numbers` (n,) what each word says for it, if anything."""
        terms = np.array(sorted({term for word in sought for way in word.ways for term, _ in way.terms}), np.int32)
        found: list[list[Evidence]] = [[] for _ in numbers]
        if not len(terms) or not len(numbers):
            return found
        documents = np.array(numbers, dtype=np.intp)
        said = self._said([way for word in sought for way in word.ways], terms, documents)
        totals, first = said.sum(axis=2), 0
        for word in sought:
            if word.ways:
                best = totals[first : first + len(word.ways)].argmax(axis=0)
                for place, fields in enumerate(said[first + best, np.arange(len(documents))].tolist()):
                    if any(fields):
                        found[place].append(Evidence(word.word, word.ways[best[place]], tuple(fields)))
                first += len(word.ways)
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


def why(said: Sequence[Evidence], shares: Mapping[str, float], *, boost: float, is_pinned: bool) -> Why:
    """Put the evidence into words; `shares` is what pairs, letters and topic said beside."""
    by_kind: defaultdict[str, list[tuple[str, str]]] = defaultdict(list)
    for one in said:
        by_kind[one.way.kind].append((one.word, one.way.text))
    return Why(
        words=tuple(one.word for one in said),
        corrections=tuple(by_kind["corrected"] + by_kind["alike"]),
        parts=_parts(said, shares),
        synonyms=tuple(by_kind["synonym"]),
        boost=round(boost, 3),
        is_pinned=is_pinned,
    )


def corrections(sought: Sequence[Sought]) -> tuple[tuple[str, str], ...]:
    """Return each word that was corrected beside its correction."""
    return tuple((word.word, word.correction) for word in sought if word.correction)


def _parts(said: Sequence[Evidence], shares: Mapping[str, float]) -> tuple[tuple[str, float], ...]:
    """Return the share of each channel; a word found by its letters only counts for "characters"."""
    sums = {**dict.fromkeys(FIELDS, 0.0), **shares}
    for one in said:
        if one.way.kind in _BY_LETTERS:
            sums["characters"] += sum(one.fields)
        else:
            for field, portion in zip(FIELDS, one.fields, strict=True):
                sums[field] += portion
    total = sum(sums.values()) or 1.0
    return tuple((name, round(part / total, 3)) for name, part in sums.items())
