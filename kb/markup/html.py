"""Raw HTML inside Markdown becomes Markdown; what only acts or decorates goes."""

from __future__ import annotations

import re
from collections.abc import Sequence

from markdown_it.token import Token

# A name that is no element is a placeholder such as <host>, which people write in prose: it stays as text.
_NAMES = """
    a abbr address article aside audio b base blockquote body br button caption center cite code col colgroup dd del
    details dfn div dl dt em embed fieldset figcaption figure font footer form h1 h2 h3 h4 h5 h6 head header hr html i
    iframe img input ins kbd label legend li link main mark math meta nav noscript object ol optgroup option p picture
    pre q s samp script section select small source span strong style sub summary sup svg table tbody td textarea
    tfoot th thead time title tr track tt u ul var video wbr
    """
_ELEMENTS = frozenset(_NAMES.split())
_TAG = re.compile(r"\s*<(/?)([a-zA-Z][a-zA-Z0-9-]*)")
_SILENT = re.compile(r"<(script|style|iframe|object|svg|math)\b.*?(?:</\1\s*>|\Z)|<!--.*?(?:-->|\Z)", re.DOTALL | re.I)
_PAIRS = {"b": "strong", "strong": "strong", "i": "em", "em": "em", "del": "s", "s": "s", "a": "link"}
_MARKUP = {"strong": "**", "em": "*", "s": "~~", "link": ""}
_TASK = 'class="task-list-item-checkbox"'  # how the parser marks the box of a task list
_CODE = frozenset(("code", "kbd", "samp", "tt", "var"))


def is_html(token: Token) -> bool:
    """Whether a token is raw HTML and no placeholder in angle brackets."""
    if token.type not in ("html_block", "html_inline") or _TASK in token.content:
        return False
    return token.content.lstrip().startswith(("<!--", "<?", "<!")) or _name(token)[1] in _ELEMENTS


def block_as_markdown(html: str) -> str:
    """A block of HTML as Markdown."""
    from markdownify import markdownify  # a quarter of a second, and only imports bring HTML

    text = markdownify(_SILENT.sub("", html), heading_style="ATX", bullets="-", strip=["button", "input", "label"])
    return str(text).strip("\n")


def inline_as_markdown(children: Sequence[Token], *, is_in_table: bool) -> list[Token]:
    """The tokens of one paragraph with its HTML tags replaced by the tokens Markdown has for them, or dropped."""
    tokens = list(children)
    for position, token in enumerate(tokens):
        if not is_html(token):
            continue
        is_closing, name = _name(token)
        end = -1 if is_closing else _closing(tokens, position, name)
        if name in _CODE and end > 0:
            code = Token("code_inline", "code", 0, content="".join(t.content for t in tokens[position:end][1:]))
            tokens[position : end + 1] = [code, *(_nothing() for _ in range(end - position))]
        elif name in _PAIRS and end > 0:
            tokens[position], tokens[end] = _pair(_PAIRS[name], token)
        else:
            tokens[position] = _single(name, token, is_in_table)
    return [token for token in tokens if token.type != "text" or token.content]


def _name(token: Token) -> tuple[bool, str]:
    found = _TAG.match(token.content)
    return (bool(found.group(1)), found.group(2).lower()) if found else (False, "")


def _closing(tokens: Sequence[Token], start: int, name: str) -> int:
    """Where the element opened at `start` is closed on the same level of nesting; -1 when it isn't."""
    level = tokens[start].level
    for position in range(start + 1, len(tokens)):
        token = tokens[position]
        if token.level < level:
            return -1
        if token.level == level and token.type == "html_inline" and _name(token) == (True, name):
            return position
    return -1


def _pair(kind: str, tag: Token) -> tuple[Token, Token]:
    opening = Token(f"{kind}_open", "", 1, markup=_MARKUP[kind])
    if kind == "link":
        opening.attrs = {"href": _attribute(tag.content, "href")}
    return opening, Token(f"{kind}_close", "", -1, markup=_MARKUP[kind])


def _single(name: str, tag: Token, is_in_table: bool) -> Token:
    if name == "br":
        return Token("text", "", 0, content=" ") if is_in_table else Token("hardbreak", "br", 0)
    if name == "img":
        alt = _attribute(tag.content, "alt")
        image = Token("image", "img", 0, content=alt, attrs={"src": _attribute(tag.content, "src"), "alt": ""})
        image.children = [Token("text", "", 0, content=alt)]
        return image
    return _nothing()


def _nothing() -> Token:
    return Token("text", "", 0, content="")


def _attribute(tag: str, name: str) -> str:
    found = re.search(rf"""\b{name}\s*=\s*(?:"([^"]*)"|'([^']*)'|([^\s"'>]+))""", tag, re.IGNORECASE)
    return next((value for value in found.groups() if value), "") if found else ""
