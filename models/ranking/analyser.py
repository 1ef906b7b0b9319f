"""How a query is read: which words say nothing, and which mean the same."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import permutations
from pathlib import Path

import Stemmer

from models.text import normalise, tokens, word_tokens, words

# English function words: in a question they say nothing about its topic. Kept when a query has no other word.
STOP_WORDS = frozenset(
    """
    a about am an and any are arent as at be because been being but by can cannot cant could couldnt did didnt do does
    doesnt dont for from had hadnt has hasnt have havent he her him his how i if im in into is isnt it its ive me might
    my of on or our ours s shall she should shouldnt so some than that the their theirs them then there these they this
    those to us was wasnt we were werent what when where which who whom whose why will with wont would wouldnt you your
    yours
    """.split()  # noqa: SIM905
)
# Words of asking: they stand in questions about anything, so that in a small corpus they look rarer than they are.
WEAK_WORDS = frozenset(
    """
    able actually again all almost also although always another any anybody anyhow anyone anything anyway anywhere ask
    away basically best better both certain certainly completely currently different during each easily easy either else
    elsewhere enough entire entirely especially etc even eventually ever every everybody everyone everything everywhere
    exactly few finally find fully generally get give given go going good got gotten great guess happen hello help hence
    hi hope however idea indeed instead interested itself just kind know least less let like likely little look lot lots
    make manner many may maybe more moreover most mostly much must myself need neither never nice no nobody none nor
    normally not nothing notice now obviously often ok okay once one only other others otherwise ought own perhaps
    please possible possibly prefer pretty probably put quickly quite rather really recently same say see seem several
    shall simple simply since somebody somehow someone something sometimes somewhat somewhere soon still such suppose
    sure take tell thank thanks therefore thing think though thought thus too totally try trying typically unfortunately
    unless until use used using usually various very wanna want way ways well whatever whenever wherever whether
    whichever while whole wish within wonder worry yes yet yourself
    """.split()  # noqa: SIM905
)
WEAK = 0.5  # what a word of asking counts
SAME = 0.9  # what a word counts that means the same
CLOSE = 0.4  # what a word counts that is close in meaning

Stems = tuple[str, ...]

_stem = Stemmer.Stemmer("english", 0)  # without its own memory of words: of those of a corpus, each comes once


@dataclass(frozen=True, slots=True)
class Synonym:
    """Who types `typed` also means `meant`; each is one word or more. Holds in this direction only."""

    typed: str
    meant: str
    weight: float = SAME


@dataclass(frozen=True, slots=True)
class Group:
    """Words that mean the same (`is_same`) or are close in meaning, in all directions."""

    words: tuple[str, ...]
    is_same: bool

    @property
    def text(self) -> str:
        """The group as it is written down; names it."""
        return (" = " if self.is_same else " ~ ").join(self.words)

    def synonyms(self) -> Iterator[Synonym]:
        weight = SAME if self.is_same else CLOSE
        return (Synonym(typed, meant, weight) for typed, meant in permutations(self.words, 2))


class Analyser:
    """The stop words and synonyms a query is read with; the index itself does not change with them.

    `synonyms` are the built-in ones of English unless others are given.
    """

    def __init__(self, stop_words: Iterable[str] = STOP_WORDS, synonyms: Iterable[Synonym] | None = None) -> None:
        self.stop_words = frozenset(map(_bare, stop_words))
        self.synonyms = english() if synonyms is None else tuple(synonyms)
        self._by_first: defaultdict[str, dict[Stems, dict[str, Synonym]]] = defaultdict(dict)
        for synonym in self.synonyms:
            typed, meant = _entry(synonym.typed), _entry(synonym.meant)
            if typed and meant and typed != meant:
                found = self._by_first[typed[0]].setdefault(typed, {})
                former = found.get(synonym.meant)
                found[synonym.meant] = synonym if former is None else max(former, synonym, key=lambda one: one.weight)
        self._lengths = {
            first: sorted({len(phrase) for phrase in phrases}, reverse=True)
            for first, phrases in self._by_first.items()
        }

    def is_topical(self, word: str) -> bool:
        """Whether `word` says what a question is about."""
        return self.stop_words.isdisjoint(_plain_forms(word))

    def weight(self, word: str) -> float:
        """Return what `word` counts in a query."""
        return 1.0 if is_telling(word) else WEAK

    def meant_by(self, typed: Sequence[str]) -> tuple[int, tuple[Synonym, ...]]:
        """Return how many of the first words are the longest typed side of a synonym, and all that have it."""
        first = _first_stem(typed[0])
        phrases = self._by_first.get(first[0]) if first else None
        if not phrases:
            return 0, ()
        for length in self._lengths[first[0]]:
            if length <= len(typed) and (found := phrases.get(as_typed(typed[:length]) if length > 1 else first)):
                return length, tuple(found.values())
        return 0, ()


@lru_cache(maxsize=1)
def built_in_analyser() -> Analyser:
    """Return the analyser of the built-in stop words and synonyms."""
    return Analyser()


@lru_cache(maxsize=1)
def english() -> tuple[Synonym, ...]:
    """Return the built-in synonyms, each in both directions."""
    return tuple(synonym for group in english_groups() for synonym in group.synonyms())


@lru_cache(maxsize=1)
def english_groups() -> tuple[Group, ...]:
    """Return the built-in groups of words that mean the same or are close in meaning."""
    lines = Path(__file__).with_name("english_synonyms.txt").read_text(encoding="utf-8").splitlines()
    return tuple(_group(line) for line in lines if line and not line.startswith("#"))


@lru_cache(maxsize=1 << 14)
def _entry(text: str) -> Stems:
    """Return the stems of one side of a synonym; each stands in several, and at every change all are read again."""
    return as_typed(words(text))


@lru_cache(maxsize=1)
def _weak_stems() -> frozenset[Stems]:
    return frozenset(as_typed([word]) for word in WEAK_WORDS)


def as_typed(written: Sequence[str]) -> Stems:
    """Return one stem for each word, so that log-in is login and not three words."""
    return tuple([stem for word in written for stem in _first_stem(word)])


@lru_cache(maxsize=1 << 14)
def _first_stem(word: str) -> Stems:
    """Return the stem of the first token of `word`, if it has any; in questions the same words come again and again."""
    return tuple(stem_words(word_tokens(word)[:1]))


def stem_words(found: Sequence[str]) -> list[str]:
    """Return the stem of each token.

    References
    ----------
    Porter (2001), Snowball: a language for stemming algorithms, https://snowballstem.org/texts/introduction.html
    """
    stemmed: list[str] = _stem.stemWords(list(found))
    return stemmed


@lru_cache(maxsize=1 << 12)
def stems(text: str) -> Stems:
    """Return the stems of `text` in reading order."""
    return tuple(stem_words(tokens(text)))


def _group(line: str) -> Group:
    sign = "=" if "=" in line else "~"
    return Group(tuple(entry.strip() for entry in line.split(sign)), is_same=sign == "=")


def is_telling(word: str) -> bool:
    """Whether `word` is none of asking, which stand in texts about anything."""
    return _first_stem(word) not in _weak_stems()


@lru_cache(maxsize=1 << 14)
def _plain_forms(word: str) -> tuple[str, str]:
    """Return `word` without apostrophes, and what stands before the first of them.

    A function word keeps saying nothing when another is drawn to it.
    """
    return _bare(word), normalise(word).replace("’", "'").partition("'")[0]


def _bare(word: str) -> str:
    return normalise(word).replace("'", "").replace("’", "")
