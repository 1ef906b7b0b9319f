"""The sentence to show under a hit, and which words in it to mark."""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from itertools import chain

import numpy as np

from models.ranking.fields import Floats, Numbers
from models.ranking.results import Snippet, Span
from models.text import found_words, sentences, words

LONGEST_SNIPPET = 240
LONGEST_READ = 12_000

_HEADING = re.compile(r"#{1,6}\s+(.+?)\s*#*$")
_LEAD = re.compile(r"(?:(?:[-*+>|]|\d+[.)])\s+)+")
_LINK = re.compile(r"!?\[([^\]]*)\]\([^)]*\)")
_EMPHASIS = re.compile(r"\*\*|__|`+|(?<!\w)[*_](?=\w)|(?<=\w)[*_](?!\w)")
_MARKED = re.compile(r"[*_`]")
_RULE = re.compile(r"(?:```|~~~).*|[-=*_|: ]+$")
_RULES = frozenset("`~-=*_|:")  # what a rule begins with

Weigh = Callable[[str], float]


@dataclass(frozen=True, slots=True)
class Outline:
    """A body taken apart: where each sentence stands, under which heading, and its different terms end to end.

    `terms` (n,) holds the terms of all sentences, `starts` (m,) where those of each sentence begin.
    """

    spans: tuple[Span, ...]
    headings: tuple[str, ...]
    terms: Numbers
    starts: Numbers


def outline(body: str, terms_of: Callable[[str], tuple[int, ...]]) -> Outline:
    """Take a body apart, plain text or Markdown, as far as its first 12,000 characters."""
    body = body[:LONGEST_READ]
    spans: list[Span] = []
    headings: list[str] = []
    terms: list[int] = []
    starts: list[int] = []
    heading = ""
    for start, end in sentences(body):
        line = body[start:end]
        if line[0] == "#" and (title := _HEADING.match(line)):
            heading = _plain(title.group(1))
        elif not (line[0] in _RULES and _RULE.match(line)) and (
            found := set(chain.from_iterable(map(terms_of, words(line))))
        ):
            spans.append((start, end))
            headings.append(heading)
            starts.append(len(terms))
            terms.extend(found)
    return Outline(tuple(spans), tuple(headings), np.array(terms, np.int32), np.array(starts, np.int32))


class WordWeights(dict[str, float]):
    """How much each written word says, given what the terms say; every word is looked up once."""

    def __init__(self, terms_of: Callable[[str], tuple[int, ...]], weights: Mapping[int, float]) -> None:
        self._terms_of = terms_of
        self._weights = weights
        self._lacks = weights.keys().isdisjoint

    def __missing__(self, word: str) -> float:
        terms = self._terms_of(word)
        weight = self[word] = 0.0 if self._lacks(terms) else max(self._weights.get(term, 0.0) for term in terms)
        return weight


def snippet(body: str, parts: Outline, weights: Floats, weigh: Weigh) -> Snippet:
    """Return the sentence of `body` whose different matched terms weigh most, the first of equals.

    Parameters
    ----------
    weights : what each term says for the query, of shape (terms,).
    weigh : what a written word says for it.
    """
    if not parts.spans:
        return Snippet("", (), "")
    best = int(np.argmax(np.add.reduceat(weights[parts.terms], parts.starts)))
    start, end = parts.spans[best]
    text = _window(_plain(body[start:end]), weigh)
    return Snippet(text, marks(text, weigh), parts.headings[best])


def marks(text: str, weigh: Weigh) -> tuple[Span, ...]:
    """Return the spans of the words in `text` that weigh anything."""
    return tuple([word.span() for word in found_words(text) if weigh(word[0])])


def _plain(line: str) -> str:
    """Return a line of Markdown without its marks."""
    if lead := _LEAD.match(line):
        line = line[lead.end() :]
    if "](" in line:
        line = _LINK.sub(r"\1", line)
    return _EMPHASIS.sub("", line).strip() if _MARKED.search(line) else line


def _window(text: str, weigh: Weigh) -> str:
    """Cut a long sentence at word ends, so that its first matched word stays in sight."""
    if len(text) <= LONGEST_SNIPPET:
        return text
    first = next((word.start() for word in found_words(text) if weigh(word.group())), 0)
    start = 0 if first < LONGEST_SNIPPET // 2 else text.rfind(" ", 0, first - LONGEST_SNIPPET // 4) + 1
    cut = text[start : start + LONGEST_SNIPPET]
    end = cut.rfind(" ") if start + LONGEST_SNIPPET < len(text) and " " in cut else len(cut)
    return ("… " if start else "") + cut[:end].rstrip() + (" …" if start + end < len(text) else "")
