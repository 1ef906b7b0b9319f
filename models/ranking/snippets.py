"""The sentence to show under a hit, and which words in it to mark."""

import re
from collections.abc import Callable

from models.ranking.results import Snippet, Span
from models.text import sentences, word_spans, words

LONGEST_SNIPPET = 240
LONGEST_SCAN = 20_000

_HEADING = re.compile(r"#{1,6}\s+(.+?)\s*#*$")
_LEAD = re.compile(r"^(?:[-*+>|]\s+|\d+[.)]\s+|\|\s*)+")
_LINK = re.compile(r"!?\[([^\]]*)\]\([^)]*\)")
_EMPHASIS = re.compile(r"\*\*|__|`+|(?<!\w)[*_](?=\w)|(?<=\w)[*_](?!\w)")
_FENCE = re.compile(r"^(?:```|~~~|[-=*_|: ]+$)")

Weigh = Callable[[str], float]


def marks(text: str, weigh: Weigh) -> tuple[Span, ...]:
    """Return the spans of the words in `text` that weigh anything."""
    return tuple((start, end) for start, end in word_spans(text) if weigh(text[start:end]))


def snippet(body: str, weigh: Weigh) -> Snippet:
    """Return the sentence of `body` whose different matched words weigh most, the first of equals.

    Parameters
    ----------
    body : plain text or Markdown; only the first 20,000 characters are read.
    weigh : how much a written word says for the query, 0 where it is none of its words.
    """
    body = body[:LONGEST_SCAN]
    best, best_weight, best_heading, heading = "", -1.0, "", ""
    for start, end in sentences(body):
        line = body[start:end]
        if title := _HEADING.match(line):
            heading = _plain(title.group(1))
        elif not _FENCE.match(line):
            weight = sum(map(weigh, set(words(line))))
            if weight > best_weight:
                best, best_weight, best_heading = line, weight, heading
    text = _window(_plain(best), weigh)
    return Snippet(text, marks(text, weigh), best_heading)


def _plain(line: str) -> str:
    """Return a line of Markdown without its marks."""
    return _EMPHASIS.sub("", _LINK.sub(r"\1", _LEAD.sub("", line))).strip()


def _window(text: str, weigh: Weigh) -> str:
    """Cut a long sentence at word ends, so that its first matched word stays in sight."""
    if len(text) <= LONGEST_SNIPPET:
        return text
    found = marks(text, weigh)
    first = found[0][0] if found else 0
    start = 0 if first < LONGEST_SNIPPET // 2 else text.rfind(" ", 0, first - LONGEST_SNIPPET // 4) + 1
    cut = text[start : start + LONGEST_SNIPPET]
    end = cut.rfind(" ") if start + LONGEST_SNIPPET < len(text) and " " in cut else len(cut)
    return ("… " if start else "") + cut[:end].rstrip() + (" …" if start + end < len(text) else "")
