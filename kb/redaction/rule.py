"""What a rule is."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass

NUMBERS = re.compile(r"(?<!\w)[+(*]{0,2}\d[\d ()/.\-\u00a0]{5,60}(?:[A-Z][ ]?\d{0,3})?(?!\w)")
"""Where a number long enough to be somebody's stands; rules for numbers look no further."""
CAPITALS = re.compile(r"(?<![\w-])[A-Z]{1,6}[- ]?\d")
"""Where a code of capitals and digits begins."""


@dataclass(frozen=True, slots=True)
class Rule:
    """One way in which something to be masked is written.

    `starts` are lower-case words with which a match begins, `near` lower-case words of which one stands in the text;
    without either, `within` says where to look. Of a match, the group `value` is masked if `check` says so of it;
    without such a group all of it. Every repetition in a pattern is bounded or possessive: no text makes one slow.
    """

    kind: str
    pattern: re.Pattern[str]
    starts: tuple[str, ...] = ()
    near: tuple[str, ...] = ()
    within: re.Pattern[str] | None = None
    check: Callable[[str], bool] = bool
    is_secret: bool = True


def at(kind: str, starts: str, pattern: str, check: Callable[[str], bool] = bool, *, is_secret: bool = True) -> Rule:
    """A rule whose matches begin with one of the words; case does not matter."""
    return Rule(kind, re.compile(pattern, re.IGNORECASE), tuple(starts.split("|")), check=check, is_secret=is_secret)


def near(kind: str, hints: str, pattern: str, check: Callable[[str], bool] = bool, *, is_secret: bool = True) -> Rule:
    """A rule that is tried where one of the words stands in the text at all."""
    found = re.compile(pattern, re.IGNORECASE)
    return Rule(kind, found, near=tuple(hints.split("|")), check=check, is_secret=is_secret)


def number(kind: str, pattern: str, check: Callable[[str], bool] = bool, *, is_secret: bool = False) -> Rule:
    return Rule(kind, re.compile(pattern), within=NUMBERS, check=check, is_secret=is_secret)


def capitals(kind: str, pattern: str, check: Callable[[str], bool] = bool, *, is_secret: bool = False) -> Rule:
    return Rule(kind, re.compile(pattern), within=CAPITALS, check=check, is_secret=is_secret)
