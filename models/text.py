"""Text to tokens: one spelling for every way of writing a word, so that a query and an article meet."""

import re
import unicodedata
from collections.abc import Iterator
from functools import lru_cache

_CJK = (
    "\u0e00-\u0eff\u3005-\u3007\u3040-\u30ff\u31f0-\u31ff\u3400-\u9fff\uac00-\ud7a3\uf900-\ufaff\U00020000-\U0003ffff"
)
_MARKS = "\u0300-\u036f"  # accents that stand as characters of their own; the voicing marks of kana do not belong here
_GLUE = "\u00ad\u200b-\u200d\u2060\ufeff"  # soft hyphen and zero-width characters inside a word

_ACCENT = re.compile(f"[{_MARKS}]")

_IN_WORDS = rf"\w{_MARKS}{_GLUE}"
_UNIT = rf"\w[{_IN_WORDS}]*+"
_CONTRACTED = r"['’](?:[sStTdDmM]|re|ve|ll|RE|VE|LL)"
_LETTER = rf"(?<![{_IN_WORDS}]\w)(?<![{_IN_WORDS}][-.]\w)(?<=[A-Za-z])"  # that stands alone, as in C++ and C#
_TAIL = rf"(?=['’+#])(?:{_CONTRACTED}|{_LETTER}(?:\+\+|#))(?!\w)"  # looks first: most words have none
_WORD = re.compile(rf"{_UNIT}(?:[-.]{_UNIT})*+(?:{_TAIL})?")
_ASCII_WORD = re.compile(_WORD.pattern.replace(_MARKS + _GLUE, ""), re.ASCII)  # twice as fast
_POSSESSIVE = re.compile(r"'[sS]$")
_CJK_RUN = re.compile(f"[{_CJK}]+")
_DIGIT = re.compile(r"\d")
_PART = re.compile(r"[^\W_]+")
_ASCII_PART = re.compile(
    r"[A-Z]+(?=[A-Z][a-z])|[A-Z]*[a-z0-9]+|[A-Z]+"
)  # as _PART split at each _HUMP, in half the time
_KEPT = re.compile(r"[\w.'-]+")
_HUMP = re.compile(r"(?<=[a-z0-9])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])")
_STOPS, _ENDS = ".!?", "。！？\n"  # the first end a sentence before a blank
_SENTENCE_END = re.compile(rf"[{_STOPS}{_ENDS}](?:(?<=[{_ENDS}])|[\"')\]]*[ \t-\r\u00a0])")
_PIECE = re.compile(f"{_WORD.pattern}|{_SENTENCE_END.pattern}")
_ASCII_PIECE = re.compile(f"{_ASCII_WORD.pattern}|{_SENTENCE_END.pattern}", re.ASCII)


def normalise(text: str) -> str:
    """Return `text` in the one form that is compared: NFKC, case folded, accents and control characters dropped.

    Runs of blanks, tabs and line breaks become one space, those at the ends go. Applying it twice changes nothing.

    References
    ----------
    Unicode Standard Annex 15, Unicode Normalization Forms, https://www.unicode.org/reports/tr15/
    """
    if text.isascii():
        plain = text.lower()
    else:
        folded = unicodedata.normalize("NFKD", unicodedata.normalize("NFKC", text).casefold())
        plain = unicodedata.normalize("NFKC", _ACCENT.sub("", folded))
    plain = " ".join(plain.split())
    if plain.isprintable():
        return plain
    return " ".join("".join(c for c in plain if unicodedata.category(c)[0] != "C").split())


def words(text: str) -> list[str]:
    """Return every word as written in `text`; an identifier such as ORA-00060 is one word."""
    return (_ASCII_WORD if text.isascii() else _WORD).findall(text)


def found_words(text: str) -> Iterator[re.Match[str]]:
    """Return every word of `text` as it is found there."""
    return (_ASCII_WORD if text.isascii() else _WORD).finditer(text)


