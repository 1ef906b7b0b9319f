"""Titles as they are typed: the equal ones, and those a beginning may grow into."""

from collections.abc import Sequence
from typing import Self

import numpy as np
from numpy.typing import NDArray

from models.text import normalise, word_spans

_KEY = 8  # letters that are compared at once
_END = "\n"  # stands after each title and in none, since it was normalised

Places = NDArray[np.int64]


class Titles:
    """Finds titles by their beginnings, and by the beginning of any word in them.

    All titles stand in one text, `letters_`; the places where words begin are sorted by the eight letters there. A
    search takes the places whose eight letters fit and compares what is left of the beginning, letter by letter.
    """

    def fit(self, titles: Sequence[str]) -> Self:
        """Learn the titles, by their numbers."""
        self.letters_ = np.zeros(0, dtype=np.uint8)
        self.begins_, self.ends_ = np.zeros(0, dtype=np.int64), np.zeros(0, dtype=np.int64)
        self.places_, self.owners_ = np.zeros(0, dtype=np.int64), np.zeros(0, dtype=np.int32)
        self.keys_ = np.zeros(0, dtype=np.uint64)
        return self._read(titles, np.arange(len(titles), dtype=np.int32), len(titles))

    def changed(self, titles: Sequence[str], columns: Sequence[int], size: int) -> "Titles":
        """Return `size` titles in which those at `columns` read `titles`."""
        other = Titles()
        kept = ~np.isin(self.owners_, columns)
        other.letters_, other.begins_, other.ends_ = self.letters_, self.begins_, self.ends_
        other.places_, other.owners_, other.keys_ = self.places_[kept], self.owners_[kept], self.keys_[kept]
        return other._read(titles, np.array(columns, dtype=np.int32), size)

    def equal(self, title: str) -> list[int]:
        """Return the numbers of the titles that are `title`, normalised."""
        letters = (title + _END).encode()
        found = self._near(letters)
        if not len(found):
            return []
        owners, places = self.owners_[found], self.places_[found]
        whole = (places == self.begins_[owners]) & (self.ends_[owners] - places == len(letters) - 1)
        found = self._going_on(found[whole], letters)
        return sorted(self.owners_[found].tolist())

    def complete(self, beginning: str) -> list[int]:
        """Return the titles in which `beginning`, normalised, begins a word: the nearer to the front the earlier."""
        letters = beginning.encode()
        found = self._going_on(self._near(letters), letters)
        numbers, places = self.owners_[found], self.places_[found]
        order = np.lexsort((numbers, self.ends_[numbers] - places, places - self.begins_[numbers]))
        return list(dict.fromkeys(numbers[order].tolist()))

    def _near(self, letters: bytes) -> Places:
        """Return which of the sorted places have the first eight of `letters`."""
        least, most = (int.from_bytes(letters[:_KEY].ljust(_KEY, fill), "big") for fill in (b"\x00", b"\xff"))
        first, end = self.keys_.searchsorted(np.array((least, most + 1), dtype=np.uint64))
        return np.arange(first, end)

    def _going_on(self, found: Places, letters: bytes) -> Places:
        """Return those of `found` that go on with the rest of `letters`."""
        rest = np.frombuffer(letters[_KEY:], dtype=np.uint8)
        if len(rest) and len(found):
            found = found[self.places_[found] + len(letters) <= len(self.letters_)]
            there = self.letters_[self.places_[found][:, None] + np.arange(_KEY, len(letters))]
            found = found[(there == rest).all(axis=1)]
        return found

    def _read(self, titles: Sequence[str], columns: NDArray[np.int32], size: int) -> Self:
        """Add titles that have no places yet."""
        text = "".join(normalise(title) + _END for title in titles)
        letters = np.frombuffer(text.encode() + _KEY * _END.encode(), dtype=np.uint8)
        ends = np.flatnonzero(letters[: len(letters) - _KEY] == ord(_END))
        begins = np.concatenate((np.zeros(1, dtype=np.int64), ends + 1))[: len(ends)]
        places = np.sort(np.concatenate((begins[begins < ends], _word_begins(text))))
        places = places[np.diff(places, prepend=-1) > 0]
        keys = np.lib.stride_tricks.sliding_window_view(letters, _KEY)[places].view(">u8").astype(np.uint64).ravel()
        owners = columns[np.searchsorted(begins, places, "right") - 1]
        more, before = np.zeros(size - len(self.begins_), dtype=np.int64), len(self.letters_)
        self.begins_, self.ends_ = np.concatenate((self.begins_, more)), np.concatenate((self.ends_, more))
        self.begins_[columns], self.ends_[columns] = before + begins, before + ends
        self.letters_ = np.concatenate((self.letters_, letters))
        order = np.argsort(keys, kind="stable")
        into = np.searchsorted(self.keys_, keys[order])
        self.keys_ = np.insert(self.keys_, into, keys[order])
        self.places_ = np.insert(self.places_, into, before + places[order])
        self.owners_ = np.insert(self.owners_, into, owners[order])
        return self


def _word_begins(text: str) -> Places:
    """Return where words begin in the UTF-8 of `text`."""
    begins = np.array([begin for begin, _ in word_spans(text)], dtype=np.int64)
    if text.isascii():
        return begins
    codes = np.frombuffer(text.encode("utf-32-le"), dtype="<u4")
    widths = 1 + (codes >= 0x80).astype(np.int64) + (codes >= 0x800) + (codes >= 0x10000)
    return (np.cumsum(widths) - widths)[begins]
