"""One form for what people write, without signs that no database keeps."""

from __future__ import annotations

import re
import unicodedata

# PostgreSQL refuses NUL, SQLite cuts the text there; lone surrogates have no UTF-8.
_UNSTORABLE = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ud800-\udfff]")


def storable(text: str) -> str:
    """The text without signs that no database keeps; the text itself when it has none."""
    return _UNSTORABLE.sub("", text)


def clean(text: str) -> str:
    """One form of every character and line end, without those no one can see or store."""
    return storable(unicodedata.normalize("NFC", text.replace("\r\n", "\n").replace("\r", "\n")))


def one_line(text: str) -> str:
    """`clean`, with a single space wherever there was space of any kind."""
    return " ".join(clean(text).split())
