"""What the log says is masked too: whatever a library or an error puts into a message, no handler writes a secret."""

from __future__ import annotations

import logging
from typing import Any

from kb.redaction.masking import masked

LONGEST = 20_000


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
            record.exc_text = masked(logging.Formatter().formatException(record.exc_info)[:LONGEST])
        if isinstance(record.msg, str) and not record.args:
            record.msg = masked(record.msg[:LONGEST])
        elif isinstance(record.args, tuple):
            record.args = tuple(masked(one[:LONGEST]) if isinstance(one, str) else one for one in record.args)
        return record
