"""How alike a query and a title are by their letters: catches other forms and compounds that stemming does not."""

from array import array
from collections import Counter
from collections.abc import Sequence
from functools import lru_cache
from itertools import chain
from typing import Self

import numpy as np
import scipy.sparse as sp
from numpy.typing import NDArray

from models.ranking.fields import Floats, spans
from models.text import normalise, words

_FEW = 2000  # so many texts are compared all at once rather than picked
_BUCKETS = 1 << 16  # four times as many rank no better, and fall out of the processor's memory


class Trigrams:
    """Cosine of TF-IDF vectors over three-letter pieces of words, each word with a blank on both sides.

    Pieces are numbered by a hash, so that a new title needs no new vocabulary.

    References
    ----------
    Weinberger et al. (2009), Feature Hashing for Large Scale Multitask Learning, https://doi.org/10.1145/1553374.1553516
    """

    def fit(self, texts: Sequence[str]) -> Self:
        """Learn the pieces of each text."""
        counts = _counts(texts)
        df = np.bincount(counts.indices, minlength=_BUCKETS)
        self.idf_ = (1 + np.log((1 + len(texts)) / (1 + df))).astype(np.float32)
        self.vectors_ = self._vectors(counts)
        return self

    def changed(self, texts: Sequence[str], columns: Sequence[int], size: int) -> "Trigrams":
        """Return the pieces of `size` texts in which those at `columns` read `texts`."""
        other = Trigrams()
        other.idf_ = self.idf_
        kept = self.vectors_.copy()
        kept.resize((size, _BUCKETS))
        kept.data[np.isin(np.repeat(np.arange(size), np.diff(kept.indptr)), columns)] = 0
        new = self._vectors(_counts(texts)).tocoo()
        there = sp.csr_matrix((new.data, (np.asarray(columns)[new.row], new.col)), shape=kept.shape, dtype=np.float32)
        other.vectors_ = sp.csr_matrix(kept + there)
        return other

    def likeness(self, query: str, numbers: NDArray[np.intp]) -> Floats:
        """Return how alike `query` is to each of the texts `numbers`, 0 to 1."""
        pieces = Counter(chain.from_iterable(map(_pieces, words(normalise(query)))))
        buckets = np.fromiter(pieces, dtype=np.int32, count=len(pieces))
        weights = (1 + np.log(np.fromiter(pieces.values(), dtype=np.int32, count=len(pieces)))) * self.idf_[buckets]
        dense = np.zeros(_BUCKETS, dtype=np.float32)
        dense[buckets] = weights / max(float(weights @ weights) ** 0.5, 1e-9)
        if self.vectors_.shape[0] <= _FEW:
            return (self.vectors_ @ dense)[numbers]  # type: ignore[no-any-return]
        starts, sizes = self.vectors_.indptr[numbers], self.vectors_.indptr[numbers + 1] - self.vectors_.indptr[numbers]
        places = spans(starts, sizes)
        said = self.vectors_.data.take(places) * dense.take(self.vectors_.indices.take(places))
        owners = np.repeat(np.arange(len(numbers)), sizes)
        return np.bincount(owners, weights=said, minlength=len(numbers)).astype(np.float32)

    def _vectors(self, counts: sp.csr_matrix) -> sp.csr_matrix:
        weighed = sp.csr_matrix(counts, dtype=np.float32, copy=True)
        weighed.data = (1 + np.log(weighed.data)) * self.idf_[weighed.indices]
        squares = np.bincount(
            np.repeat(np.arange(weighed.shape[0]), np.diff(weighed.indptr)),
            weights=weighed.data**2,
            minlength=weighed.shape[0],
        )
        return sp.csr_matrix(sp.diags(1 / np.sqrt(np.maximum(squares, 1e-9))) @ weighed, dtype=np.float32)


def _counts(texts: Sequence[str]) -> sp.csr_matrix:
    """Return how often each piece stands in each text, of shape (texts, buckets)."""
    found = array("i")
    ends = [0]
    for text in texts:
        for word in words(normalise(text)):
            found.extend(_pieces(word))
        ends.append(len(found))
    ones = np.ones(len(found), dtype=np.float32)
    counts = sp.csr_matrix((ones, np.array(found, dtype=np.int32), ends), shape=(len(texts), _BUCKETS))
    counts.sum_duplicates()
    return counts


@lru_cache(maxsize=1 << 16)
def _pieces(word: str) -> tuple[int, ...]:
    """Return the bucket of each three letters in a row of ` word `."""
    letters = [ord(" "), *map(ord, word), ord(" ")]
    hashed = [
        first * 2654435761 + middle * 2246822519 + last * 3266489917
        for first, middle, last in zip(letters, letters[1:], letters[2:], strict=False)
    ]
    return tuple([(one ^ (one >> 15)) % _BUCKETS for one in hashed])
