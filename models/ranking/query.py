"""What a person typed: words to find, "phrases" that must stand, -words that must not.

A minus excludes at the end of a query only: inside one it belongs to a command that was pasted (`tar -xzf fails`).
"""

import re
from dataclasses import dataclass

from models.text import normalise, tokens, words

MOST_CHARACTERS = 512
MOST_WORDS = 64

_PHRASE = re.compile(r'"([^"]+)"')
_EXCLUDED = re.compile(r"(?:\s-[^\W\d_]{3,})+$")


@dataclass(frozen=True, slots=True)
class Query:
    """A query taken apart. `words` are as written, in order, each once and without those excluded."""

    text: str
    words: tuple[str, ...]
    phrases: tuple[str, ...]
    excluded: tuple[str, ...]


def parse(text: str) -> Query:
    """Take a query apart; what passes 512 characters or 64 words is cut off."""
    text = text[:MOST_CHARACTERS].strip()
    phrases = tuple(normalise(phrase) for phrase in _PHRASE.findall(text) if tokens(phrase))
    bare = _PHRASE.sub(" ", text)
    last = _EXCLUDED.search(bare)
    excluded = tuple(tokens(last.group())) if last else ()
    kept = _EXCLUDED.sub(" ", text).replace('"', " ")
    found = dict.fromkeys(words(kept)[:MOST_WORDS])
    return Query(text, tuple(found), phrases, excluded)
