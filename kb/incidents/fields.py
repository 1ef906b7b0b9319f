"""What an incident may hold: inputs checked and made storable."""

from __future__ import annotations

import re
from collections.abc import Mapping
from enum import StrEnum
from typing import TypeVar

from kb.cleaning import clean, one_line
from kb.errors import NotFound, NotValid
from kb.redaction import masked

MOST_TITLE = 200
MOST_BODY = 100_000
LARGEST_ID = 2**31 - 1

_NUMBER = re.compile(r"(?:INC-)?([0-9]{1,10})", re.IGNORECASE)
_EMAIL = re.compile(r"[^@\s,;<>\"']{1,64}@[^@\s,;<>\"']{1,190}")

Choice = TypeVar("Choice", bound=StrEnum)


def cleaned(text: str) -> str:
    return clean(text).strip()


def title(text: str) -> str:
    """One line that says what is wrong; secrets and personal data go out of it, as of the body."""
    text = masked(one_line(text))
    if not text:
        raise NotValid("title", "Say in one line what is wrong.")
    if len(text) > MOST_TITLE:
        raise NotValid("title", f"Keep the line under {MOST_TITLE} characters; the rest fits below it.")
    return text


def body(text: str, field: str = "body") -> str:
    text = cleaned(text)
    if len(text) > MOST_BODY:
        raise NotValid(field, f"The text has {len(text):,} characters; {MOST_BODY:,} fit. Attach the rest as a file.")
    return masked(text)


def needed(text: str, field: str, sentence: str) -> str:
    """A text that must not be empty; `sentence` says what is missing."""
    text = body(text, field)
    if not text:
        raise NotValid(field, sentence)
    return text


def email(text: str) -> str:
    text = cleaned(text).lower()
    if not _EMAIL.fullmatch(text):
        raise NotValid("guest_email", "Leave an e-mail address such as name@example.com, so that we can answer.")
    return text


def one_of(choices: Mapping[Choice, str], value: str, field: str, question: str) -> Choice:
    """The choice by its slug; `question` begins the sentence that asks for one in the words that people see."""
    for choice in choices:
        if choice == value:
            return choice
    *others, last = (f"“{shown}”" for shown in choices.values())
    raise NotValid(field, f"{question}: {', '.join(others)} or {last}.")


def number(incident_id: int | None) -> str:
    """42 -> INC-42."""
    return f"INC-{incident_id}"


def id_of(text: str) -> int:
    """INC-42 or 42 -> 42. Raises NotFound for anything else."""
    match = _NUMBER.fullmatch(text.strip())
    if match is None or not 0 < int(match[1]) <= LARGEST_ID:
        raise NotFound("There is no incident of that number.")
    return int(match[1])
