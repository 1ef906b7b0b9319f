"""Processes that write until they are killed, and what they had been told by then.

python -m tests.crashing reports HOME NAME      a writer for each line it reads, which submits reports until it is
                                                killed; each number goes to HOME/acked.LINE once it is there
python -m tests.crashing changes HOME NAME 400  so many read-and-write transactions; prints their milliseconds
"""

from __future__ import annotations

import os
import signal
import sys
import time
from itertools import count

from kb import incidents
from kb.desk import Desk
from kb.person import guest
from kb.settings import Settings
from kb.tables import Preference


def fork(settings: Settings) -> None:
    """A child for each line, whose number is printed: nobody waits for imports."""
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)
    while line := sys.stdin.readline():
        child = os.fork()
        if not child:
            reports(Desk(settings), line.strip())
        print(child, flush=True)


def reports(desk: Desk, name: str) -> None:
    """Says what was acknowledged only once it was: one line, one write."""
    acked = os.open(desk.settings.home / f"acked.{name}", os.O_WRONLY | os.O_CREAT | os.O_APPEND)
    for number in count():
        key = f"{name}-{number}"
        sent = incidents.submit(
            desk, guest(f"visitor-{name}"), key=key, title=f"Report {key}", body="x", impact="some", urgency="low",
            guest_email="someone@example.com",
        )  # fmt: skip
        os.write(acked, f"{key} {sent.id}\n".encode())


def changes(desk: Desk, times: int) -> None:
    for _ in range(times):
        began = time.perf_counter()
        with desk.transaction() as session:
            row = session.get(Preference, "counter", with_for_update=True)
            assert row is not None
            row.value = {"n": row.value["n"] + 1}
            session.add(row)
        print((time.perf_counter() - began) * 1000)


if __name__ == "__main__":
    what, home, name, *times = sys.argv[1:]
    settings = Settings.from_env({**os.environ, "FIRSTLINE_HOME": home})
    fork(settings) if what == "reports" else changes(Desk(settings), int(times[0]))
