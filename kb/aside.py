"""Our own commands in a process of low priority, so that nobody's page waits for what takes minutes."""

from __future__ import annotations

import os
import subprocess  # nosec B404 # our own command line, run aside
import sys

from kb.desk import Desk
from kb.errors import FirstlineError
from kb.settings import ROOT

LONGEST, LOW_PRIORITY = 15 * 60, 10


def run_aside(desk: Desk, *words: str) -> str:
    """Run `firstline WORDS` on the same installation and give what it prints.

    Raises FirstlineError with its last line when it fails, or when it takes longer than a quarter of an hour.
    """
    command, pipe = [sys.executable, "-m", "kb", *words], subprocess.PIPE
    with subprocess.Popen(  # noqa: S603 # nosec B603 # our own command; each word is one argument
        command, env=desk.settings.environ(), cwd=ROOT, stdout=pipe, stderr=pipe, text=True
    ) as child:
        if hasattr(os, "setpriority"):  # not on Windows
            os.setpriority(os.PRIO_PROCESS, child.pid, LOW_PRIORITY)
        try:
            printed, complaint = child.communicate(timeout=LONGEST)
        except subprocess.TimeoutExpired:
            child.kill()
            raise FirstlineError(f"It took longer than {LONGEST // 60} minutes and was stopped.") from None
    if child.returncode:
        last = (complaint.strip() or "no reason given").splitlines()[-1]
        raise FirstlineError(f"It stopped: {last.removeprefix('firstline: ')}")
    return printed
