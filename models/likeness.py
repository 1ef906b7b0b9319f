"""How alike two texts are: the cosine between their word stems, of which rare ones weigh more."""

from __future__ import annotations

import zlib
from collections import Counter
from collections.abc import Sequence
from functools import lru_cache
from typing import Self

import numpy as np
import scipy.sparse as sp
from numpy.typing import NDArray

from models.ranking.analyser import STOP_WORDS, stem_words
from models.text import tokens

Floats = NDArray[np.float64]

MOST_CHARS = 800  # of a text are read: what it is about is said at its beginning
_BUCKETS = 1 << 20  # a new word has its place without a new fit; two words share one in a few of 10,000 pairs


class Likeness:
    """Turns texts into rows of length 1 whose products are their likeness (0-1).

    Words that `fit` has not seen count as the rarest: it is they that reports of a new trouble have in common.

    References
    ----------
    Salton, Buckley (1988), Term-weighting approaches in automatic text retrieval.
    """

    def fit(self, texts: Sequence[str]) -> Self:
        """Learn how rare each word is among `texts` (n,)."""
        counts = _counts(texts)
        standing = np.bincount(counts.indices, minlength=_BUCKETS)
        self.idf_ = (np.log((1 + len(texts)) / (1 + standing)) + 1).astype(np.float32)
        return self

    def rows(self, texts: Sequence[str]) -> sp.csr_matrix:
        """Return rows of shape (n, buckets); a text without words gives a row of zeros."""
        counts = _counts(texts)
        data = (1 + np.log(counts.data)) * self.idf_[counts.indices]
        row_of = np.repeat(np.arange(len(texts)), np.diff(counts.indptr))
        length = np.sqrt(np.bincount(row_of, data**2, minlength=len(texts)))
        return sp.csr_matrix((data / length[row_of], counts.indices, counts.indptr), shape=counts.shape)


def between(rows: sp.csr_matrix, others: sp.csr_matrix) -> Floats:
    """Return the likeness of every row to every other, shape (n, m)."""
    products: Floats = (rows @ others.T).toarray()
    return products


def _counts(texts: Sequence[str]) -> sp.csr_matrix:
    """Return how often each stem stands in each text, shape (n, buckets)."""
    found = [Counter(_columns(text[:MOST_CHARS])) for text in texts]
    ends = np.cumsum([0] + [len(count) for count in found])
    columns = np.array([column for count in found for column in count], dtype=np.int32)
    times = np.array([n for count in found for n in count.values()], dtype=np.float64)
    return sp.csr_matrix((times, columns, ends), shape=(len(texts), _BUCKETS))


def _columns(text: str) -> list[int]:
    said = [token for token in tokens(text) if token not in STOP_WORDS]
    return [_column(stem) for stem in stem_words(said)]


@lru_cache(maxsize=1 << 16)
def _column(stem: str) -> int:
    return zlib.crc32(stem.encode("utf-8", "surrogatepass")) % _BUCKETS
