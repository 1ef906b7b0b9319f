"""Spelling by the corpus itself: the nearest words that stand in it, and the words a beginning may grow into."""

from bisect import bisect_left
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Self

import numpy as np
import scipy.sparse as sp
from numpy.typing import NDArray
from rapidfuzz import process
from rapidfuzz.distance import OSA, Indel

from models.ranking.fields import Floats, spans
from models.text import is_code

SHORTEST = 4  # below four letters nearly every word is one letter from another
LONGEST = 32  # beyond this it is a path or a token, not a word
FIRST = 0.5  # what a wrong first letter costs more: people rarely miss it
REPLACED = 0.3
"""What a letter put for another costs more than one left out, added or swapped with its neighbour.

Of real misspellings fewer are of this kind than of words that merely look alike. Chosen on 900 pairs of a misspelling
and the word meant against each of three vocabularies; anything from 0.15 to 0.45 does nearly as well.
"""
_CANDIDATES = 48


@dataclass(frozen=True, slots=True)
class Spelling:
    """A word of the corpus near to the one typed. `cost` counts edits; a frequent word costs a little less."""

    word: str
    cost: float


class Speller:
    """Finds words of the corpus by their letters.

    Character pairs narrow the vocabulary down to a few dozen words; only those are compared letter by letter.

    References
    ----------
    Zobel, Dart (1995), Finding approximate matches in large lexicons, https://doi.org/10.1002/spe.4380250307
    """

    def fit(self, words: Sequence[str], frequency: Floats) -> Self:
        """Learn `words` (n,) and in how many documents each stands (n,)."""
        self.words_: list[str] = []
        self.frequency_ = np.zeros(0, dtype=np.float32)
        self.pairs_: dict[int, int] = {}
        self.numbers_: dict[str, int] = {}
        self.sorted_: list[str] = []
        self._by_word = sp.csr_matrix((0, 0), dtype=np.uint8)
        return self._learn(words, frequency)

    def changed(self, words: Sequence[str], difference: Floats) -> "Speller":
        """Return a speller for which each of `words` (n,) stands in `difference` (n,) more documents, or fewer."""
        other = Speller()
        other.words_, other.frequency_ = list(self.words_), self.frequency_.copy()
        other.pairs_, other._by_word = dict(self.pairs_), self._by_word.copy()
        other.numbers_, other.sorted_ = dict(self.numbers_), self.sorted_
        known = [i for i, word in enumerate(words) if word in self.numbers_]
        other.frequency_[[self.numbers_[words[i]] for i in known]] += difference[known]
        new = [i for i, word in enumerate(words) if word not in self.numbers_]
        return other._learn([words[i] for i in new], difference[new])

    def _learn(self, words: Sequence[str], frequency: Floats) -> Self:
        keep = [i for i, word in enumerate(words) if _is_plain(word)]
        new = [words[i] for i in keep]
        added = self._read(new)
        self._by_word.resize((len(self.words_), len(self.pairs_)))
        all_words = self.words_ + new
        lengths = np.fromiter(map(len, all_words), dtype=np.int64, count=len(all_words))
        by_length = np.argsort(lengths, kind="stable")
        self.words_ = [all_words[i] for i in by_length.tolist()]
        self.frequency_ = np.concatenate((self.frequency_, frequency[keep]))[by_length]
        self._by_word = sp.csr_matrix(sp.vstack((self._by_word, added)))[by_length]
        self.sizes_ = np.diff(self._by_word.indptr).astype(np.float32)
        self.first_ = np.searchsorted(lengths[by_length], np.arange(LONGEST + 4))
        self.postings_ = self._by_word.T.tocsr()
        self.bounds_ = self._bounds()
        self.numbers_ = {word: number for number, word in enumerate(self.words_)}
        self.sorted_ = sorted(self.sorted_ + new)
        return self

    def _read(self, words: Sequence[str]) -> sp.csr_matrix:
        """Return which pairs stand in each word, of shape (words, pairs); new pairs get the next numbers."""
        sizes = np.fromiter(map(len, words), dtype=np.int64, count=len(words)) + 2
        bounded = "".join(f"^{word}$" for word in words)
        letters = np.frombuffer(bounded.encode("utf-32-le"), dtype="<u4").astype(np.int64)
        owners = np.repeat(np.arange(len(words), dtype=np.int32), sizes)
        inside = owners[:-1] == owners[1:]
        pairs, places = np.unique((letters[:-1] << 32 | letters[1:])[inside], return_inverse=True)
        numbers = np.array([self.pairs_.setdefault(pair, len(self.pairs_)) for pair in pairs.tolist()], dtype=np.int32)
        columns = numbers[places]
        ones = np.ones(len(columns), dtype=np.uint8)
        read = sp.csr_matrix((ones, (owners[:-1][inside], columns)), shape=(len(words), len(self.pairs_)))
        read.sum_duplicates()
        read.data.fill(1)
        return read

    def _bounds(self) -> NDArray[np.int64]:
        """Return where in the postings of each pair the words of each length begin, of shape (LONGEST + 4, pairs)."""
        starts = self._by_word.indptr[self.first_].tolist()
        sizes = [np.bincount(self._by_word.indices[a:b], minlength=len(self.pairs_)) for a, b in pairwise(starts)]
        return np.cumsum([self.postings_.indptr[:-1], *sizes], axis=0)

    def frequency(self, word: str) -> int:
        """Return in how many documents `word` stands as it is."""
        return int(self.frequency_[self.numbers_[word]]) if word in self.numbers_ else 0

    def may_be(self, word: str, least: int) -> bool:
        """Whether a word that stands in at least `least` documents may be among the nearest; quick to say no."""
        if not _is_plain(word):
            return False
        most = _most_edits(word)
        first, last = self._of_length(word, most)
        often = np.flatnonzero(self.frequency_[first:last] >= least) + first
        return len(often) > _CANDIDATES or any(
            OSA.distance(word, self.words_[i], score_cutoff=most) <= most for i in often.tolist()
        )

    def nearest(self, word: str) -> list[Spelling]:
        """Return the corpus words within one edit (two from eight letters on) of `word`, the likeliest first."""
        if not _is_plain(word) or not self.words_:
            return []
        most = _most_edits(word)
        numbers = self._alike(word, most)
        near = process.extract(
            word, [self.words_[i] for i in numbers], scorer=OSA.distance, score_cutoff=most, limit=None
        )
        found = []
        for other, edits, place in near:
            frequency = self.frequency_[numbers[place]]
            if edits and frequency >= 1:  # others stood only in what is gone
                cost = edits + FIRST * (word[0] != other[0]) + REPLACED * _is_replaced(word, other, edits)
                found.append(Spelling(other, cost - 0.2 * float(np.log10(frequency))))
        return sorted(found, key=lambda spelling: (spelling.cost, spelling.word))

    def completions(self, beginning: str, most: int = 8) -> list[str]:
        """Return the words that start with `beginning`, the most frequent first."""
        start = bisect_left(self.sorted_, beginning)
        end = bisect_left(self.sorted_, beginning + "\U0010ffff")
        standing = (word for word in self.sorted_[start:end] if self.frequency(word) >= 1)
        found = sorted(standing, key=lambda word: (-self.frequency(word), word))
        return [word for word in found[:most] if word != beginning]

    def _of_length(self, word: str, most: int) -> tuple[int, int]:
        """Return the first and the end of the words that are at most `most` letters longer or shorter."""
        return self.first_[max(0, len(word) - most)], self.first_[len(word) + most + 1]

    def _alike(self, word: str, most: int) -> list[int]:
        """Return the numbers of the words that share most character pairs with `word` (Dice coefficient).

        Words that share too few to be `most` edits away are left out (one edit changes three pairs at most), and those
        that are too long or too short.
        """
        pairs = _pairs(word)
        rows = np.array([self.pairs_[pair] for pair in pairs if pair in self.pairs_], dtype=np.intp)
        first, last = self._of_length(word, most)
        begins, ends = self.bounds_[max(0, len(word) - most)].take(rows), self.bounds_[len(word) + most + 1].take(rows)
        standing = self.postings_.indices.take(spans(begins, ends - begins))
        shared = np.bincount(standing - first, minlength=last - first)
        near = np.flatnonzero(shared >= max(1, len(pairs) - 3 * most))
        if len(near) > _CANDIDATES:
            dice = shared[near] / (self.sizes_[near + first] + len(pairs))
            near = near[(-dice).argsort(kind="stable")[:_CANDIDATES]]
        return (near + first).tolist()


def _most_edits(word: str) -> int:
    return 1 if len(word) < 8 else 2


def _is_replaced(word: str, other: str, edits: int) -> bool:
    """Whether `edits` between two words put a letter for another."""
    return Indel.distance(word, other) != edits and sorted(word) != sorted(other)


def _is_plain(word: str) -> bool:
    return SHORTEST - 1 <= len(word) <= LONGEST and not is_code(word)


def _pairs(word: str) -> set[int]:
    """Return the pairs of neighbouring characters of a word with a sign on both sides; as `_read`."""
    return {ord(first) << 32 | ord(second) for first, second in pairwise(f"^{word}$")}
