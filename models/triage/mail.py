"""What of a report its writer tells: no quoted mails, greetings, signatures and footers, no orders to the assistant."""

from __future__ import annotations

import re

_LEAST_WORDS = 8  # that a mail must have of its own, before what it quotes is left out

_LEVEL = r"(?:critical|high|medium|low|highest|lowest|urgent|blocker|p ?[0-5]|sev ?[0-5])"
_SCALE = r"(?:severity|priority|prio|urgency|impact)"
_ORDER = re.compile(  # a label is a matter of what happened, not of what the text asks to be called
    rf"""(?:(?:\b(?:system|assistant|admin|instructions?|note)\s*[:>]\s*)?
        (?:\b(?:ignore|disregard|forget)\b[^.!?\n]{{0,60}}\b(?:instructions?|rules?|prompts?|text|above)\b
            [,.:;]?\s*(?:and\s+)?)?
        (?:\b(?:please|pls|kindly|you\ must|always)\s+)?
        \b(?:set|mark|classify|treat|label|raise|lower|change|rate|make|handle|flag|escalate|assign|output|answer)\b
        [^.!?\n]{{0,40}}?\b(?:{_SCALE}\b[^.!?\n]{{0,20}}?\b(?:{_LEVEL}|[0-5])|(?:as|to)\s+(?:a\s+)?{_LEVEL}(?:\s+{_SCALE})?)\b
        |\b{_SCALE}\s*(?:(?:is|of|to)\b|[=:])?\s*[\"'*]?(?:{_LEVEL}|[0-5])\b
        |\b{_LEVEL}\s+(?:severity|priority|prio)\b)[\"'*]?[.!]*""",
    re.IGNORECASE | re.VERBOSE,
)
_QUOTED_LINE = re.compile(r"^[ \t]*>.*$", re.MULTILINE)
_QUOTED_REST = re.compile(
    r"^[ \t]*(?:-{2,} ?(?:original|forwarded) message ?-{2,}|begin forwarded message:|on [^\n]{4,120} wrote:"
    r"|_{10,}|from: [^\n]+\n(?:[^\n]*\n)?(?:sent|date|to): )[\s\S]*\Z",
    re.IGNORECASE | re.MULTILINE,
)
_FOOTER = re.compile(
    r"^[^\n]{0,80}\b(?:this (?:e-?mail|message|communication)\b[^\n]{0,120}\b(?:confidential|intended|privileged)"
    r"|if you (?:are not the intended|have received this)|please consider the environment|sent from my \w+)[\s\S]*\Z",
    re.IGNORECASE | re.MULTILINE,
)
_SIGNATURE = re.compile(
    r"^[ \t]*(?:-- ?$|(?:(?:with )?(?:kind|best|warm|many)(?:est)? (?:regards|wishes|thanks|greetings)|regards"
    r"|sincerely|yours (?:sincerely|faithfully|truly)|cheers|thanks|thank you|many thanks|thx|greetings|br|mfg|kr)"
    r"[ \t]*[,.!]?[ \t]*$)[\s\S]{0,400}\Z",
    re.IGNORECASE | re.MULTILINE,
)
_GREETING = re.compile(
    r"^[ \t]*(?:(?:hello|hi|hey|dear|good (?:morning|afternoon|evening|day))\b[^\n,!.:]{0,40}[,!.]?)[ \t]*$",
    re.IGNORECASE | re.MULTILINE,
)
_LEFT_OUT = (_FOOTER, _SIGNATURE, _GREETING)
_WORD = re.compile(r"\w{2,}")


def told(text: str) -> str:
    """Return `text` with blanks in place of what its writer doesn't tell; every other character keeps its place.

    A mail that says little of its own tells what it quotes. Orders such as "set severity to critical" go always.

    >>> told("Hi team,\\nthe till is dead\\nKind regards\\nAnn").strip()
    'the till is dead'
    """
    text = _ORDER.sub(_blank, text)
    own = _QUOTED_REST.sub(_blank, _QUOTED_LINE.sub(_blank, text))
    text = own if _says_enough(own) else text
    for pattern in _LEFT_OUT:
        rest = pattern.sub(_blank, text)
        text = rest if rest.strip() else text
    return text


def _blank(match: re.Match[str]) -> str:
    return " " * len(match.group())


def _says_enough(text: str) -> bool:
    body = text.partition("\n")[2]  # the first line is the title, in a forwarded mail the only one of its own
    return len(_WORD.findall(body)) >= _LEAST_WORDS
