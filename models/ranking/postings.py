"""The inverted index: for each row (a term, a pair of terms) the documents it stands in and what it says for them."""

from collections.abc import Iterable, Sequence

import numpy as np
import scipy.sparse as sp
from numpy.typing import NDArray

from models.ranking.fields import Floats, Numbers, spans

_FEW = 4  # rows
_SHORT = 20_000  # documents in all of them


class Postings:
    """Rows of (documents, weights), never changed in place."""

    def __init__(self, weights: sp.csr_matrix) -> None:
        """Keep `weights` of shape (rows, documents)."""
        self.weights = weights

    def row(self, number: int) -> tuple[Numbers, Floats]:
        """Return the documents of a row and what it says for each."""
        start, end = self.weights.indptr[number], self.weights.indptr[number + 1]
        return self.weights.indices[start:end], self.weights.data[start:end]

    def stands(self, number: int) -> bool:
        """Whether a row stands in any document."""
        bounds = self.weights.indptr
        return number + 1 < len(bounds) and bool(bounds[number + 1] > bounds[number])

    def at(self, number: int, documents: NDArray[np.integer]) -> Floats:
        """Return what a row says for each of `documents`, 0 where it does not stand; by binary search."""
        standing, weights = self.row(number)
        if not len(standing):
            return np.zeros(len(documents), dtype=np.float32)
        documents = documents.astype(standing.dtype, copy=False)  # numbers of two sizes: all of the row is copied first
        places = standing.searchsorted(documents)
        stands = standing.take(places, mode="clip") == documents
        said: Floats = weights.take(places, mode="clip") * stands
        return said

    def said(self, number: int, document: int) -> float:
        """Return what a row says for one document."""
        return float(self.at(number, np.array([document]))[0])

    def add(self, scores: Floats, rows: Iterable[tuple[int, float]]) -> None:
        """Add what the rows say, each times its factor, to `scores` (documents,)."""
        rows = list(rows)
        if len(rows) < _FEW:
            self._add_each(scores, rows)
        else:
            numbers, factors = zip(*rows, strict=True)
            self.add_together(scores, np.array(numbers), np.array(factors, dtype=np.float32))

    def add_together(self, scores: Floats, rows: NDArray[np.integer], factors: Floats) -> None:
        """Add what `rows` (n,) say, times `factors` (n,), to `scores` (documents,).

        Where many are short, a call for each takes longer than to put them together.
        """
        starts = self.weights.indptr[rows]
        sizes = self.weights.indptr[rows + 1] - starts
        if sizes.sum() <= _SHORT:
            places = spans(starts, sizes)
            said = factors.repeat(sizes) * self.weights.data.take(places)
            np.add.at(scores, self.weights.indices.take(places), said)
        else:
            self._add_each(scores, zip(rows.tolist(), factors.tolist(), strict=True))

    def _add_each(self, scores: Floats, rows: Iterable[tuple[int, float]]) -> None:
        for number, factor in rows:
            documents, said = self.row(number)
            np.add.at(scores, documents, np.float32(factor) * said)  # twice as fast as picking them, adding, and back

    def documents(self, rows: Iterable[int]) -> Numbers:
        """Return the documents of several rows, one after the other, some more than once."""
        found = [self.row(number)[0] for number in rows]
        return np.concatenate(found) if found else np.zeros(0, dtype=np.int32)

    def replaced(self, columns: Sequence[int], weights: sp.csr_matrix, size: int) -> "Postings":
        """Return postings over `size` documents in which those at `columns` say `weights` (rows, columns) instead."""
        kept = self.weights.copy()
        gone = np.zeros(max(size, kept.shape[1]), dtype=bool)
        gone[list(columns)] = True
        kept.data[gone[kept.indices]] = 0
        kept.resize((weights.shape[0], size))
        new = weights.tocoo()
        there = sp.csr_matrix((new.data, (new.row, np.asarray(columns)[new.col])), shape=kept.shape, dtype=np.float32)
        both = sp.csr_matrix(kept + there)
        both.eliminate_zeros()
        return Postings(both)


def by_row(weights: sp.csr_matrix) -> sp.csr_matrix:
    """Return (documents, rows) as (rows, documents), the documents of each row in order."""
    turned = sp.csr_matrix(weights.T, dtype=np.float32)
    turned.sort_indices()
    return turned


def best(scores: Floats, most: int) -> NDArray[np.intp]:
    """Return the numbers of the `most` best documents above 0, in order of number; of equal ones the first."""
    found = np.flatnonzero(scores > 0)
    if len(found) <= most:
        return found
    values = scores[found]
    least = np.partition(values, len(found) - most)[len(found) - most]
    found = found[values >= least]
    return np.sort(found[(-scores[found]).argsort(kind="stable")[:most]])


def by_score(scores: Floats) -> NDArray[np.intp]:
    """Return the numbers of the documents above 0, the best first, equal ones in order of number."""
    found = np.flatnonzero(scores > 0)
    return found[(-scores[found]).argsort(kind="stable")]
