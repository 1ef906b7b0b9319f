"""Processes that write until they are killed, and what they had been told by then.

python -m tests.crashing reports HOME NAME      a writer for each line it reads, which submits reports until it is
                                                killed; each number goes to HOME/acked.LINE once it is there
python -m tests.crashing queue HOME NAME        a writer for each line it reads, which writes once and then says so:
                                                "came LINE" and "served LINE" go to HOME/order
python -m tests.crashing changes HOME NAME 400  so many read-and-write transactions; prints their milliseconds
python -m tests.crashing upgrades HOME NAME     for each line "N PROCESSES FOLDER" it reads, so many upgrades by the
                                                migrations of the folder at once, killed at their N-th statement, 0 for
                                                never; prints their exit codes
"""

from __future__ import annotations

import ctypes
import os
import signal
import sys
import time
import traceback
from collections.abc import Callable
from functools import partial
from itertools import count
from pathlib import Path

from sqlalchemy import event

from kb import incidents
from kb.desk import Desk
from kb.migrations import upgrade
from kb.person import guest
from kb.settings import Settings
from kb.tables import Preference

PR_SET_PDEATHSIG = 1  # prctl(2)


def fork(settings: Settings, work: Callable[[Desk, str], None]) -> None:
    """A child for each line, whose number is printed: nobody waits for imports, and none outlives its parent."""
    import models.triage  # noqa: F401 - what the first report brings in, three seconds of a processor

    signal.signal(signal.SIGCHLD, signal.SIG_IGN)
    while line := sys.stdin.readline():
        child = os.fork()
        if not child:
            ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGKILL)
            work(Desk(settings), line.strip())
            os._exit(0)
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


def queue(desk: Desk, name: str) -> None:
    order = os.open(desk.settings.home / "order", os.O_WRONLY | os.O_CREAT | os.O_APPEND)
    os.write(order, f"came {name}\n".encode())
    with desk.transaction() as session:
        session.get_one(Preference, "counter", with_for_update=True).value = {"n": 1}
        session.flush()
        os.write(order, f"served {name}\n".encode())


def changes(desk: Desk, times: int) -> None:
    for _ in range(times):
        began = time.perf_counter()
        with desk.transaction() as session:
            row = session.get(Preference, "counter", with_for_update=True)
            assert row is not None
            row.value = {"n": row.value["n"] + 1}
            session.add(row)
        print((time.perf_counter() - began) * 1000)


def upgrades(settings: Settings) -> None:
    import alembic.command  # noqa: F401 - nobody waits for it again and again

    while line := sys.stdin.readline():
        at, processes, folder = line.split(maxsplit=2)
        children = [_upgrade(settings, int(at), Path(folder.strip())) for _ in range(int(processes))]
        print(*(os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) for child in children), flush=True)


def _upgrade(settings: Settings, at: int, folder: Path) -> int:
    """The number of a child that upgrades; the commit counts as a statement."""
    if child := os.fork():
        return child
    left, engine = count(at - 1, -1), Desk(settings).engine

    def strike(*_: object) -> None:
        if next(left) == 0:
            os.kill(os.getpid(), signal.SIGKILL)

    with engine.connect() as connection:  # what a new connection asks first is not the upgrade
        connection.rollback()
    for moment in ("before_cursor_execute", "commit"):
        event.listen(engine, moment, strike)
    try:
        upgrade(engine, folder=folder)
    except BaseException:
        traceback.print_exc()
        os._exit(1)
    os._exit(0)


WORKS = {"reports": partial(fork, work=reports), "queue": partial(fork, work=queue), "upgrades": upgrades}

if __name__ == "__main__":
    what, home, name, *times = sys.argv[1:]
    settings = Settings.from_env({**os.environ, "FIRSTLINE_HOME": home})
    WORKS[what](settings) if what in WORKS else changes(Desk(settings), int(times[0]))
