"""What a rule is."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property

NUMBERS = re.compile(r"(?<!\w)(?:\*[ ])?[+(*]{0,2}\d[\d ()/.\-\u00a0]{5,60}(?:[A-Z][ ]?\d{0,3})?(?!\w)")
"""Where a number long enough to be somebody's stands; rules for numbers look no further."""
CAPITALS = re.compile(r"(?<![\w-])[A-Z]{1,6}[- ]?\d")
"""Where a code of capitals and digits begins."""


@dataclass(frozen=True)
class Rule:
    """One way in which something to be masked is written, as a regular expression with `flags`.

    `starts` are lower-case words with which a match begins, `near` lower-case words of which one stands in the text;
    without either, `within` says where to look. Of a match, the group `value` is masked if `check` says so of it;
    without such a group all of it. Every repetition in a pattern is bounded or possessive: no text makes one slow.
    """

    kind: str
    written: str
    starts: tuple[str, ...] = ()
    near: tuple[str, ...] = ()
    within: re.Pattern[str] | None = None
    check: Callable[[str], bool] = bool
    is_secret: bool = True
    flags: re.RegexFlag = re.NOFLAG

    @cached_property
    def pattern(self) -> re.Pattern[str]:
        """Compiled when a text first asks for it: all together would take a tenth of a second of every start."""
        return re.compile(self.written, self.flags)


def at(kind: str, starts: str, pattern: str, check: Callable[[str], bool] = bool, *, is_secret: bool = True) -> Rule:
    """A rule whose matches begin with one of the words; case does not matter."""
    words = tuple(starts.split("|"))
    return Rule(kind, pattern, words, check=check, is_secret=is_secret, flags=re.IGNORECASE)


def near(kind: str, hints: str, pattern: str, check: Callable[[str], bool] = bool, *, is_secret: bool = True) -> Rule:
    """A rule that is tried where one of the words stands in the text at all."""
    words = tuple(hints.split("|"))
    return Rule(kind, pattern, near=words, check=check, is_secret=is_secret, flags=re.IGNORECASE)


def number(kind: str, pattern: str, check: Callable[[str], bool] = bool, *, is_secret: bool = False) -> Rule:
    return Rule(kind, pattern, within=NUMBERS, check=check, is_secret=is_secret)


def capitals(kind: str, pattern: str, check: Callable[[str], bool] = bool, *, is_secret: bool = False) -> Rule:
    return Rule(kind, pattern, within=CAPITALS, check=check, is_secret=is_secret)
