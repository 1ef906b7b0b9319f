"""Titles as they are typed: the equal ones, and those a beginning may grow into."""

from bisect import bisect_left
from collections import defaultdict
from collections.abc import Iterable

from models.text import normalise, words

_LAST = "\U0010ffff"


class Titles:
    """Finds titles by their beginnings, and by the beginning of any word in them."""

    def __init__(self, titles: Iterable[str]) -> None:
        self._equal: defaultdict[str, list[int]] = defaultdict(list)
        starts: list[tuple[str, int, int]] = []
        for number, title in enumerate(titles):
            plain = normalise(title)
            if plain:
                self._equal[plain].append(number)
            starts += [(plain[at:], at, number) for at in _word_starts(plain)]
        self._starts = sorted(starts)

    def equal(self, title: str) -> list[int]:
        """Return the numbers of the titles that are `title`, normalised."""
        return self._equal.get(title, [])

    def complete(self, beginning: str) -> list[int]:
        """Return the titles in which `beginning`, normalised, begins a word: the nearer to the front the earlier."""
        first = bisect_left(self._starts, (beginning,))
        last = bisect_left(self._starts, (beginning + _LAST,))
        found = sorted(self._starts[first:last], key=lambda start: (start[1], len(start[0]), start[2]))
        return list(dict.fromkeys(number for _, _, number in found))


def _word_starts(title: str) -> list[int]:
    starts = []
    at = 0
    for word in words(title):
        at = title.index(word, at)
        starts.append(at)
        at += len(word)
    return starts
