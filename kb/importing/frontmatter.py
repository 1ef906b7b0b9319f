"""Front matter: the YAML (---) or TOML (+++) block a Markdown file may begin with."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping
from contextlib import suppress
from datetime import UTC, date, datetime, time
from typing import Any

import yaml

MOST_FRONT_MATTER = 20_000
MOST_ALIASES = 20
"""A dozen lines of merged aliases can ask for more pairs than memory holds."""
MOST_BITS = 1_000  # of a number; Python refuses to write one of more than 4,300 digits
_BLOCK = re.compile(r"\A(---|\+\+\+)[ \t]*\n(.*?)(?:^|\n)\1[ \t]*(?:\n|\Z)", re.DOTALL | re.MULTILINE)
_TOML_LINE = re.compile(r"line (\d+)")


class BadPage(Exception):
    """Raised when a file can't become an article; `line` counts from 1."""

    def __init__(self, line: int, reason: str) -> None:
        super().__init__(reason)
        self.line = line


def split(text: str) -> tuple[dict[str, Any], str]:
    """Front matter and body; BadPage names the line that can't be read."""
    found = _BLOCK.match(text)
    if not found:
        if text.startswith("+++\n") or (text.startswith("---\n") and re.match(r"---\n\w+:", text)):
            raise BadPage(1, "the front matter has no end")
        return {}, text
    block = found.group(2)
    if len(block) > MOST_FRONT_MATTER:
        raise BadPage(1, "the front matter is too long")
    fields = _yaml(block) if found.group(1) == "---" else _toml(block)
    if fields is None:
        fields = {}
    if not isinstance(fields, dict):
        raise BadPage(2, "the front matter is no list of names and values")
    return {str(key).lower(): value for key, value in fields.items()}, text[found.end() :]


def words(fields: Mapping[str, Any], key: str) -> str:
    """A value as one line of text; empty when it is none."""
    value = fields.get(key)
    return " ".join(str(value).split()) if _is_word(value) else ""


def listed(fields: Mapping[str, Any], *keys: str) -> list[str]:
    """The values under several keys, each a text or a list of texts."""
    found: list[str] = []
    for key in keys:
        value = fields.get(key)
        values = value if isinstance(value, list) else str(value).split(",") if isinstance(value, str) else ()
        found += [str(one) for one in values if _is_word(one)]
    return found


def instant(fields: Mapping[str, Any], *keys: str) -> datetime | None:
    """The first of the keys that holds a date, as a UTC instant."""
    for key in keys:
        value = fields.get(key)
        if isinstance(value, str):
            try:
                value = datetime.fromisoformat(value.strip())
            except ValueError:
                continue
        if isinstance(value, date) and not isinstance(value, datetime):
            value = datetime.combine(value, time(), UTC)
        if isinstance(value, datetime):
            with suppress(OverflowError):  # the first or last day of the calendar, and a zone that leads beyond it
                return value.astimezone(UTC) if value.tzinfo else value.replace(tzinfo=UTC)
    return None


def _is_word(value: object) -> bool:
    return isinstance(value, str | float) or (isinstance(value, int) and value.bit_length() <= MOST_BITS)


class _Loader(yaml.SafeLoader):
    """Plain values only, and few aliases."""

    aliases = 0

    def compose_node(self, parent: Any, index: Any) -> Any:
        if self.check_event(yaml.AliasEvent):
            self.aliases += 1
            if self.aliases > MOST_ALIASES:
                raise yaml.YAMLError("too many aliases")
        return super().compose_node(parent, index)


def _yaml(block: str) -> Any:
    try:
        return yaml.load(block, _Loader)  # noqa: S506 # nosec B506 # a SafeLoader
    except yaml.MarkedYAMLError as error:
        line = error.problem_mark.line + 2 if error.problem_mark else 2
        raise BadPage(line, f"the front matter is no valid YAML: {error.problem}") from error
    except (yaml.YAMLError, ValueError, RecursionError) as error:
        raise BadPage(2, "the front matter is no valid YAML") from error


def _toml(block: str) -> Any:
    try:
        return tomllib.loads(block)
    except (ValueError, RecursionError) as error:
        found = _TOML_LINE.search(str(error))
        raise BadPage(int(found.group(1)) + 1 if found else 2, f"the front matter is no valid TOML: {error}") from error
