"""Finds what must not be kept and puts a word in its place. Pure functions, no network, no model."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import islice
from typing import Any

from kb.redaction.credentials import CREDENTIALS
from kb.redaction.personal import PERSONAL
from kb.redaction.rule import CAPITALS, NUMBERS, Rule

Pieces = dict[re.Pattern[str], list[tuple[int, int]]]
RULES = (*CREDENTIALS, *PERSONAL)
WORDS = tuple(dict.fromkeys(word for rule in RULES for word in (*rule.starts, *rule.near)))
BY_WORD = {word: {n for n, rule in enumerate(RULES) if word in (rule.starts or rule.near)} for word in WORDS}
"""The places among RULES of those that ask for a word."""
DONE = re.compile(r"\[[a-z -]{3,20} masked\]")
VALUES = ("value", "value2", "value3", "value4")
PATIENCE = 5_000
"""So many beginnings that come to nothing, and a rule gives the text up: nobody pastes these by mistake."""
ENDS = ".,;:)]}»”“’…"
"""What closes a sentence or a bracket and is not part of a value without quotes."""


@dataclass(frozen=True, slots=True)
class Mask:
    """What was found: its kind in words, and where it stood."""

    kind: str
    start: int
    end: int
    is_secret: bool


@dataclass(frozen=True, slots=True)
class Redacted:
    """A text without what must not be kept, and what that was."""

    text: str
    masks: tuple[Mask, ...]


def redact(text: str) -> Redacted:
    """The text with `[<kind> masked]` for each secret and piece of personal data. A second time changes nothing."""
    before = [Mask("", *match.span(), False) for match in DONE.finditer(text)] if "masked]" in text else []
    places = sorted([*before, *_found(text)], key=lambda mask: (mask.start, bool(mask.kind), -mask.end))
    found = [mask for mask in _apart(places) if mask.kind]
    parts, last = [], 0
    for mask in found:
        parts += [text[last : mask.start], f"[{mask.kind} masked]"]
        last = mask.end
    return Redacted("".join([*parts, text[last:]]), tuple(found))


def masked(text: str) -> str:
    return redact(text).text


def masked_within(value: Any) -> Any:
    """The same for every text inside lists and dicts."""
    if isinstance(value, str):
        return masked(value)
    if isinstance(value, list):
        return [masked_within(one) for one in value]
    if isinstance(value, dict):
        return {key: masked_within(one) for key, one in value.items()}
    return value


def _found(text: str) -> Iterator[Mask]:
    """Each rule is asked where one of its words stands, or the numbers or codes it looks into."""
    lower = _lower(text)
    places = {word: list(islice(_each(word, lower), 4 * PATIENCE)) for word in WORDS if word in lower}
    pieces = {where: [match.span() for match in where.finditer(text)] for where in (NUMBERS, CAPITALS)}
    asked = {n for word in places for n in BY_WORD[word]}
    for n, rule in enumerate(RULES):
        if n not in asked and not (rule.within and pieces[rule.within]):
            continue
        for match in _matches(rule, text, places, pieces):
            group = next((name for name in VALUES if match.re.groupindex.get(name) and match[name] is not None), 0)
            start, end = match.span(group)
            if group == "value4":
                end = start + len(text[start:end].rstrip(ENDS))
            if rule.check(text[start:end]):
                yield Mask(rule.kind, start, end, rule.is_secret)


def _matches(rule: Rule, text: str, places: Mapping[str, list[int]], pieces: Pieces) -> Iterator[re.Match[str]]:
    """Where a rule fits: at its words, in the numbers or codes, or anywhere where it has none to begin with."""
    if not rule.starts and rule.within is None:
        yield from rule.pattern.finditer(text)
        return
    patience, past = PATIENCE, 0
    for start, end in pieces[rule.within] if rule.within else _starts(rule.starts, places):
        if start < past:
            continue
        found = rule.pattern.search(text, start, end) if rule.within is NUMBERS else rule.pattern.match(text, start)
        if found:
            past = found.end()
            yield found
        else:
            patience -= 1
        if not patience:
            return


def _starts(words: tuple[str, ...], places: Mapping[str, list[int]]) -> list[tuple[int, int]]:
    return [(start, 0) for start in sorted({start for word in words for start in places.get(word, ())})]


def _each(word: str, lower: str) -> Iterator[int]:
    start = lower.find(word)
    while start >= 0:
        yield start
        start = lower.find(word, start + len(word))


def _lower(text: str) -> str:
    """In small letters, each sign where it was: a few have small forms of two signs."""
    lower = text.lower()
    return lower if len(lower) == len(text) else "".join(c.lower() if len(c.lower()) == 1 else c for c in text)


def _apart(masks: list[Mask]) -> list[Mask]:
    """Those that overlap become one, named by the first."""
    apart: list[Mask] = []
    for mask in masks:
        if apart and mask.start < apart[-1].end:
            former = apart[-1]
            is_secret = former.is_secret or mask.is_secret
            apart[-1] = Mask(former.kind, former.start, max(former.end, mask.end), is_secret)
        else:
            apart.append(mask)
    return apart
