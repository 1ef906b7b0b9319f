"""Template marks in Markdown made for site generators: Hugo shortcodes and ERB tags become text or go."""

from __future__ import annotations

import re
from collections.abc import Callable

Include = Callable[[str], str]
"""Gives the text of another page by the path a page names it with; empty when there is none."""

# No pattern looks past the next mark of its kind, so that a file full of open marks is read once, not once for each.
_LITERAL = re.compile(r"\{\{([<%])/\*((?:(?!\{\{[<%]).)*?)\*/([>%])\}\}", re.DOTALL)
_PAIRED_CODE = re.compile(
    r"\{\{[<%]\s*+(code-toggle|highlight)\b([^{}]*?)(?<!/)[>%]\}\}\n?"
    r"((?:(?!\{\{[<%]\s*+(?:code-toggle|highlight)\b).)*?)\{\{[<%]\s*+/\s*+\1\s*+[>%]\}\}",
    re.DOTALL,
)
_SHORTCODE = re.compile(r"\{\{[<%]\s*+(/?)\s*+([\w./-]++)((?:(?!\{\{[<%]).)*?)[>%]\}\}", re.DOTALL)
_ARGUMENT = re.compile(r"""(?:(\w[\w-]*)\s*=\s*)?(?:"([^"]*)"|`([^`]*)`|([^\s"`=/]\S*))""")
_ALERT = re.compile(r"^([ \t]*>[ \t]*)\[!(\w+)\][-+]?[ \t]*(.*)$", re.MULTILINE)
_HEADING_ID = re.compile(r"^(#{1,6}[ \t].{0,300}?)[ \t]{0,9}\{[#.][^{}\n]{0,200}\}[ \t]*$", re.MULTILINE)
_ERB = re.compile(r"<%(=?)((?:(?!<%).)*?)-?%>", re.DOTALL)
_STRING = re.compile(r"""["']([^"']*)["']""")
_FIRST_ARGUMENT = frozenset(("glossary-term", "eturl", "hl", "param", "ref", "relref", "abbr", "kbd"))
_SENTENCES = {"new-in": "New in {}.", "deprecated-in": "Deprecated in {}."}
_OPEN, _CLOSE = "\ue000", "\ue001"  # private characters stand for braces that are meant to be read


def without_shortcodes(text: str, include: Include) -> str:
    """`text` with its Hugo shortcodes, heading ids and alert marks reduced to what a reader should see."""
    text = _HEADING_ID.sub(r"\1", text)
    text = _ALERT.sub(lambda m: f"{m[1]}**{m[2].capitalize()}**{': ' + m[3] if m[3] else ''}\n{m[1].rstrip()}", text)
    if "{{<" not in text and "{{%" not in text:
        return text
    text = _LITERAL.sub(lambda m: f"{_OPEN}{m[1]}{m[2]}{m[3]}{_CLOSE}", text)
    text = _PAIRED_CODE.sub(_fence, text)
    text = _SHORTCODE.sub(lambda m: _words(m, include), text)
    return text.replace(_OPEN, "{{").replace(_CLOSE, "}}")


def without_erb(text: str) -> str:
    """`text` with its ERB tags gone; of a task to run its name stays."""
    return re.sub(r"^[ \t]*\ue002[ \t]*\n", "", _ERB.sub(_erb_words, text), flags=re.MULTILINE).replace("\ue002", "")


def _fence(match: re.Match[str]) -> str:
    name, arguments, code = match.groups()
    code = code.rstrip(" \t").removesuffix("\n")
    language = arguments.split()[0] if name == "highlight" and arguments.split() else _language(code)
    return f"```{language}\n{code}\n```"


def _language(code: str) -> str:
    if code.lstrip().startswith("{"):
        return "json"
    return "toml" if re.search(r"^\s*(?:\[|[\w.'\"-]+\s*=)", code, re.MULTILINE) else "yaml"


def _words(match: re.Match[str], include: Include) -> str:
    is_closing, name, rest = match.groups()
    if is_closing:
        return ""
    rest = rest.rstrip().removesuffix("/")
    found = [(key, next(filter(None, values), "")) for key, *values in _ARGUMENT.findall(rest)]
    named = {key: value for key, value in found if key}
    plain = [value for key, value in found if not key]
    if name == "include" and plain:
        return include(plain[0])
    if name in _SENTENCES and plain:
        return _SENTENCES[name].format(plain[0])
    if name in _FIRST_ARGUMENT:
        return plain[0] if plain else ""
    return named.get("alt") or named.get("caption") or named.get("summary") or ""


def _erb_words(match: re.Match[str]) -> str:
    is_shown, code = match.groups()
    if not is_shown or re.match(r"\s*(?:render|partial|\w+\.render|javascript)", code):
        return "\ue002"
    strings = [one for one in _STRING.findall(code) if one.strip()]
    return f"`{' '.join(strings)}`" if strings and re.match(r"\s*[A-Z]\w+\.", code) else " ".join(strings) or "\ue002"
