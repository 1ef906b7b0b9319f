"""Words of an incident as numbers: TF-IDF of words, pairs and letter groups, of concepts and signs."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import chain
from typing import Any, Self

import numpy as np
import scipy.sparse as sp
from numpy.typing import NDArray
from sklearn.base import BaseEstimator
from sklearn.feature_extraction.text import ENGLISH_STOP_WORDS, CountVectorizer

from models.triage.concepts import CONCEPTS, concepts_of
from models.triage.counting import (
    Cells,
    Floats,
    Pairs,
    count_pairs,
    count_signs,
    find_opening_pairs,
    find_pairs,
    frequent,
    matrix,
    once,
    seen_in,
)
from models.triage.reading import Ints, Laid, Told, lay, read
from models.triage.signs import SIGNS

MANY_TEXTS = 5000  # from here on rare words and pairs are dropped, and words farther apart are pairs too
OPENING = 12  # tokens, about a title: what a report begins with says more of its cause than the rest
_REACH = 10  # tokens: on each of four splits of 38,000 e-mails 0.0004 to 0.002 better than 5, for a tenth more time
# The lengths of the parts of a row.
_LENGTHS = {"words": 1, "pairs": 1, "opening": 0.5, "opening pairs": 0.5, "letters": 1, "concepts": 0.35, "signs": 0.2}
_PLAIN_PARTS = ("words", "pairs", "letters")
_HINTS = ("concepts", "signs")
FINGERPRINT = hashlib.sha256(repr((CONCEPTS, SIGNS)).encode()).hexdigest()[:16]


@dataclass(frozen=True, slots=True)
class Reading:
    """One text taken apart, its row, and what each of its tokens gave to the count of each entry of it, in order.

    `given` is of shape (n_tokens, row.nnz).
    """

    told: Told
    given: sp.csr_matrix
    row: sp.csr_matrix


class TextFeatures(BaseEstimator):  # type: ignore[misc]
    """Sparse rows [words | pairs | opening words | their pairs | letter groups in words | concepts | signs].

    Each part is brought to a length of its own. Letter groups let a misspelt or unseen word count through its parts;
    concepts and signs carry what a small training set can't know. Letter groups and concepts are counted once for
    every different word and multiplied with the word counts: the same numbers, several times faster.

    Parameters
    ----------
    is_report : bool
        Read as an incident: without greetings, quoted mails and signatures, with openings and hints.
    has_hints : bool
        With concepts and signs in a report. Types learnt of 5,500 texts or more gain nothing from them.

    Attributes
    ----------
    words_ : dict of str to int
        Vocabulary, by column.
    pairs_ : ndarray of int, shape (n_pairs,)
        Pairs of words in any order: lower column * number of words + higher column.
    opening_pairs_ : ndarray of int, shape (n_opening_pairs,)
        The same of words that open a text; only of many reports.
    weights_ : ndarray of float, shape (n_features,)
        What each column counts: how rare it is, unless something better is put there.
    letters_ : CountVectorizer
        Vocabulary of letter groups.
    telling_ : ndarray of bool, shape (n_words,)
        Words that are neither stop words nor numbers.

    References
    ----------
    Salton, Buckley (1988), Term-weighting approaches in automatic text retrieval (sublinear TF-IDF, cosine length).
    """

    def __init__(self, *, is_report: bool = False, has_hints: bool = True) -> None:
        self.is_report = is_report
        self.has_hints = has_hints

    def fit(self, texts: Sequence[str], y: object = None) -> Self:
        """Learn vocabulary and document frequencies."""
        self.fit_transform(texts)
        return self

    def fit_transform(self, texts: Sequence[str], y: object = None) -> sp.csr_matrix:
        """Learn, and return float32 rows of shape (n, n_features). Raises ValueError when no text holds a word."""
        return self.weigh(self.fit_counts(self.read_all(texts)))

    def read_all(self, texts: Iterable[str]) -> list[Told]:
        """Take texts apart for `fit_counts`, `rows` and `known`."""
        return [self._read(text) for text in texts]

    def fit_counts(self, texts: Sequence[Told]) -> sp.csr_matrix:
        """Learn from texts that are taken apart; return what `weigh` makes rows of, of shape (n, n_features)."""
        laid, is_many = lay(texts), len(texts) >= MANY_TEXTS
        self.reach_ = _REACH if is_many else 1
        numbers, n_texts = seen_in(laid.number, laid.text)
        names = sorted(laid.terms[number] for number, n in zip(numbers, n_texts, strict=True) if n > is_many)
        self.words_ = {name: column for column, name in enumerate(names)}
        self.telling_ = np.array([name not in ENGLISH_STOP_WORDS and not name.isnumeric() for name in names], bool)
        self.letters_ = _letter_counter(is_many=is_many).fit(names)
        known, least = self._known(laid), 3 if is_many else 1
        self.pairs_ = frequent(self._pairs(laid, known), laid.text, least)
        self.opening_pairs_ = np.zeros(0, dtype=np.int64)
        if is_many and self.is_report:
            self.opening_pairs_ = frequent(self._opening_pairs(laid, known), laid.text, least)
        counts = self._counts(laid)
        self.weights_ = _idf(counts)
        return counts

    def transform(self, texts: Iterable[str]) -> sp.csr_matrix:
        """Return float32 rows of shape (n, n_features)."""
        return self.rows(self.read_all(texts))

    def rows(self, texts: Sequence[Told]) -> sp.csr_matrix:
        """Do as `transform` with texts that are taken apart already."""
        return self.weigh(self._counts(lay(texts)))

    def weigh(self, counts: sp.csr_matrix, weights: Floats | None = None) -> sp.csr_matrix:
        """Return (1 + ln count) * weight, each part of a row brought to its length.

        With the `weights` (n_features,) given, or those fitted; as scikit-learn's TfidfTransformer for each part,
        without a millisecond of checks for each.
        """
        widths = self._widths()
        part = self._parts_of(counts.indices)
        weighted = (1 + np.log(counts.data)) * (self.weights_ if weights is None else weights)[counts.indices]
        cell = np.repeat(np.arange(0, len(widths) * counts.shape[0], len(widths)), np.diff(counts.indptr)) + part
        length = np.sqrt(np.bincount(cell, weighted**2, minlength=len(widths) * counts.shape[0]))
        length[length == 0] = 1  # where no column counts
        weighted *= (np.tile([_LENGTHS[name] for name in widths], counts.shape[0]) / length)[cell]
        return sp.csr_matrix((weighted.astype(np.float32), counts.indices, counts.indptr), shape=counts.shape)

    def known(self, texts: Iterable[Told]) -> tuple[Ints, Floats]:
        """Return how many different telling tokens of each text are known (n,), and the share of known tokens (n,)."""
        telling, share = [], []
        for told in texts:
            columns = [self.words_[token] for token in told.tokens if token in self.words_]
            telling.append(int(self.telling_[list(set(columns))].sum()))
            share.append(len(columns) / max(1, len(told.tokens)))
        return np.array(telling, dtype=np.int64), np.array(share, dtype=np.float64)

    def part(self, *names: str) -> NDArray[np.bool_]:
        """Return which columns belong to the named parts, shape (n_features,)."""
        return np.repeat([name in names for name in self._widths()], list(self._widths().values()))

    def read(self, text: str) -> Reading:
        """Take one text apart for `attribute`; its row is that of `transform`."""
        told = self._read(text)
        by_token = self._counts(lay([told]), by_token=True)
        columns, places = np.unique(by_token.indices, return_inverse=True)
        given = sp.csr_matrix((by_token.data, places, by_token.indptr), shape=(len(told.tokens), len(columns)))
        counts = np.bincount(places, given.data, minlength=len(columns))
        row = sp.csr_matrix((counts, columns, [0, len(columns)]), shape=(1, by_token.shape[1]))
        return Reading(told, given, self.weigh(row))

    def attribute(self, reading: Reading, value: Floats) -> list[tuple[int, int, float]]:
        """Return (start, end, weight) of every word of a text; the weights add up to the sum of `value`.

        `value` (row.nnz,) is what each entry of the text's row gave to a score. It is shared among the tokens by what
        each gave to the count: a pair gives half to each of its words, a sign the same to all words it covers.
        """
        given = reading.given
        shares = given @ (value / np.bincount(given.indices, given.data, minlength=len(value)))
        return [(start, end, float(shares[first:stop].sum())) for start, end, first, stop in reading.told.places]

    def __getstate__(self) -> dict[str, Any]:
        """Each vocabulary as one text: skops keeps every entry of a dict as an object, and there are 60,000."""
        state = dict(super().__getstate__())
        if "words_" in state:
            state["words_"] = "\n".join(self.words_)
            terms = self.letters_.vocabulary_
            state["letters_"] = "\n".join(sorted(terms, key=terms.__getitem__))
        return state | {"fingerprint": FINGERPRINT}

    def __setstate__(self, state: dict[str, Any]) -> None:
        """Raises ValueError when it was learnt with other concepts or signs, or by code that kept other things."""
        if state.pop("fingerprint", "") != FINGERPRINT:
            raise ValueError("the words this model was trained with are not those of today")
        if "words_" in state:
            state["words_"] = {name: column for column, name in enumerate(state["words_"].split("\n"))}
            names, state["letters_"] = state["letters_"].split("\n"), _letter_counter()
            state["letters_"].vocabulary_ = {name: column for column, name in enumerate(names)}
        super().__setstate__(state)

    def _widths(self) -> dict[str, int]:
        """Return how many columns each part has, in their order."""
        widths = {
            "words": len(self.words_), "pairs": len(self.pairs_), "opening": len(self.words_),
            "opening pairs": len(self.opening_pairs_), "letters": len(self.letters_.vocabulary_),
            "concepts": len(CONCEPTS), "signs": len(SIGNS),
        }  # fmt: skip
        left_out = () if self.has_hints else _HINTS
        parts = [name for name in widths if name not in left_out] if self.is_report else _PLAIN_PARTS
        return {name: widths[name] for name in parts}

    def _read(self, text: str) -> Told:
        return read(text, is_report=self.is_report, has_signs=self.is_report and self.has_hints)

    def _parts_of(self, columns: Ints) -> Ints:
        """Return the place of the part each column belongs to, as they come in `_widths`."""
        widths = list(self._widths().values())
        if len(columns) < sum(widths):
            return np.searchsorted(np.cumsum(widths), columns, side="right")
        return np.repeat(np.arange(len(widths)), widths)[columns]

    def _counts(self, laid: Laid, *, by_token: bool = False) -> sp.csr_matrix:
        """Count what each text holds, shape (n, n_features), or what each token gave, (n_tokens, n_features)."""
        row, n = (np.arange(len(laid.text)), len(laid.text)) if by_token else (laid.text, laid.n)
        known, widths = self._known(laid), self._widths()
        stands = known >= 0
        parts = {
            "words": once(row[stands], known[stands]),
            "pairs": count_pairs(self._pairs(laid, known), self.pairs_, row, by_token=by_token),
        }
        if self.is_report:
            opens = stands & (laid.position < OPENING)
            parts["opening"] = once(row[opens], known[opens])
        if "signs" in widths:
            parts["signs"] = count_signs(laid, row, by_token=by_token)
        if len(self.opening_pairs_):
            pairs = self._opening_pairs(laid, known)
            parts["opening pairs"] = count_pairs(pairs, self.opening_pairs_, row, by_token=by_token)
        of_terms = (matrix(once(row, laid.number), (n, len(laid.terms))) @ self._groups(laid.terms)).tocoo()
        parts["letters"] = Cells(of_terms.row, of_terms.col, of_terms.data)
        starts = dict(zip(widths, np.cumsum([0, *widths.values()]).tolist(), strict=False))
        whole = [
            Cells(part.row.astype(np.int32), (part.column + starts[name]).astype(np.int32), part.value)
            for name, part in parts.items()
        ]
        return matrix(Cells(*map(np.concatenate, zip(*whole, strict=True))), (n, sum(widths.values())))

    def _groups(self, terms: Sequence[str]) -> sp.csr_matrix:
        """Return the letter groups of every term, and of a report its concepts in the columns behind them."""
        letters, concepts = self.letters_.vocabulary_, self._widths().get("concepts", 0)
        width = len(letters)
        found = [
            [letters[group] for group in _letter_groups(term) if group in letters]
            + [width + number for number in (concepts_of(term) if concepts else ())]
            for term in terms
        ]
        ends = np.cumsum([0, *map(len, found)])
        columns = np.fromiter(chain.from_iterable(found), dtype=np.int32, count=int(ends[-1]))
        return sp.csr_matrix((np.ones(len(columns)), columns, ends), shape=(len(terms), width + concepts))

    def _known(self, laid: Laid) -> Ints:
        """Return the column of each token, -1 for words that are not known."""
        columns = np.array([self.words_.get(term, -1) for term in laid.terms] or [-1])
        return columns[laid.number]

    def _pairs(self, laid: Laid, known: Ints) -> Pairs:
        return find_pairs(known, laid.text, len(self.words_), self.reach_)

    def _opening_pairs(self, laid: Laid, known: Ints) -> Pairs:
        return find_opening_pairs(known, laid, len(self.words_), OPENING)


def _letter_counter(*, is_many: bool = False) -> CountVectorizer:
    """Count groups of 2 to 5; of many texts 3 to 4 that stand in two words: as good, and a quarter fewer entries."""
    sizes = (3, 4) if is_many else (2, 5)
    return CountVectorizer(analyzer="char_wb", ngram_range=sizes, lowercase=False, min_df=2 if is_many else 1)


_letter_groups = lru_cache(1 << 13)(_letter_counter().build_analyzer())
"""The letter groups of a word, with repeats; most words of a report come in others too."""


def _idf(counts: sp.csr_matrix) -> Floats:
    """Return ln((1 + n) / (1 + df)) + 1 of every column, shape (n_columns,)."""
    frequency = np.bincount(counts.indices, minlength=counts.shape[1])
    idf: Floats = np.log((1 + counts.shape[0]) / (1 + frequency)) + 1
    return idf
