"""What the log says is masked too, and one line: whatever a library or an error puts into a message, no handler writes
a secret, and nobody's text looks like an entry of its own."""

from __future__ import annotations

import logging
from pathlib import PurePath
from typing import Any

from kb.redaction.masking import masked

LONGEST = 20_000
BESIDE = "  | "
"""Before each line of a trace: its text may be anybody's, and no entry begins so."""
TEXTS = (str, BaseException, PurePath)
"""What is written as text; numbers stay numbers for %d."""


def mask_logs() -> None:
    """From now on every record of this process is masked where it is made; a second call changes nothing."""
    if not getattr(logging.getLogRecordFactory(), "is_masking", False):
        logging.setLogRecordFactory(_Masking(logging.getLogRecordFactory()))


class _Masking:
    is_masking = True

    def __init__(self, make: Any) -> None:
        self.make = make

    def __call__(self, *args: Any, **kwargs: Any) -> logging.LogRecord:
        record: logging.LogRecord = self.make(*args, **kwargs)
        if record.exc_info and record.exc_info[0] is not None:
            told = logging.Formatter().formatException(record.exc_info)[:LONGEST]
            record.exc_text = "\n".join(BESIDE + _one_line(line) for line in masked(told).split("\n"))
        if isinstance(record.msg, str) and not record.args:
            record.msg = _safe(record.msg)
        elif isinstance(record.args, tuple):
            record.args = tuple(_safe(one) if isinstance(one, TEXTS) else one for one in record.args)
        return record


def _safe(told: object) -> str:
    return _one_line(masked(str(told)[:LONGEST]))


def _one_line(text: str) -> str:
    """Line breaks and other signs that are not shown become what Python writes for them: no text begins a new entry."""
    if text.isprintable():
        return text
    return "".join(sign if sign.isprintable() else sign.encode("unicode_escape").decode() for sign in text)
