"""The sentence to show under a hit, and which words in it to mark."""

import re
from bisect import bisect_right
from collections import defaultdict
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from models.ranking.results import Snippet, Span
from models.text import sentences, word_spans, words

LONGEST_SNIPPET = 240
LONGEST_READ = 12_000
_READ = 2  # sentences are compared word by word
_READ_WHOLE = 200  # where no word stands as its stem begins

_HEADING = re.compile(r"#{1,6}\s+(.+?)\s*#*$")
_LEAD = re.compile(r"(?:(?:[-*+>|]|\d+[.)])\s+)+")
_LINK = re.compile(r"!?\[([^\]]*)\]\([^)]*\)")
_EMPHASIS = re.compile(r"\*\*|__|`+|(?<!\w)[*_](?=\w)|(?<=\w)[*_](?!\w)")
_MARKED = re.compile(r"[*_`]")
_RULE = re.compile(r"(?:```|~~~).*|[-=*_|: ]+$")

Weigh = Callable[[str], float]


@dataclass(frozen=True, slots=True)
class Outline:
    """Where each sentence of a body stands, and under which heading."""

    spans: tuple[Span, ...]
    headings: tuple[str, ...]


def outline(body: str) -> Outline:
    """Take a body apart, plain text or Markdown, as far as its first 12,000 characters."""
    body = body[:LONGEST_READ]
    spans: list[Span] = []
    headings: list[str] = []
    heading = ""
    for start, end in sentences(body):
        line = body[start:end]
        if title := _HEADING.match(line):
            heading = _plain(title.group(1))
        elif not _RULE.match(line):
            spans.append((start, end))
            headings.append(heading)
    return Outline(tuple(spans), tuple(headings))


class WordWeights(dict[str, float]):
    """How much each written word says, given what the terms say; every word is looked up once."""

    def __init__(self, terms_of: Callable[[str], tuple[int, ...]], weights: Mapping[int, float]) -> None:
        self._terms_of = terms_of
        self._weights = weights

    def __missing__(self, word: str) -> float:
        weight = max((self._weights.get(term, 0.0) for term in self._terms_of(word)), default=0.0)
        self[word] = weight
        return weight

    def all_in(self, text: str) -> float:
        """Return what the different terms in `text` say together."""
        terms = {term for word in words(text) if self[word] for term in self._terms_of(word)}
        return sum(self._weights.get(term, 0.0) for term in terms)


class Places:
    """Where words of some stems may stand in a text, found without taking the text apart.

    Parameters
    ----------
    weights : what each stem says; a word may go on after it, and may differ from it in its last letter.
    """

    def __init__(self, weights: Mapping[str, float]) -> None:
        self._weights: dict[str, float] = {}
        for stem, weight in weights.items():
            beginning = stem[: max(1, len(stem) - (len(stem) > 3))]
            self._weights[beginning] = max(weight, self._weights.get(beginning, 0.0))
        self._pattern = re.compile("|".join(map(re.escape, self._weights)) or "(?!)", re.IGNORECASE)

    def promising(self, body: str, parts: Outline) -> list[int]:
        """Return the few sentences in which the stems found say most together."""
        starts = [start for start, _ in parts.spans]
        found: defaultdict[int, set[str]] = defaultdict(set)
        for match in self._pattern.finditer(body, 0, LONGEST_READ):
            found[bisect_right(starts, match.start()) - 1].add(match.group().lower())
        found.pop(-1, None)
        said = {n: sum(self._weights.get(one, 0.0) for one in stems) for n, stems in found.items()}
        return sorted(sorted(said, key=lambda n: (-said[n], n))[:_READ])


def snippet(body: str, parts: Outline, places: Places, weigh: WordWeights) -> Snippet:
    """Return the sentence of `body` whose different matched terms weigh most, the first of equals."""
    if not parts.spans:
        return Snippet("", (), "")
    read = places.promising(body, parts) or range(min(len(parts.spans), _READ_WHOLE))
    best = read[0] if len(read) == 1 else max(read, key=lambda n: weigh.all_in(body[slice(*parts.spans[n])]))
    start, end = parts.spans[best]
    text = _window(_plain(body[start:end]), weigh.__getitem__)
    return Snippet(text, marks(text, weigh.__getitem__), parts.headings[best])


def marks(text: str, weigh: Weigh) -> tuple[Span, ...]:
    """Return the spans of the words in `text` that weigh anything."""
    return tuple((start, end) for start, end in word_spans(text) if weigh(text[start:end]))


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
    first = next((start for start, end in word_spans(text) if weigh(text[start:end])), 0)
    start = 0 if first < LONGEST_SNIPPET // 2 else text.rfind(" ", 0, first - LONGEST_SNIPPET // 4) + 1
    cut = text[start : start + LONGEST_SNIPPET]
    end = cut.rfind(" ") if start + LONGEST_SNIPPET < len(text) and " " in cut else len(cut)
    return ("… " if start else "") + cut[:end].rstrip() + (" …" if start + end < len(text) else "")
