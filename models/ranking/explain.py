"""Why a document was found: which words of the query, and through which channel."""

from collections.abc import Mapping, Sequence

import numpy as np
import scipy.sparse as sp
from numpy.typing import NDArray

from models.ranking.lookup import Sought
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


def explain(
    sought: Sequence[Sought], columns: Sequence[int], weights: sp.csr_matrix, title_weights: sp.csr_matrix
) -> list[Why]:
    """Return why each document in `columns` was found.

    Parameters
    ----------
    weights : what each term says for each document, of shape (terms, documents).
    title_weights : the part of it that comes from the title, of the same shape.
    """
    typed = [_sums(weights, word.terms, columns) for word in sought]
    guessed = [_sums(weights, word.guesses, columns) for word in sought]
    title = np.sum([_sums(title_weights, word.terms, columns) for word in sought], axis=0)
    total = np.maximum(np.sum(typed, axis=0) + np.sum(guessed, axis=0), 1e-9)
    characters = np.sum(guessed, axis=0) / total
    whys = []
    for i in range(len(columns)):
        found = [word for word, a, b in zip(sought, typed, guessed, strict=True) if a[i] or b[i]]
        shares = (title[i] / total[i], 1 - title[i] / total[i] - characters[i], characters[i])
        parts = tuple(
            (name, round(float(s), 3)) for name, s in zip(("title", "body", "characters"), shares, strict=True)
        )
        whys.append(Why(tuple(w.word for w in found), corrections(found), parts))
    return whys


def corrections(sought: Sequence[Sought]) -> tuple[tuple[str, str], ...]:
    """Return each word that was corrected beside its correction."""
    return tuple((word.word, word.correction) for word in sought if word.correction)


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
