"""What of a report its writer tells: no quoted mails, greetings, signatures and footers, no orders to the assistant."""

from __future__ import annotations

import re

_LEAST_WORDS = 8  # that a mail must have of its own, before what it quotes is left out

_CODE = r"\b(?:p|prio|sev)[ -]?[0-5]\b"
_LEVEL = rf"(?:\b(?:critical|high|medium|low|highest|lowest|top|urgent|blocker)\b|{_CODE})"
_SCALE = r"\b(?:severity|priority|prio|urgency|impact)\b"
_DO = (
    r"\b(?:set|mark|marked as|classif(?:y|ied)|treat(?:ed)?|label(?:l?ed)?|raised?|lower(?:ed)?|changed?|rated?|ma[dk]e"
    r"|handled?|flag(?:ged)?|escalated?|assign(?:ed)?|considered|override|output|answer|reply)\b"
)
_TO = r"(?:[\s\"'=:>-]|\b(?:is|of|to|be|should|must|set|now)\b){0,12}"
_ORDERS = (  # to whoever labels: a label is a matter of what happened, not of what the text asks to be called
    rf"{_DO}[^.!?\n]{{0,40}}?(?:{_SCALE}[^.!?\n]{{0,20}}?(?:{_LEVEL}|\b[0-5]\b)"
    rf"|\b(?:as|to|with) (?:a )?{_LEVEL}(?: {_SCALE})?)",
    rf"{_DO}:? ?(?:\b(?:this|it|that|the|my)\b(?: \w+)? )?{_LEVEL}",
    rf"(?:{_SCALE}|\blabel\b)(?: of (?:this|it)(?: \w+)?)?{_TO}(?:{_LEVEL}|\b(?:[0-5]|all)\b)",
    rf"{_LEVEL} {_SCALE}",
    rf"{_CODE}(?: incident\b)?",
    rf"\b(?:assistant|system|classifier|ai|bot)\b ?:[^.!?\n]{{0,60}}{_LEVEL}",
)
_ORDER = re.compile(rf"(?:{'|'.join(_ORDERS)})[\"'*>\])}}.!]{{0,4}}(?:</\w+>)?", re.IGNORECASE)
_BEFORE = re.compile(  # what leads up to an order
    r"(?:\b(?:system|assistant|admin|instructions?|note(?: to the)?)\b\]? ?[:>\]]? ?)?"
    r"(?:\b(?:ignore|disregard|forget)\b[^.!?\n]{0,60}\b(?:instructions?|rules?|prompts?|text|above)\b[,.:;]?\s?)?"
    r"(?:\b(?:please|pls|kindly|always|you|i want|and|this|it|the|correct|an?|must|should|has|needs|to|be|is)\b"
    r"[ :]{1,2}){0,6}"
    r"[<\[({\"]{0,3}\Z",
    re.IGNORECASE,
)
_FAR = 120  # characters before an order that are looked at
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
    text = _without_orders(text)
    own = _QUOTED_REST.sub(_blank, _QUOTED_LINE.sub(_blank, text))
    text = own if _says_enough(own) else text
    for pattern in _LEFT_OUT:
        rest = pattern.sub(_blank, text)
        text = rest if rest.strip() else text
    return text


def _blank(match: re.Match[str]) -> str:
    return " " * len(match.group())


def _without_orders(text: str) -> str:
    for order in list(_ORDER.finditer(text)):
        before = text[max(0, order.start() - _FAR) : order.start()]
        lead = _BEFORE.search(before)
        start = order.start() - (len(before) - lead.start() if lead else 0)
        text = text[:start] + " " * (order.end() - start) + text[order.end() :]
    return text


def _says_enough(text: str) -> bool:
    body = text.partition("\n")[2]  # the first line is the title, in a forwarded mail the only one of its own
    return len(_WORD.findall(body)) >= _LEAST_WORDS
