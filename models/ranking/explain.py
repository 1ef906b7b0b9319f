"""Why a document was found: which words of the query, in which way, and through which field."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import scipy.sparse as sp
from numpy.typing import NDArray

from models.ranking.lookup import Sought, Way
from models.ranking.results import Why
from models.ranking.weights import WordTerms


class WordWeights(dict[str, float]):
    """How much each written word says, given what the terms say; every word is looked up once."""

    def __init__(self, terms: WordTerms, weights: Mapping[int, float]) -> None:
        self._terms = terms
        self._weights = weights

    def __missing__(self, word: str) -> float:
        weight = 0.0
        for term in self._terms[word]:
            if term in self._weights:
                weight = max(weight, self._weights[term])
        self[word] = weight
        return weight


@dataclass(frozen=True, slots=True)
class Evidence:
    """What one word of the query says for each document shown, by its best way there; arrays of shape (shown,)."""

    sought: Sought
    best: NDArray[np.intp]
    total: NDArray[np.float64]
    title: NDArray[np.float64]

    def way(self, i: int) -> Way:
        return self.sought.ways[int(self.best[i])]


def evidence(
    sought: Sequence[Sought], columns: Sequence[int], weights: sp.csr_matrix, title_weights: sp.csr_matrix
) -> list[Evidence]:
    """Return what each word that stands anywhere says for the documents in `columns`.

    Parameters
    ----------
    weights : what each term says for each document, of shape (terms, documents).
    title_weights : the part of it that comes from the title, of the same shape.
    """
    found = []
    places = np.arange(len(columns))
    for word in sought:
        if word.ways:
            totals = np.array([_sums(weights, way.terms, columns) for way in word.ways])
            titles = np.array([_sums(title_weights, way.terms, columns) for way in word.ways])
            best = totals.argmax(axis=0)
            found.append(Evidence(word, best, totals[best, places], titles[best, places]))
    return found


def explain(said: Sequence[Evidence], i: int, *, boost: float, is_pinned: bool) -> Why:
    """Return why the i-th document shown was found."""
    found = [word for word in said if word.total[i] > 0]
    by_kind: defaultdict[str, list[tuple[str, str]]] = defaultdict(list)
    for word in found:
        by_kind[word.way(i).kind].append((word.sought.word, word.way(i).text))
    return Why(
        words=tuple(word.sought.word for word in found),
        corrections=tuple(by_kind["corrected"]),
        parts=_parts(found, i),
        synonyms=tuple(by_kind["synonym"]),
        boost=round(boost, 3),
        is_pinned=is_pinned,
    )


def corrections(sought: Sequence[Sought]) -> tuple[tuple[str, str], ...]:
    """Return each word that was corrected beside its correction."""
    return tuple((word.word, word.correction) for word in sought if word.correction)


def _parts(found: Sequence[Evidence], i: int) -> tuple[tuple[str, float], ...]:
    """Return the share of each channel; a word that is found by its letters only counts for "characters"."""
    sums = {"title": 0.0, "body": 0.0, "characters": 0.0}
    for word in found:
        if word.way(i).kind in ("completed", "corrected"):
            sums["characters"] += word.total[i]
        else:
            sums["title"] += word.title[i]
            sums["body"] += word.total[i] - word.title[i]
    total = sum(sums.values()) or 1.0
    return tuple((name, round(float(part / total), 3)) for name, part in sums.items())


def _sums(weights: sp.csr_matrix, terms: Sequence[tuple[int, float]], columns: Sequence[int]) -> NDArray[np.float64]:
    """Return what `terms` add to each of `columns`, by binary search: SciPy's own indexing takes milliseconds."""
    wanted = np.asarray(columns)
    sums = np.zeros(len(wanted))
    for term, factor in terms:
        start, end = weights.indptr[term], weights.indptr[term + 1]
        if start < end:
            row = weights.indices[start:end]
            places = np.minimum(np.searchsorted(row, wanted), len(row) - 1)
            sums += factor * np.where(row[places] == wanted, weights.data[start + places], 0.0)
    return sums
