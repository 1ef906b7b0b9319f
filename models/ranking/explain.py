"""Why a document was found: which words of the query, in which way, and through which field."""

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from models.ranking.fields import FIELDS, Sequences
from models.ranking.lookup import Sought, Way
from models.ranking.pairs import Pairs
from models.ranking.results import Why
from models.ranking.weights import FieldWeights


class Evidence(NamedTuple):
    """What one word of the query says for one document: its best way there, and how much through each field."""

    word: str
    way: Way
    fields: tuple[float, ...]


class Standing(NamedTuple):
    """How often each term of the query stands in each field of a document, and how long the fields are."""

    number: int
    counts: Sequence[Counter[int]]
    lengths: Sequence[int]


@dataclass(frozen=True, slots=True)
class Explainer:
    """Takes the score of a document apart into the words and fields it came from."""

    weigher: FieldWeights
    fields: Sequence[Sequences]
    pairs: Pairs

    def evidence(self, sought: Sequence[Sought], numbers: Sequence[int]) -> list[list[Evidence]]:
        """Return for each document what each word says for it, if anything."""
        wanted = np.zeros(len(self.weigher.idf_), dtype=bool)
        wanted[[term for word in sought for way in word.ways for term, _ in way.terms]] = True
        return [self._of(sought, self._standing(number, wanted)) for number in numbers]

    def _standing(self, number: int, wanted: NDArray[np.bool_]) -> Standing:
        read = [field.text(number) for field in self.fields]
        counts = [Counter(terms[wanted[terms]].tolist()) for terms in read]
        return Standing(number, counts, [len(terms) for terms in read])

    def _of(self, sought: Sequence[Sought], document: Standing) -> list[Evidence]:
        found = []
        for word in sought:
            said = [Evidence(word.word, way, self._through(way, document)) for way in word.ways]
            best = max(said, key=lambda one: sum(one.fields), default=None)
            if best and any(best.fields):
                found.append(best)
        return found

    def _through(self, way: Way, document: Standing) -> tuple[float, ...]:
        sums = [0.0] * len(FIELDS)
        if all(self.pairs.postings_.said(row, document.number) for row in way.together):
            for term, weight in way.terms:
                if any(term in count for count in document.counts):
                    portions = self.weigher.portions(term, document.counts, document.lengths)
                    sums = [total + weight * portion for total, portion in zip(sums, portions, strict=True)]
        return tuple(sums)


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
    sums = dict.fromkeys((*FIELDS, "together", "characters", "topic"), 0.0)
    for name, share in shares.items():
        sums[name] += share
    for one in said:
        if one.way.kind in ("completed", "corrected", "alike"):
            sums["characters"] += sum(one.fields)
        else:
            for name, portion in zip(FIELDS, one.fields, strict=True):
                sums[name] += portion
    total = sum(sums.values()) or 1.0
    return tuple((name, round(part / total, 3)) for name, part in sums.items())
