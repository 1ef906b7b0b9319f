"""What leads tell the index about words: which say nothing, and which mean the same."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache

import Stemmer

from models.text import normalise, tokens

# English function words: in a question they say nothing about its topic. Kept when a query has no other word.
STOP_WORDS = frozenset(
    """
    a about am an and any are as at be been being but by can cannot cant could did didnt do does doesnt dont for
    from had has have he her his how i if im in into is isnt it its ive me my of on or our s she should so some than
    that the their them then there these they this those to us was we were what when where which who why will with
    wont would you your
    """.split()  # noqa: SIM905
)

Stems = tuple[str, ...]

_stem = Stemmer.Stemmer("english").stemWords


@dataclass(frozen=True, slots=True)
class Synonym:
    """Who types `typed` also means `meant`; each is one word or more. Holds in this direction only."""

    typed: str
    meant: str


class Analyser:
    """The stop words and synonyms a query is read with; the index itself does not change with them."""

    def __init__(self, stop_words: Iterable[str] = STOP_WORDS, synonyms: Iterable[Synonym] = ()) -> None:
        self.stop_words = frozenset(map(_bare, stop_words))
        self.synonyms = tuple(synonyms)
        self._by_first: defaultdict[str, list[tuple[Stems, Synonym]]] = defaultdict(list)
        for synonym in self.synonyms:
            if (typed := stems(synonym.typed)) and stems(synonym.meant) not in {(), typed}:
                self._by_first[typed[0]].append((typed, synonym))

    def is_topical(self, word: str) -> bool:
        """Whether `word` says what a question is about."""
        return _bare(word) not in self.stop_words

    def meant_by(self, words: Sequence[str]) -> tuple[int, tuple[Synonym, ...]]:
        """Return how many of the first `words` are the longest typed side of a synonym, and all that have it."""
        typed = [stems(word)[:1] for word in words] if self._by_first else []
        candidates = self._by_first.get(typed[0][0], []) if typed and typed[0] else []
        found = [(len(t), synonym) for t, synonym in candidates if sum(typed[: len(t)], ()) == t]
        longest = max((length for length, _ in found), default=0)
        return longest, tuple(synonym for length, synonym in found if length == longest)


@lru_cache(maxsize=1 << 12)
def stems(text: str) -> Stems:
    """Return the stems of `text` in reading order.

    References
    ----------
    Porter (2001), Snowball: a language for stemming algorithms, https://snowballstem.org/texts/introduction.html
    """
    return tuple(_stem(tokens(text)))


def _bare(word: str) -> str:
    return normalise(word).replace("'", "").replace("’", "")
