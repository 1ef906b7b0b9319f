"""Our own commands in a process of low priority, so that nobody's page waits for what takes minutes."""

from __future__ import annotations

import os
import subprocess  # nosec B404 # our own command line, run aside
import sys
import time

from kb.desk import Desk
from kb.errors import Closing, FirstlineError
from kb.settings import ROOT

LONGEST, LOW_PRIORITY = 45 * 60, 10  # beside a busy server a measurement of six minutes took more than fifteen
LOOK_UP_SECONDS = 0.2
"""So often the one who waits looks whether to go on waiting."""


def run_aside(desk: Desk, *words: str) -> str:
    """Run `firstline WORDS` on the same installation and give what it prints.

    Raises FirstlineError with its last line when it fails, or when it takes longer than a quarter of an hour; Closing
    when the desk closes meanwhile.
    """
    command, pipe = [sys.executable, "-m", "kb", *words], subprocess.PIPE
    with subprocess.Popen(  # noqa: S603 # nosec B603 # our own command; each word is one argument
        command, env=desk.settings.environ(), cwd=ROOT, stdout=pipe, stderr=pipe, text=True
    ) as child:
        if hasattr(os, "setpriority"):  # not on Windows
            os.setpriority(os.PRIO_PROCESS, child.pid, LOW_PRIORITY)
        printed, complaint = _awaited(desk, child)
    if child.returncode:
        last = (complaint.strip() or "no reason given").splitlines()[-1]
        raise FirstlineError(f"It stopped: {last.removeprefix('firstline: ')}")
    return printed


def _awaited(desk: Desk, child: subprocess.Popen[str]) -> tuple[str, str]:
    """What the process printed, and what it complained of; it is stopped when there is no more time for it."""
    until = time.monotonic() + LONGEST
    while True:
        try:
            return child.communicate(timeout=LOOK_UP_SECONDS)
        except subprocess.TimeoutExpired:
            if desk.closing.is_set():
                child.kill()
                raise Closing from None
            if time.monotonic() > until:
                child.kill()
                raise FirstlineError(f"It took longer than {LONGEST // 60} minutes and was stopped.") from None
