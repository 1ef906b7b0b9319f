"""Texts made to keep a Markdown parser busy."""

from __future__ import annotations

import re

MOST_LINES = 5_000
MOST_MARKS = 2_000
_MARK = re.compile(r"[*_\[<`~|$]")
_TAG = re.compile(r"<[A-Za-z]")
_BLANK_LINE = re.compile(r"\n[ \t]*\n")


def is_overloaded(markdown: str) -> bool:
    """Whether there are more marks than a text has: reading them would take the page longer than a person waits."""
    if markdown.count("\n") > MOST_LINES or len(_TAG.findall(markdown)) > MOST_MARKS:
        return True
    return any(len(_MARK.findall(block)) > MOST_MARKS for block in _BLANK_LINE.split(markdown))
