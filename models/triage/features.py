"""Words of an incident as numbers: TF-IDF of words and word pairs, and of the letter groups inside words."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any, Self

import numpy as np
import scipy.sparse as sp
from numpy.typing import NDArray
from sklearn.base import BaseEstimator
from sklearn.feature_extraction.text import ENGLISH_STOP_WORDS, CountVectorizer

from models.text import word_spans, word_tokens
from models.triage.concepts import CONCEPTS, FINGERPRINT, concepts_of

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
    parts: sp.csr_matrix  # counts of letter groups and concepts (n_tokens, n_parts)
    row: sp.csr_matrix  # (1, n_features)


def tokens_of(text: str) -> list[str]:
    """Return the tokens of the first `MOST_CHARS` characters, in reading order."""
    text = text[:MOST_CHARS]
    return [token for start, end in word_spans(text) for token in word_tokens(text[start:end])]


class TextFeatures(BaseEstimator):  # type: ignore[misc]
    """Sparse rows [words and word pairs | letter groups of 2-5 within words | concepts], each part of length 1.

    Letter groups let a misspelt or unseen word count through its parts. They are counted once for every different
    word and multiplied with the word counts: the same numbers as `analyzer="char_wb"`, several times faster.

    Parameters
    ----------
    concept_weight : float
        Length of the part that counts groups of like words (`models.triage.concepts`); with 0 there is no such part.

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

    def __init__(self, *, concept_weight: float = 0.0) -> None:
        self.concept_weight = concept_weight

    def fit(self, texts: Sequence[str], y: object = None) -> Self:
        """Learn vocabulary and document frequencies."""
        self.fit_transform(texts)
        return self

    def fit_transform(self, texts: Sequence[str], y: object = None) -> sp.csr_matrix:
        """Learn, and return float32 rows of shape (n, n_features). Raises ValueError when no text holds a word."""
        return self.fit_rows([tokens_of(text) for text in texts])

    def fit_rows(self, rows: Sequence[list[str]]) -> sp.csr_matrix:
        """Do as `fit_transform` with texts that are tokens already."""
        rare = 2 if len(rows) >= MANY_TEXTS else 1
        self.words_ = _word_counter(rare)
        words = self.words_.fit_transform([" ".join(row) for row in rows])
        names = self.words_.get_feature_names_out()
        self.telling_ = np.array([" " not in name and name not in ENGLISH_STOP_WORDS for name in names])
        self.letters_ = _letter_counter(rare)
        self.letters_.fit([name for name in names if " " not in name])
        parts = self._part_counts(rows)
        self.idf_ = np.concatenate([_idf(words), _idf(parts)])
        return self._weigh(words, parts)

    def transform(self, texts: Iterable[str]) -> sp.csr_matrix:
        """Return float32 rows of shape (n, n_features)."""
        rows = [tokens_of(text) for text in texts]
        return self._weigh(self.words_.transform([" ".join(row) for row in rows]), self._part_counts(rows))

    def leave_out_concepts(self) -> None:
        """Drop the part of the concepts, the last columns, from all rows to come."""
        self.concept_weight = 0.0
        self.idf_ = self.idf_[: -len(CONCEPTS)]

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
        parts = self._parts(tokens or [""])
        row = self._weigh(self.words_.transform([" ".join(tokens)]), sp.csr_matrix(parts.sum(axis=0)))
        stops = np.cumsum([len(group) for group in owned]).tolist()
        places = [(*span, stop - len(group), stop) for span, group, stop in zip(spans, owned, stops, strict=True)]
        return Reading(tokens, places, parts, row)

    def attribute(self, reading: Reading, given: Floats) -> list[tuple[int, int, float]]:
        """Return (start, end, weight) of every word of a text; the weights add up to the sum of `given`.

        `given` (row.nnz,) is what each entry of the text's row gave to a score. A word gets what its own column
        gave, half of each pair it stands in and what its letter groups gave, shared evenly among the places where
        it stands.
        """
        if not reading.tokens:
            return []
        shares = self._pair_shares(reading, given) + self._part_shares(reading, given)
        return [(start, end, float(shares[first:stop].sum())) for start, end, first, stop in reading.places]

    def __getstate__(self) -> dict[str, Any]:
        """Each vocabulary as one text: skops keeps every entry of a dict as an object, and there are 60,000."""
        state = dict(super().__getstate__())
        for name in _COUNTERS.keys() & state.keys():
            state[name] = "\n".join(sorted(state[name].vocabulary_, key=state[name].vocabulary_.__getitem__))
        return state | {"concepts": FINGERPRINT}

    def __setstate__(self, state: dict[str, Any]) -> None:
        """Raises ValueError when concepts were learnt with word groups that have changed since."""
        if state.pop("concepts", FINGERPRINT) != FINGERPRINT and state["concept_weight"]:
            raise ValueError("the groups of like words have changed since this model was trained")
        for name, counter in _COUNTERS.items():
            if isinstance(terms := state.get(name), str):
                state[name] = counter(1)
                state[name].vocabulary_ = {term: column for column, term in enumerate(terms.split("\n"))}
        super().__setstate__(state)

    def _parts(self, tokens: Iterable[str]) -> sp.csr_matrix:
        """Return how often each token holds each letter group and concept, shape (n_tokens, n_parts)."""
        tokens = list(tokens)
        letters = self.letters_.transform(tokens)
        if not self.concept_weight:
            return letters
        groups = [concepts_of(token) for token in tokens]
        columns = [column for group in groups for column in group]
        ends = np.cumsum([0] + [len(group) for group in groups])
        concepts = sp.csr_matrix((np.ones(len(columns), dtype=np.int64), columns, ends), (len(tokens), len(CONCEPTS)))
        return sp.hstack([letters, concepts], format="csr")

    def _part_counts(self, rows: Sequence[list[str]]) -> sp.csr_matrix:
        numbers: dict[str, int] = {}
        columns = [numbers.setdefault(token, len(numbers)) for row in rows for token in row]
        ends = np.cumsum([0] + [len(row) for row in rows])
        width = max(1, len(numbers))
        counts = sp.csr_matrix((np.ones(len(columns), dtype=np.int64), columns, ends), (len(rows), width))
        return (counts @ self._parts(numbers or [""])).tocsr()

    def _weigh(self, words: sp.csr_matrix, parts: sp.csr_matrix) -> sp.csr_matrix:
        """Return (1 + ln count) * idf, each of the three parts of a row brought to its length.

        As scikit-learn's TfidfTransformer for each part, without a millisecond of checks for each.
        """
        counts = sp.hstack([words, parts], format="csr")
        edges = np.cumsum([words.shape[1], len(self.letters_.vocabulary_)])
        part = np.searchsorted(edges, counts.indices, side="right")
        weighted = (1 + np.log(counts.data)) * self.idf_[counts.indices]
        cell = 3 * np.repeat(np.arange(counts.shape[0]), np.diff(counts.indptr)) + part
        length = np.sqrt(np.bincount(cell, weighted**2, minlength=3 * counts.shape[0]))
        data = weighted / length[cell] * np.array([1.0, 1.0, self.concept_weight])[part]
        return sp.csr_matrix((data.astype(np.float32), counts.indices, counts.indptr), shape=counts.shape)

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

    def _part_shares(self, reading: Reading, given: Floats) -> Floats:
        """Share out among the tokens of a text what its letter groups and concepts gave; shape (n_tokens,)."""
        row, n_words, width = reading.row, len(self.telling_), reading.parts.shape[1]
        value = np.zeros(width)
        value[row.indices[row.indices >= n_words] - n_words] = given[row.indices >= n_words]
        total = np.bincount(reading.parts.indices, reading.parts.data, minlength=width)
        shares: Floats = reading.parts @ (value / np.maximum(1, total))
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
