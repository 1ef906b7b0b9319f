"""Markdown fit for the page: no raw HTML, nothing fetched from elsewhere, no link that acts."""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import lru_cache
from typing import Any

import mdformat.plugins
from markdown_it import MarkdownIt
from markdown_it.token import Token
from mdformat.renderer import MDRenderer

from kb.markup.html import block_as_markdown, inline_as_markdown, is_html
from kb.markup.load import is_overloaded

_OPEN_ADDRESS = re.compile(r"(?:https?|mailto):|#|/(?:(?:article|incident|report|mine)?(?:[?#].*)?)?$", re.IGNORECASE)
_WEB = re.compile(r"https?:", re.IGNORECASE)


@lru_cache(maxsize=256)
def safe(markdown: str) -> str:
    """`markdown` as it may be given to the page.

    Raw HTML becomes Markdown or goes, images become links (a picture from elsewhere would tell that host who reads),
    links keep only web, mail and the portal's own addresses, and a dollar sign stays one instead of opening a formula.
    """
    try:
        return as_code(markdown) if is_overloaded(markdown) else _rewritten(markdown)
    except RecursionError:
        return as_code(markdown)


def as_code(text: str) -> str:
    """The text sign by sign in a fence that nothing in it can close."""
    fence = "`" * max(3, 1 + max(map(len, re.findall("`+", text)), default=0))
    return f"{fence}\n{text}\n{fence}"


def _rewritten(markdown: str) -> str:
    parser = _parser(has_html=False)
    env: dict[str, Any] = {}
    tokens = parser.parse(without_html(markdown), env)
    for token in tokens:
        if token.type == "inline":
            token.children = _harmless(token.children or [])
    return str(parser.renderer.render(tokens, parser.options, env)).strip()


def without_html(markdown: str) -> str:
    """`markdown` with its raw HTML turned into Markdown; the very same text when it has none."""
    if "<" not in markdown:
        return markdown
    parser = _parser(has_html=True)
    env: dict[str, Any] = {}
    tokens = parser.parse(markdown, env)
    if not any(is_html(token) or any(map(is_html, token.children or ())) for token in tokens):
        return markdown
    is_in_table = False
    for token in tokens:
        if token.type in ("table_open", "table_close"):
            is_in_table = token.type == "table_open"
        elif is_html(token):
            token.content = block_as_markdown(token.content)
        elif token.type == "inline":
            token.children = inline_as_markdown(token.children or [], is_in_table=is_in_table)
    return str(parser.renderer.render(tokens, parser.options, env)).strip()


@lru_cache(maxsize=2)
def _parser(*, has_html: bool) -> MarkdownIt:
    """Reads GitHub's Markdown and writes Markdown back."""
    parser = MarkdownIt("commonmark", {"html": has_html}, renderer_cls=MDRenderer)  # type: ignore[arg-type]
    options: dict[str, Any] = {
        "mdformat": {"number": True, "compact_tables": True},
        "codeformatters": {},
        "parser_extension": [],
    }
    parser.options.update(options)
    for name in ("gfm", "tables"):
        plugin = mdformat.plugins.PARSER_EXTENSIONS[name]
        if plugin not in options["parser_extension"]:
            options["parser_extension"].append(plugin)
            plugin.update_mdit(parser)
    return parser


def _harmless(children: Sequence[Token]) -> list[Token]:
    kept: list[Token] = []
    open_links: list[bool] = []
    for token in children:
        if token.type == "link_open":
            open_links.append(bool(_OPEN_ADDRESS.match(str(token.attrs.get("href", "")))))
            kept += [token] if open_links[-1] else []
        elif token.type == "link_close":
            kept += [token] if not open_links or open_links.pop() else []
        elif token.type == "image":
            kept += _as_link(token, is_in_link=bool(open_links))
        elif token.type == "text" and "$" in token.content:
            kept += _with_dollars(token.content)
        else:
            kept.append(token)
    return kept


def _as_link(image: Token, *, is_in_link: bool) -> list[Token]:
    words = Token("text", "", 0, content=image.content.strip() or "Image")
    address = str(image.attrs.get("src", ""))
    if is_in_link or not _WEB.match(address):
        return [words]
    return [Token("link_open", "a", 1, attrs={"href": address}), words, Token("link_close", "a", -1)]


def _with_dollars(text: str) -> list[Token]:
    parts = text.split("$")
    tokens = [Token("text", "", 0, content=parts[0])]
    for part in parts[1:]:
        tokens += [Token("html_inline", "", 0, content="\\$"), Token("text", "", 0, content=part)]
    return [token for token in tokens if token.content]
