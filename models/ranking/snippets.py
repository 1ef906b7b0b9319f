"""The sentence to show under a hit, and which words in it to mark."""

import re
from bisect import bisect_right
from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping

from models.ranking.results import Snippet, Span
from models.text import sentences, word_spans

LONGEST_SNIPPET = 240
LONGEST_READ = 12_000

_HEADING = re.compile(r"^[ \t]*#{1,6}[ \t]+(.+?)[ \t]*#*$", re.MULTILINE)
_LEAD = re.compile(r"(?:(?:[-*+>|]|\d+[.)])\s+)+")
_LINK = re.compile(r"!?\[([^\]]*)\]\([^)]*\)")
_EMPHASIS = re.compile(r"\*\*|__|`+|(?<!\w)[*_](?=\w)|(?<=\w)[*_](?!\w)")
_MARKED = re.compile(r"[*_`]")
_RULE = re.compile(r"(?:```|~~~).*|[-=*_|: ]+$")


class Matched(dict[str, tuple[int, ...]]):
    """Which of the terms that weigh anything each written word has; every word is looked up once."""

    def __init__(self, terms_of: Callable[[str], tuple[int, ...]], weights: Mapping[int, float]) -> None:
        self.weights = weights
        self._terms_of = terms_of

    def __missing__(self, word: str) -> tuple[int, ...]:
        terms = self[word] = tuple(term for term in self._terms_of(word) if term in self.weights)
        return terms


def snippet(body: str, matched: Matched) -> Snippet:
    """Return the sentence of `body` whose different matched terms weigh most, the first of equals.

    The body, plain text or Markdown, is read as far as its first 12,000 characters.
    """
    body = body[:LONGEST_READ]
    for start, end in _candidates(body, matched):
        if not _is_heading(body, start) and not _RULE.match(body[start:end]) and word_spans(body[start:end]):
            text = _window(_plain(body[start:end]), matched)
            return Snippet(text, marks(text, matched), _heading_before(body, start))
    return Snippet("", (), "")


def _candidates(body: str, matched: Matched) -> Iterator[Span]:
    """Yield the sentences, those first whose matched terms weigh most, then those without any as they come."""
    spans = sentences(body)
    starts = [start for start, _ in spans]
    found: defaultdict[int, set[int]] = defaultdict(set)
    for start, end in word_spans(body):
        if terms := matched[body[start:end]]:
            found[bisect_right(starts, start) - 1].update(terms)
    worth = {place: sum(matched.weights[term] for term in terms) for place, terms in found.items()}
    yield from (spans[place] for place in sorted(worth, key=lambda place: (-worth[place], place)))
    yield from (span for place, span in enumerate(spans) if place not in worth)


def _is_heading(body: str, at: int) -> bool:
    """Whether the line around `at` is a heading."""
    return _HEADING.match(body, body.rfind("\n", 0, at) + 1) is not None


def _heading_before(body: str, at: int) -> str:
    """Return the text of the last heading before `at`."""
    headings = _HEADING.findall(body, 0, at) if "#" in body else ()
    return _plain(headings[-1]) if headings else ""


def marks(text: str, matched: Matched) -> tuple[Span, ...]:
    """Return the spans of the words in `text` that weigh anything."""
    return tuple((start, end) for start, end in word_spans(text) if matched[text[start:end]])


def _plain(line: str) -> str:
    """Return a line of Markdown without its marks."""
    if lead := _LEAD.match(line):
        line = line[lead.end() :]
    if "](" in line:
        line = _LINK.sub(r"\1", line)
    return _EMPHASIS.sub("", line).strip() if _MARKED.search(line) else line


def _window(text: str, matched: Matched) -> str:
    """Cut a long sentence at word ends, so that its first matched word stays in sight."""
    if len(text) <= LONGEST_SNIPPET:
        return text
    first = next((start for start, end in word_spans(text) if matched[text[start:end]]), 0)
    start = 0 if first < LONGEST_SNIPPET // 2 else text.rfind(" ", 0, first - LONGEST_SNIPPET // 4) + 1
    cut = text[start : start + LONGEST_SNIPPET]
    end = cut.rfind(" ") if start + LONGEST_SNIPPET < len(text) and " " in cut else len(cut)
    return ("… " if start else "") + cut[:end].rstrip() + (" …" if start + end < len(text) else "")
