"""Why a result was found, in words."""

from __future__ import annotations

from collections.abc import Iterator
from html import escape

from kb.search import ArticleHit

FIELDS = {
    "title": "the title",
    "headings": "its headings",
    "body": "the text",
    "tags": "its tags",
    "together": "words that stand side by side",
    "characters": "words that are spelt alike",
    "topic": "words the best answers share",
}
LEAST_SHARE = 0.005


def fold(hit: ArticleHit) -> str:
    """The reasons as HTML, folded away; nothing for an article that was not searched for."""
    lines = "".join(f"<li>{line}</li>" for line in _reasons(hit))
    return f"<details><summary>why this?</summary><ul>{lines}</ul></details>" if lines else ""


def _reasons(hit: ArticleHit) -> Iterator[str]:
    why = hit.why
    if why is None:
        return
    if why.is_pinned:
        yield "A lead has pinned it to this query."
    if why.words:
        yield f"It answers {_listed(why.words)}."
    for typed, meant in why.corrections:
        yield f"“{escape(typed)}” was read as {_quoted(meant)}."
    for typed, meant in why.synonyms:
        yield f"“{escape(typed)}” also means {_quoted(meant)} here."
    shares = [(FIELDS.get(name, name), share) for name, share in why.parts if share >= LEAST_SHARE]
    if why.words and shares:
        shares.sort(key=lambda part: -part[1])
        yield "What counted: " + ", ".join(f"{escape(name)} {share:.0%}" for name, share in shares) + "."
    if round(why.boost, 2) != 1:
        verb = "raised" if why.boost > 1 else "lowered"
        yield f"What it did for others {verb} its score by {abs(why.boost - 1):.0%}."


def _quoted(words: str) -> str:
    return f"<b>{escape(words)}</b>"


def _listed(words: tuple[str, ...]) -> str:
    *first, last = map(_quoted, dict.fromkeys(words))
    return f"{', '.join(first)} and {last}" if first else last
