"""The sentence to show under a hit, and which words in it to mark."""

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from itertools import chain

import numpy as np

from models.ranking.fields import Numbers, standing
from models.ranking.results import Document, Snippet, Span
from models.text import found_words, sentence_edges

LONGEST_SNIPPET = 240
LONGEST_READ = 12_000
_KEPT = 4096  # documents whose sentences were looked for last

_HEADING = re.compile(r"^#{1,6}[ \t]+(.+?)[ \t]*#*$", re.MULTILINE)
_LEAD = re.compile(r"(?:(?:[-*+>|]|\d+[.)])\s+)+")
_LINK = re.compile(r"!?\[([^\]]*)\]\([^)]*\)")
_EMPHASIS = re.compile(r"\*\*|__|`+|(?<!\w)[*_](?=\w)|(?<=\w)[*_](?!\w)")
_MARKED = re.compile(r"[*_`]")
_RULE = re.compile(r"(?:```|~~~).*|[-=*_|: ]+$")

Weigh = Callable[[str], float]


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


class SentenceEdges(dict[int, list[int]]):
    """Where the sentences of each document begin and the last one ends, in its first 12,000 characters."""

    def __init__(self, documents: Sequence[Document]) -> None:
        self._documents = documents

    def __missing__(self, number: int) -> list[int]:
        if len(self) >= _KEPT:
            self.clear()
        edges = self[number] = sentence_edges(self._documents[number].body[:LONGEST_READ])
        return edges


def snippet(body: str, edges: Sequence[int], likely: Iterable[int], *, weigh: Weigh) -> Snippet:
    """Return the first of the `likely` sentences of `body` that says something, else its first one that does.

    `body` is plain text or Markdown, `edges` are its SentenceEdges, and `weigh` is what a written word says.
    """
    most = len(edges) - 1
    for number in chain((one for one in likely if one < most), range(most)):
        line = body[edges[number] : edges[number + 1]].strip()
        if _is_prose(line):
            text = _window(_plain(line), weigh)
            return Snippet(text, marks(text, weigh), _heading(body[: edges[number]]))
    return Snippet("", (), "")


def heaviest(
    bodies: Sequence[Numbers], ends: Sequence[Numbers], says: Mapping[int, float], n_terms: int
) -> list[list[int]]:
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
    said = weights[cells % len(terms)]
    found, places = np.unique(cells // len(terms), return_inverse=True)
    first = np.cumsum([0, *(len(end) + 1 for end in ends)])
    owners = np.searchsorted(first, found, "right") - 1
    order = np.lexsort((found, -np.bincount(places, weights=said), owners))
    parts = np.split((found - first[owners])[order], np.searchsorted(owners, np.arange(1, len(bodies))))
    return [part.tolist() for part in parts]


def _is_prose(line: str) -> bool:
    """Whether a line says something: no heading, no rule and not blank."""
    return bool(line) and not _HEADING.match(line) and not _RULE.match(line) and any(found_words(line))


def _heading(before: str) -> str:
    """Return the last heading in what stands before a sentence."""
    titles = _HEADING.findall(before) if "#" in before else ()
    return _plain(titles[-1]) if titles else ""


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
