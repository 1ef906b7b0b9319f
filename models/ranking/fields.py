"""Documents as numbers: which term stands where in each field."""

import re
from array import array
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
import scipy.sparse as sp
from numpy.typing import NDArray

from models.ranking.analyser import stem_words
from models.ranking.results import Document
from models.text import ends_sentence, pieces, spelt, words

Floats = NDArray[np.float32]
Numbers = NDArray[np.int32]

FIELDS = ("title", "headings", "body", "tags")

_HEADING = re.compile(r"^#{1,6}\s+(.+)$", re.MULTILINE)


def texts(document: Document) -> tuple[str, str, str, str]:
    """Return the text of each field, in the order of FIELDS; headings stand in the body too."""
    headings = "\n".join(_HEADING.findall(document.body)) if "#" in document.body else ""
    return document.title, headings, document.body, "\n".join(document.tags)


@dataclass(frozen=True, slots=True)
class Sequences:
    """Numbers in reading order: text i is `numbers[starts[i]:ends[i]]`; both of shape (texts,)."""

    numbers: Numbers
    starts: NDArray[np.int64]
    ends: NDArray[np.int64]

    def text(self, number: int) -> Numbers:
        return self.numbers[self.starts[number] : self.ends[number]]

    def owners(self) -> Numbers:
        """Return the text each number stands in, for texts that follow one another without a gap."""
        return np.repeat(np.arange(len(self.ends), dtype=np.int32), self.ends - self.starts)

    def counts(self, width: int) -> sp.csr_matrix:
        """Return how often each number below `width` stands in each text, of shape (texts, width); as `owners`."""
        ones = np.ones(len(self.numbers), dtype=np.float32)
        bounds = np.concatenate(([0], self.ends))
        counts = sp.csr_matrix((ones, self.numbers, bounds), shape=(len(self.ends), width), copy=True)
        counts.sum_duplicates()
        return counts

    def replaced(self, columns: Sequence[int], new: "Sequences", size: int) -> "Sequences":
        """Return `size` texts in which those at `columns` are `new`."""
        more = np.zeros(size - len(self.ends), dtype=np.int64)
        starts, ends = np.concatenate((self.starts, more)), np.concatenate((self.ends, more))
        starts[list(columns)] = new.starts + len(self.numbers)
        ends[list(columns)] = new.ends + len(self.numbers)
        return Sequences(np.concatenate((self.numbers, new.numbers)), starts, ends)


def spans(starts: NDArray[np.integer], sizes: NDArray[np.integer]) -> NDArray[np.int64]:
    """Return the places of stretches that begin at `starts` (n,) and are `sizes` (n,) long, one after the other."""
    after: NDArray[np.int64] = sizes.cumsum(dtype=np.int64)
    places: NDArray[np.int64] = np.arange(after[-1] if len(after) else 0) + (starts - (after - sizes)).repeat(sizes)
    return places


def standing(terms: Numbers, numbers: Numbers, n_terms: int) -> tuple[NDArray[np.intp], NDArray[np.intp]]:
    """Return which of `numbers` (n,) are among the sorted `terms` (t,), and the place there of each that is.

    All are below `n_terms`: to mark the terms among all there are is quicker than to look each number up.
    """
    is_asked = np.zeros(n_terms, dtype=bool)
    is_asked[terms] = True
    found = np.flatnonzero(is_asked.take(numbers))
    return found, np.searchsorted(terms, numbers[found])


def end_to_end(numbers: Numbers, ends: NDArray[np.int64]) -> Sequences:
    """Return texts that follow one another."""
    return Sequences(numbers, np.concatenate((np.zeros(1, np.int64), ends[:-1])), ends)


