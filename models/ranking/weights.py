"""The inverted index: how much each term says for each document."""

from collections.abc import Iterable, Sequence
from itertools import chain

import numpy as np
import scipy.sparse as sp
import Stemmer
from numpy.typing import NDArray

from models.text import word_tokens, words

Floats = NDArray[np.float32]


class Vocabulary:
    """Numbers for tokens in the order they are first seen, and the numbers of each written word."""

    def __init__(self) -> None:
        self.tokens: dict[str, int] = {}
        self._of_word: dict[str, tuple[int, ...]] = {}

    def __len__(self) -> int:
        return len(self.tokens)

    def count(self, texts: Iterable[str]) -> sp.csr_matrix:
        """Return how often each token stands in each text, of shape (texts, tokens so far)."""
        columns: list[int] = []
        ends = [0]
        of_word = self._of_word
        for text in texts:
            written = words(text)
            for word in written:
                if word not in of_word:
                    of_word[word] = self._number(word)
            columns.extend(chain.from_iterable(map(of_word.__getitem__, written)))
            ends.append(len(columns))
        ones = np.ones(len(columns), dtype=np.float32)
        counts = sp.csr_matrix((ones, columns, ends), shape=(len(ends) - 1, len(self.tokens)), dtype=np.float32)
        counts.sum_duplicates()
        return counts

    def terms(self, stems: sp.csr_matrix) -> "WordTerms":
        """Return the terms of each written word, given the matrix (tokens, stems)."""
        of_token = stems.indices.tolist()
        known = ((word, tuple([of_token[i] for i in numbers])) for word, numbers in self._of_word.items())
        return WordTerms(known)

    def _number(self, word: str) -> tuple[int, ...]:
        return tuple(self.tokens.setdefault(token, len(self.tokens)) for token in word_tokens(word))


class WordTerms(dict[str, tuple[int, ...]]):
    """The terms of each written word of the corpus; a word that does not stand in it has none."""

    def __missing__(self, word: str) -> tuple[int, ...]:
        return ()


def stem_map(names: Sequence[str]) -> tuple[dict[str, int], sp.csr_matrix]:
    """Return the number of each stem, and the 0/1 matrix (tokens, stems) that adds up tokens of one stem.

    References
    ----------
    Porter (2001), Snowball: a language for stemming algorithms, https://snowballstem.org/texts/introduction.html
    """
    stems: dict[str, int] = {}
    columns = [stems.setdefault(stemmed, len(stems)) for stemmed in Stemmer.Stemmer("english").stemWords(list(names))]
    ones = np.ones(len(columns), dtype=np.float32)
    return stems, sp.csr_matrix((ones, (np.arange(len(columns)), columns)), shape=(len(columns), len(stems)))


def document_frequency(counts: sp.csr_matrix) -> Floats:
    """Return in how many rows of `counts` each column stands, of shape (columns,)."""
    return np.bincount(counts.indices, minlength=counts.shape[1]).astype(np.float32)


def inverse_frequency(frequency: Floats, n_documents: int) -> Floats:
    """Return ln(1 + (N - df + 0.5) / (df + 0.5)): rare terms say more.

    References
    ----------
    Robertson, Zaragoza (2009), The Probabilistic Relevance Framework: BM25 and Beyond, eq. 3.3, with Lucene's 1 +,
    which keeps it positive, https://doi.org/10.1561/1500000019
    """
    weights: Floats = np.log1p((n_documents - frequency + 0.5) / (frequency + 0.5)).astype(np.float32)
    return weights


def length_normalised(counts: sp.csr_matrix, b: float) -> sp.csr_matrix:
    """Return tf / (1 - b + b * length / mean length), so that a long text wins nothing by being long.

    References
    ----------
    Robertson, Zaragoza (2009), eq. 3.9 and 3.13 (BM25F normalises each field by itself).
    """
    lengths = np.asarray(counts.sum(axis=1)).ravel()
    filled = lengths[lengths > 0]
    scale = 1 - b + b * lengths / (filled.mean() if filled.size else 1)
    return sp.csr_matrix(sp.diags(1 / np.maximum(scale, 1e-9)) @ counts, dtype=np.float32)


def saturated(frequencies: sp.csr_matrix, idf: Floats, k1: float) -> sp.csr_matrix:
    """Return the BM25 weights idf * tf (k1 + 1) / (tf + k1), of shape (terms, documents).

    References
    ----------
    Robertson, Zaragoza (2009), eq. 3.15; k1 -> 0 asks only whether a term stands, large k1 how often.
    """
    weights = saturation(frequencies, k1)
    weights.data *= frequencies.data
    return sp.csr_matrix((weights @ sp.diags(idf)).T, dtype=np.float32)


def saturation(frequencies: sp.csr_matrix, k1: float) -> sp.csr_matrix:
    """Return (k1 + 1) / (tf + k1), what one more occurrence is worth, in the shape of `frequencies`."""
    worth = frequencies.copy()
    worth.data = (k1 + 1) / (frequencies.data + np.float32(k1))
    return worth
