"""Words of an incident as numbers: TF-IDF of words and word pairs, and of the letter groups inside words."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any, Self

import numpy as np
import scipy.sparse as sp  # type: ignore[import-untyped]
from numpy.typing import NDArray
from sklearn.base import BaseEstimator  # type: ignore[import-untyped]
from sklearn.feature_extraction.text import ENGLISH_STOP_WORDS, CountVectorizer  # type: ignore[import-untyped]

from models.text import word_spans, word_tokens

MOST_CHARS = 8000  # of a text are read: a pasted log says no more after that
MANY_TEXTS = 5000  # from here on a word seen once is dropped
_UNBROKEN = r"\S+"

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Reading:
    """One text taken apart: its tokens, where its words stand and which tokens (first, stop) each one gave."""

    tokens: list[str]
    places: list[tuple[int, int, int, int]]  # start and end in the text, first and stop among the tokens
    letters: sp.csr_matrix  # counts (n_tokens, n_letter_groups)
    row: sp.csr_matrix  # (1, n_features)


def tokens_of(text: str) -> list[str]:
    """Return the tokens of the first `MOST_CHARS` characters, in reading order."""
    text = text[:MOST_CHARS]
    return [token for start, end in word_spans(text) for token in word_tokens(text[start:end])]


class TextFeatures(BaseEstimator):  # type: ignore[misc]
    """Sparse rows [words and word pairs | letter groups of 2-5 within words], each part of length 1.

    Letter groups let a misspelt or unseen word count through its parts. They are counted once for every different
    word and multiplied with the word counts: the same numbers as `analyzer="char_wb"`, several times faster.

    Attributes
    ----------
    words_ : CountVectorizer
        Vocabulary of words and word pairs.
    letters_ : CountVectorizer
        Vocabulary of letter groups.
    telling_ : ndarray of bool, shape (n_words,)
        Columns of single words that are no stop words.

    References
    ----------
    Salton, Buckley (1988), Term-weighting approaches in automatic text retrieval (sublinear TF-IDF, cosine length).
    """

    def fit(self, texts: Sequence[str], y: object = None) -> Self:
        """Learn vocabulary and document frequencies."""
        self.fit_transform(texts)
        return self

    def fit_transform(self, texts: Sequence[str], y: object = None) -> sp.csr_matrix:
        """Learn, and return float32 rows of shape (n, n_features). Raises ValueError when no text holds a word."""
        rows = [tokens_of(text) for text in texts]
        rare = 2 if len(rows) >= MANY_TEXTS else 1
        self.words_ = _word_counter(rare)
        words = self.words_.fit_transform([" ".join(row) for row in rows])
        names = self.words_.get_feature_names_out()
        self.telling_ = np.array([" " not in name and name not in ENGLISH_STOP_WORDS for name in names])
        self.letters_ = _letter_counter(rare)
        self.letters_.fit([name for name in names if " " not in name])
        letters = self._letter_counts(rows)
        self.word_idf_, self.letter_idf_ = _idf(words), _idf(letters)
        return self._weigh(words, letters)

    def transform(self, texts: Iterable[str]) -> sp.csr_matrix:
        """Return float32 rows of shape (n, n_features)."""
        rows = [tokens_of(text) for text in texts]
        return self._weigh(self.words_.transform([" ".join(row) for row in rows]), self._letter_counts(rows))

    def known(self, rows: Iterable[Sequence[str]]) -> tuple[Ints, Floats]:
        """Return how many different telling tokens of each row are known (n,), and the share of known tokens (n,)."""
        telling, share = [], []
        for row in rows:
            columns = [self.words_.vocabulary_[token] for token in row if token in self.words_.vocabulary_]
            telling.append(int(self.telling_[list(set(columns))].sum()))
            share.append(len(columns) / max(1, len(row)))
        return np.array(telling, dtype=np.int64), np.array(share, dtype=np.float64)

    def read(self, text: str) -> Reading:
        """Take one text apart for `attribute`; its row is that of `transform`."""
        spans = word_spans(text[:MOST_CHARS])
        owned = [word_tokens(text[start:end]) for start, end in spans]
        tokens = [token for group in owned for token in group]
        letters = self.letters_.transform(tokens or [""])
        counts = sp.csr_matrix(letters.sum(axis=0))
        row = self._weigh(self.words_.transform([" ".join(tokens)]), counts)
        stops = np.cumsum([len(group) for group in owned]).tolist()
        places = [(*span, stop - len(group), stop) for span, group, stop in zip(spans, owned, stops, strict=True)]
        return Reading(tokens, places, letters, row)

    def attribute(self, reading: Reading, given: Floats) -> list[tuple[int, int, float]]:
        """Return (start, end, weight) of every word of a text; the weights add up to the sum of `given`.

        `given` (row.nnz,) is what each entry of the text's row gave to a score. A word gets what its own column
        gave, half of each pair it stands in and what its letter groups gave, shared evenly among the places where
        it stands.
        """
        if not reading.tokens:
            return []
        shares = self._pair_shares(reading, given) + self._letter_shares(reading, given)
        return [(start, end, float(shares[first:stop].sum())) for start, end, first, stop in reading.places]

    def __getstate__(self) -> dict[str, Any]:
        """Each vocabulary as one text: skops keeps every entry of a dict as an object, and there are 60,000."""
        state = dict(super().__getstate__())
        for name in _COUNTERS.keys() & state.keys():
            state[name] = "\n".join(sorted(state[name].vocabulary_, key=state[name].vocabulary_.__getitem__))
        return state

    def __setstate__(self, state: dict[str, Any]) -> None:
        for name, counter in _COUNTERS.items():
            if isinstance(terms := state.get(name), str):
                state[name] = counter(1)
                state[name].vocabulary_ = {term: column for column, term in enumerate(terms.split("\n"))}
        super().__setstate__(state)

    def _letter_counts(self, rows: list[list[str]]) -> sp.csr_matrix:
        numbers: dict[str, int] = {}
        columns = [numbers.setdefault(token, len(numbers)) for row in rows for token in row]
        ends = np.cumsum([0] + [len(row) for row in rows])
        shape = (len(rows), len(numbers))
        counts = sp.csr_matrix((np.ones(len(columns), dtype=np.int64), columns, ends), shape=shape)
        return (
            (counts @ self.letters_.transform(numbers)).tocsr()
            if numbers
            else sp.csr_matrix((len(rows), len(self.letters_.vocabulary_)))
        )

    def _weigh(self, words: sp.csr_matrix, letters: sp.csr_matrix) -> sp.csr_matrix:
        parts = [_tf_idf(words, self.word_idf_), _tf_idf(letters, self.letter_idf_)]
        return sp.hstack(parts, format="csr")

    def _pair_shares(self, reading: Reading, given: Floats) -> Floats:
        """Share out among the tokens of a text what its words and pairs gave; shape (n_tokens,)."""
        tokens, vocabulary = reading.tokens, self.words_.vocabulary_
        pairs = [" ".join(pair) for pair in pairwise(tokens)]
        value = dict(zip(reading.row.indices.tolist(), given.tolist(), strict=True))
        counts = Counter(tokens + pairs)
        each = {term: value.get(vocabulary.get(term, -1), 0.0) / count for term, count in counts.items()}
        shares = np.array([each[token] for token in tokens])
        halves = np.array([each[pair] / 2 for pair in pairs])
        shares[:-1] += halves
        shares[1:] += halves
        return shares

    def _letter_shares(self, reading: Reading, given: Floats) -> Floats:
        """Share out among the tokens of a text what its letter groups gave; shape (n_tokens,)."""
        row, n_words = reading.row, len(self.word_idf_)
        value = np.zeros(len(self.letter_idf_))
        value[row.indices[row.indices >= n_words] - n_words] = given[row.indices >= n_words]
        total = np.bincount(reading.letters.indices, reading.letters.data, minlength=len(value))
        shares: Floats = reading.letters @ (value / np.maximum(1, total))
        return shares


def _word_counter(rare: int) -> CountVectorizer:
    return CountVectorizer(token_pattern=_UNBROKEN, lowercase=False, ngram_range=(1, 2), min_df=rare)


def _letter_counter(rare: int) -> CountVectorizer:
    return CountVectorizer(analyzer="char_wb", ngram_range=(2, 5), lowercase=False, min_df=rare)


_COUNTERS: dict[str, Callable[[int], CountVectorizer]] = {"words_": _word_counter, "letters_": _letter_counter}


def _idf(counts: sp.csr_matrix) -> Floats:
    """Return ln((1 + n) / (1 + df)) + 1 of every column, shape (n_columns,)."""
    frequency = np.bincount(counts.indices, minlength=counts.shape[1])
    idf: Floats = np.log((1 + counts.shape[0]) / (1 + frequency)) + 1
    return idf


def _tf_idf(counts: sp.csr_matrix, idf: Floats) -> sp.csr_matrix:
    """Return (1 + ln count) * idf, every row of length 1. As scikit-learn's TfidfTransformer, 1 ms a text sooner."""
    weighted = (1 + np.log(counts.data)) * idf[counts.indices]
    row_of = np.repeat(np.arange(counts.shape[0]), np.diff(counts.indptr))
    length = np.sqrt(np.bincount(row_of, weighted**2, minlength=counts.shape[0]))
    data = (weighted / length[row_of]).astype(np.float32)
    return sp.csr_matrix((data, counts.indices, counts.indptr), shape=counts.shape)
