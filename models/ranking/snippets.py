"""The sentence to show under a hit, and which words in it to mark."""

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from itertools import chain
from typing import NamedTuple

import numpy as np

from models.ranking.fields import Numbers, standing
from models.ranking.results import Document, Snippet, Span
from models.text import found_words, sentence_edges

LONGEST_SNIPPET = 240
LONGEST_READ = 12_000
_KEPT = 1024  # documents shown last

_HEADING = re.compile(r"^#{1,6}[ \t]+(.+?)[ \t]*#*$", re.MULTILINE)
_LEAD = re.compile(r"(?:(?:[-*+>|]|\d+[.)])\s+)+")
_LINK = re.compile(r"!?\[([^\]]*)\]\([^)]*\)")
_EMPHASIS = re.compile(r"\*\*|__|`+|(?<!\w)[*_](?=\w)|(?<=\w)[*_](?!\w)")
_MARKED = re.compile(r"[*_`]")
_RULE = re.compile(r"(?:```|~~~).*|[-=*_|: ]+$")

TermsOf = Callable[[str], tuple[int, ...]]
"""The terms of a written word."""
Says = Mapping[int, float]
"""What each term says for the query."""
Words = list[tuple[tuple[int, ...], int, int]]
"""The terms of each word, where it begins and where it ends."""


class Sentence(NamedTuple):
    """A sentence without its marks of Markdown, the heading it stands under, and its words if it is not too long."""

    text: str
    heading: str
    words: Words | None


class Pages(dict[int, "Page"]):
    """The documents as they are shown, by number; those shown last stay read."""

    def __init__(self, documents: Sequence[Document], terms_of: TermsOf) -> None:
        self._documents = documents
        self._terms_of = terms_of

    def __missing__(self, number: int) -> "Page":
        if len(self) >= _KEPT:
            self.clear()
        page = self[number] = Page(self._documents[number], self._terms_of)
        return page


class Page:
    """One document as it is shown: its title, and the sentences of its first 12,000 characters."""

    def __init__(self, document: Document, terms_of: TermsOf) -> None:
        self._body = document.body
        self._terms_of = terms_of
        self._title = _words(document.title, terms_of)
        self._edges = sentence_edges(document.body[:LONGEST_READ])
        self._sentences: dict[int, Sentence | None] = {}

    def title_marks(self, says: Says) -> tuple[Span, ...]:
        """Return the spans of the words of the title that say something."""
        return tuple(_marks(self._title, says))

    def snippet(self, likely: Iterable[int], says: Says) -> Snippet:
        """Return the first of the `likely` sentences that says something, else the first one that does."""
        most = len(self._edges) - 1
        for number in chain((one for one in likely if one < most), range(most)):
            if sentence := self._sentence(number):
                text, words = sentence.text, sentence.words
                if words is None:
                    text = _window(text, says, self._terms_of)
                    words = _words(text, self._terms_of)
                return Snippet(text, tuple(_marks(words, says)), sentence.heading)
        return Snippet("", (), "")

    def _sentence(self, number: int) -> Sentence | None:
        """Return a sentence, None where there is no prose."""
        if number not in self._sentences:
            begin, end = self._edges[number : number + 2]
            line = self._body[begin:end].strip()
            text = _plain(line) if _is_prose(line) else ""
            words = _words(text, self._terms_of) if len(text) <= LONGEST_SNIPPET else None
            self._sentences[number] = Sentence(text, _heading(self._body[:begin]), words) if text else None
        return self._sentences[number]


def heaviest(bodies: Sequence[Numbers], ends: Sequence[Numbers], says: Says, n_terms: int) -> list[list[int]]:
    """Return the sentences of each body by what their different matched terms weigh, the first of equals first.

    Parameters
    ----------
    bodies : the terms of each in reading order.
    ends : for each, before which of its terms a sentence ends.
    says : what each term says for the query.
    n_terms : above every term.
    """
    if not says:
        return [[] for _ in bodies]
    terms = np.array(sorted(says), dtype=np.int32)
    weights = np.array([says[term] for term in terms.tolist()], dtype=np.float32)
    stand, asked = standing(terms, np.concatenate(bodies), n_terms)
    after = np.cumsum(list(map(len, bodies)))
    owners = np.searchsorted(after, stand, "right")
    ended = np.concatenate([end + start for end, start in zip(ends, (0, *after), strict=False)])
    sentences = np.searchsorted(ended, stand, "right") + owners  # numbered through all bodies
    cells = np.unique(sentences * len(terms) + asked)
    said, found = weights[cells % len(terms)], cells // len(terms)
    begins = np.flatnonzero(np.diff(found, prepend=-1))
    found = found[begins]
    first = np.cumsum([0, *(len(end) + 1 for end in ends)])
    owners = np.searchsorted(first, found, "right") - 1
    order = np.lexsort((found, -np.add.reduceat(said, begins), owners))
    parts = np.split((found - first[owners])[order], np.searchsorted(owners, np.arange(1, len(bodies))))
    return [part.tolist() for part in parts]


def _is_prose(line: str) -> bool:
    """Whether a line says something: no heading, no rule and not blank."""
    return bool(line) and not _HEADING.match(line) and not _RULE.match(line) and any(found_words(line))


def _heading(before: str) -> str:
    """Return the last heading in what stands before a sentence."""
    titles = _HEADING.findall(before) if "#" in before else ()
    return _plain(titles[-1]) if titles else ""


def _words(text: str, terms_of: TermsOf) -> Words:
    return [(terms, word.start(), word.end()) for word in found_words(text) if (terms := terms_of(word[0]))]


def _marks(words: Words, says: Says) -> list[Span]:
    """Return the spans of the words that say something."""
    lacks = says.keys().isdisjoint
    return [(begin, end) for terms, begin, end in words if not lacks(terms)]


def _plain(line: str) -> str:
    """Return a line of Markdown without its marks."""
    if lead := _LEAD.match(line):
        line = line[lead.end() :]
    if "](" in line:
        line = _LINK.sub(r"\1", line)
    return _EMPHASIS.sub("", line).strip() if _MARKED.search(line) else line


def _window(text: str, says: Says, terms_of: TermsOf) -> str:
    """Cut a long sentence at word ends, so that its first matched word stays in sight."""
    lacks = says.keys().isdisjoint
    first = next((word.start() for word in found_words(text) if not lacks(terms_of(word[0]))), 0)
    start = 0 if first < LONGEST_SNIPPET // 2 else text.rfind(" ", 0, first - LONGEST_SNIPPET // 4) + 1
    cut = text[start : start + LONGEST_SNIPPET]
    end = cut.rfind(" ") if start + LONGEST_SNIPPET < len(text) and " " in cut else len(cut)
    return ("… " if start else "") + cut[:end].rstrip() + (" …" if start + end < len(text) else "")
