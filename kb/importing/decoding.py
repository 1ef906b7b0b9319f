"""Bytes to text, whatever wrote them."""

from __future__ import annotations

import codecs
import re

from kb.cleaning import clean
from kb.importing.frontmatter import BadPage

_MARKED = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
_BINARY = re.compile(rb"[\x00-\x08\x0e-\x1a\x1c-\x1f]")


def decoded(data: bytes) -> str:
    """The text by its byte order mark, else UTF-8, else Windows-1252; BadPage when it is none."""
    encoding = next((name for mark, name in _MARKED if data.startswith(mark)), "")
    if not encoding and (found := _BINARY.search(data)):
        raise BadPage(data.count(b"\n", 0, found.start()) + 1, "not a text file")
    for candidate in (encoding,) if encoding else ("utf-8", "cp1252"):
        try:
            return clean(data.decode(candidate))
        except UnicodeDecodeError as error:
            line = data.count(b"\n", 0, error.start) + 1
    raise BadPage(line, "the characters can't be read; save the file as UTF-8")