class Vocabulary:
    """Numbers for written words, for the tokens they are found by, and for the terms (stems) of these.

    Only grows, so that an index made from an older one shares it: what has a number keeps it.
    """

    def __init__(self) -> None:
        self.words = _Numbering()
        self.tokens = _Numbering()
        self.terms = _Numbering()
        self._first = np.zeros(1, dtype=np.int64)  # where the tokens of each word begin in `_flat`
        self._flat = np.zeros(0, dtype=np.int32)
        self._ends = np.zeros(0, dtype=bool)  # which words end a sentence instead
        self._term_of_token = np.zeros(0, dtype=np.int32)
        self.looked_up = _LookedUp(self._look_up)

    def read(self, parts: Iterable[str], split: Callable[[str], list[str]] = words) -> Sequences:
        """Return the words of each text by number, or what else `split` finds in it."""
        found = array("i")
        ends = []
        number = self.words.__getitem__
        for text in parts:
            found.extend(map(number, split(text)))
            ends.append(len(found))
        return end_to_end(np.array(found, dtype=np.int32), np.array(ends, dtype=np.int64))

    def learn(self) -> None:
        """Give numbers to the tokens and terms of the words read since the last time."""
        new = list(self.words)[len(self._first) - 1 :]
        found = [spelt(word) for word in new]
        flat = [self.tokens[token] for tokens in found for token in tokens]
        sizes = np.fromiter(map(len, found), dtype=np.int64, count=len(found))
        self._ends = np.concatenate((self._ends, np.array([ends_sentence(word) for word in new], dtype=bool)))
        self._first = np.concatenate((self._first, self._first[-1] + np.cumsum(sizes)))
        self._flat = np.concatenate((self._flat, np.array(flat, dtype=np.int32)))
        stems = stem_words(list(self.tokens)[len(self._term_of_token) :])
        terms = np.array([self.terms[stem] for stem in stems], dtype=np.int32)
        self._term_of_token = np.concatenate((self._term_of_token, terms))

    def as_tokens(self, read: Sequences) -> Sequences:
        """Return the tokens of the words in `read`."""
        begin = self._first[read.numbers]
        sizes = self._first[read.numbers + 1] - begin
        after = np.concatenate(([0], np.cumsum(sizes)))
        return end_to_end(self._flat[spans(begin, sizes)], after[read.ends])

    def sentence_ends(self, read: Sequences) -> Sequences:
        """Return before which of its tokens the sentences of each text end."""
        sizes = self._first[read.numbers + 1] - self._first[read.numbers]
        before = np.concatenate(([0], np.cumsum(sizes)))
        ends = np.flatnonzero(self._ends[read.numbers])
        texts = np.searchsorted(read.ends, ends, "right")
        numbers = (before[ends] - before[read.starts[texts]]).astype(np.int32)
        return end_to_end(numbers, np.searchsorted(ends, read.ends))

    def as_terms(self, tokens: Sequences) -> Sequences:
        """Return the terms of tokens."""
        return Sequences(self._term_of_token[tokens.numbers], tokens.starts, tokens.ends)

    def _look_up(self, word: str) -> tuple[int, ...] | None:
        """Return the terms of a word that was learnt, None for others."""
        number = self.words.get(word, len(self._first))
        if number + 1 >= len(self._first):
            return None
        tokens = self._flat[self._first[number] : self._first[number + 1]]
        return tuple(self._term_of_token[tokens].tolist())


class Reading(NamedTuple):
    """The tokens of each field, in the order of FIELDS, and before which tokens the sentences of the bodies end."""

    tokens: list[Sequences]
    sentence_ends: Sequences


def read_fields(documents: Sequence[Document], vocabulary: Vocabulary) -> Reading:
    """Read every field of the documents; the vocabulary learns their words."""
    split = [texts(document) for document in documents]
    read = [
        vocabulary.read((text[number] for text in split), pieces if name == "body" else words)
        for number, name in enumerate(FIELDS)
    ]
    vocabulary.learn()
    ends = vocabulary.sentence_ends(read[FIELDS.index("body")])
    return Reading([vocabulary.as_tokens(field) for field in read], ends)


class _Numbering(dict[str, int]):
    """Numbers for strings in the order they are first seen."""

    def __missing__(self, text: str) -> int:
        number = self[text] = len(self)
        return number


class _LookedUp(dict[str, tuple[int, ...]]):
    """The terms of the written words asked for so far; a dict, because pages ask for thousands of words at a time."""

    def __init__(self, look_up: Callable[[str], tuple[int, ...] | None]) -> None:
        self._look_up = look_up

    def __missing__(self, word: str) -> tuple[int, ...]:
        terms = self._look_up(word)
        if terms is None:  # a later document may bring it
            return ()
        self[word] = terms
        return terms
