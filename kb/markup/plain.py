"""What a Markdown text says, without its marks."""

from __future__ import annotations

import itertools
import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

from markdown_it import MarkdownIt
from markdown_it.token import Token

from kb.markup.html import is_html
from kb.markup.load import is_overloaded

_PARSER = MarkdownIt("commonmark", {"html": True}).enable(["table", "strikethrough"])
_TAG = re.compile(r"<!--(?:(?!<!--).)*?-->|</?[a-zA-Z][^<>]*>", re.DOTALL)
_HUMPS = tuple(map(re.compile, (r"([A-Z]{2})(\d+)", r"([a-z\d])([A-Z])", r"([A-Z])([A-Z](?!s(?![a-z]))[a-z\d]+)")))
_APOSTROPHE = re.compile(r"([a-z\d])['’]([ts])(?![a-z\d])")
_NO_SLUG = re.compile(r"[^a-z\d]+")


@dataclass(frozen=True, slots=True)
class Heading:
    """A heading; `anchor` is the id the page gives it."""

    level: int
    text: str
    anchor: str


@lru_cache(maxsize=8192)  # an index is built anew at every publication, and only one body has changed by then
def plain(markdown: str) -> str:
    """The words of `markdown`, a line per block; headings keep their "## ", so that a hit can name its part."""
    if is_overloaded(markdown):
        return "\n".join(line for line in markdown.splitlines() if line.strip())
    lines: list[str] = []
    cells: list[str] | None = None
    prefix = ""
    for token in _PARSER.parse(markdown):
        if token.type == "heading_open":
            prefix = "#" * int(token.tag[1]) + " "
        elif token.type == "tr_open":
            cells = []
        elif token.type == "tr_close":
            lines.append(" | ".join(cells or ()))
            cells = None
        elif token.type == "inline":
            text = _words(token.children or ())
            if cells is None:
                lines.append(prefix + text)
            else:
                cells.append(text)
            prefix = ""
        elif token.type in ("fence", "code_block"):
            lines.append(token.content.rstrip())
        elif token.type == "html_block":
            lines.append(" ".join(_TAG.sub(" ", token.content).split()) if is_html(token) else token.content.rstrip())
    return "\n".join(line for line in lines if line.strip())


def headings(markdown: str) -> tuple[Heading, ...]:
    """The headings of `markdown` in order, with the anchors the page's own renderer gives them."""
    tokens = [] if is_overloaded(markdown) else _PARSER.parse(markdown)
    found = []
    for opening, inline in itertools.pairwise(tokens):
        if opening.type == "heading_open" and (text := _words(inline.children or ())):
            found.append(Heading(int(opening.tag[1]), text, anchor(text)))
    return tuple(found)


def _words(children: Sequence[Token]) -> str:
    parts = []
    for child in children:
        if child.type in ("text", "code_inline", "image"):
            parts.append(child.content)
        elif child.type in ("softbreak", "hardbreak"):
            parts.append(" ")
        elif child.type == "html_inline":
            parts.append(" " if is_html(child) else child.content)
    return " ".join("".join(parts).split())


@lru_cache(4096)  # every result of a search asks for one
def anchor(text: str) -> str:
    """The id Streamlit gives a heading: @sindresorhus/slugify, which splits camelCase and drops apostrophes."""
    text = unicodedata.normalize("NFD", text.replace("&", " and ").replace("ß", "ss"))
    text = "".join(c for c in text if not unicodedata.combining(c))
    for pattern in _HUMPS:
        text = pattern.sub(r"\1 \2", text)
    return _NO_SLUG.sub("-", _APOSTROPHE.sub(r"\1\2", text.lower())).strip("-")
