"""The application log on standard error: one line an entry, with time in UTC, level, room and a sentence."""

from __future__ import annotations

import logging
import time

from kb.redaction.logs import mask_logs

ROOMS = ("kb", "firstline")
"""Our own loggers; libraries' entries come as they come, masked like ours."""


def open_log() -> None:
    """From now on our rooms' entries are written, from INFO on; a second call changes nothing."""
    mask_logs()
    if logging.getLogger().handlers:  # whoever runs us has a log of their own
        return
    line = logging.Formatter("%(asctime)s.%(msecs)03dZ %(levelname)s %(name)s: %(message)s", "%Y-%m-%dT%H:%M:%S")
    line.converter = time.gmtime
    for room in ROOMS:
        log = logging.getLogger(room)
        log.setLevel(logging.INFO)
        if not log.handlers:
            handler = logging.StreamHandler()
            handler.setFormatter(line)
            log.addHandler(handler)