def word_spans(text: str) -> list[tuple[int, int]]:
    """Return the (start, end) of every word of `text`."""
    return [match.span() for match in found_words(text)]


def spelt(word: str) -> tuple[str, ...]:
    """Return the tokens one written word is found by: itself, then the parts of a compound, each once.

    >>> spelt("ORA-00060")
    ('ora-00060', 'ora', '00060')
    >>> spelt("maxPoolSize")
    ('maxpoolsize', 'max', 'pool', 'size')
    >>> spelt("パスワード")
    ('パス', 'スワ', 'ワー', 'ード')
    """
    if word.isascii() and ((word.isalnum() and not _HUMP.search(word)) or word[-1] in "+#"):
        return (word.lower(),)
    written = word if word.isascii() else unicodedata.normalize("NFKC", word).replace("’", "'")
    if "'" in written:
        written = _POSSESSIVE.sub("", written).replace("'", "")
    pieces = [piece for piece in written.replace("-", ".").split(".") if piece]
    found = [_whole(normalise(written))] if len(pieces) > 1 else []
    for piece in pieces:
        found += _piece_tokens(piece)
    if not word.isascii():  # a sign such as ¼ may become several
        found = [part for token in found for part in _KEPT.findall(token)]
    return tuple(dict.fromkeys(filter(None, found)))


word_tokens = lru_cache(maxsize=1 << 16)(spelt)
"""The same, for words that come again and again."""


def tokens(text: str) -> list[str]:
    """Return the tokens of `text` in reading order, not stemmed: words, identifiers and their parts, CJK bigrams."""
    return [token for word in words(text) for token in word_tokens(word)]


def is_code(token: str) -> bool:
    """Whether `token` is an identifier or error code, which has one right spelling and is never corrected."""
    return _DIGIT.search(token) is not None


def pieces(text: str) -> list[str]:
    """Return every word of `text` and every end of a sentence or line, in reading order."""
    return (_ASCII_PIECE if text.isascii() else _PIECE).findall(text)


def ends_sentence(piece: str) -> bool:
    """Whether a piece ends a sentence or line; words begin with a letter, a digit or _."""
    return piece[0] in _STOPS + _ENDS


def sentence_edges(text: str) -> list[int]:
    """Return where the sentences and lines of `text` begin, and where the last one ends; as `pieces` ends them."""
    return [0, *[match.end() for match in _SENTENCE_END.finditer(text)], len(text)]


def _whole(word: str) -> str:
    """Return the token of a glued word as a whole: a code keeps its hyphens, e-mail is email, a dotted path none."""
    if is_code(word):
        return word
    return "" if "." in word else word.replace("-", "")


def _piece_tokens(piece: str) -> list[str]:
    if not piece.isascii() and _CJK_RUN.search(piece):
        return _cjk_tokens(piece)
    if piece.isascii() and piece.isalnum() and (piece[1:].islower() or piece.isdigit()):  # most are: no hump, no part
        return [piece.lower()]
    if piece.isascii():
        whole, humps = piece.lower(), [part.lower() for part in _ASCII_PART.findall(piece)]
    else:
        whole = normalise(piece)
        humps = [normalise(hump) for part in _PART.findall(piece) for hump in _HUMP.split(part)]
    return [whole.strip("_"), *humps] if len(humps) > 1 else humps


def _cjk_tokens(piece: str) -> list[str]:
    """Return overlapping pairs of characters for scripts written without blanks, and the other words in between."""
    found: list[str] = []
    position = 0
    for run in _CJK_RUN.finditer(piece):
        found += _piece_tokens(piece[position : run.start()]) if position < run.start() else []
        text = normalise(run.group())
        found += [text[i : i + 2] for i in range(max(1, len(text) - 1))]
        position = run.end()
    return found + (_piece_tokens(piece[position:]) if position < len(piece) else [])
