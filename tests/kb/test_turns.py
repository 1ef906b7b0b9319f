"""Turns: first come, first served; who is killed, hangs or was forked holds up nobody; where none can be, none are."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from kb import turns
from kb.turns import Turns

SOON = 2
"""Seconds: far less than anybody's patience."""


IN_TURN = """
with queue.turn():
    print(os.getpid(), flush=True)
    time.sleep(60)
"""
IN_THE_QUEUE = """
print(os.getpid(), flush=True)
with queue.turn():
    pass
"""
FORKED_IN_ITS_TURN = """
with queue.turn():
    number = os.fork()
    if not number:
        time.sleep(60)
    print(number, flush=True)
"""


@contextmanager
def another(database: Path, script: str) -> Iterator[None]:
    """Another process works with the queue; whoever's number it has told is killed at the end."""
    script = f"import os, pathlib, time, kb.turns\nqueue = kb.turns.Turns(pathlib.Path({str(database)!r}))\n{script}"
    with subprocess.Popen([sys.executable, "-c", script], stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout
        number = int(process.stdout.readline())
        yield
        os.kill(number, signal.SIGKILL)


def seconds(queue: Turns) -> float:
    """How long one waits for a turn."""
    began = time.monotonic()
    with queue.turn():
        return time.monotonic() - began


def test_threads_of_one_process_are_served_in_the_order_in_which_they_came(tmp_path: Path) -> None:
    queue, served = Turns(tmp_path / "a.db"), list[int]()

    def serve(number: int) -> None:
        with queue.turn():
            served.append(number)

    threads = [threading.Thread(target=serve, args=(number,)) for number in range(8)]
    with queue.turn():
        for thread in threads:
            thread.start()
            time.sleep(0.02)
        assert served == []
    for thread in threads:
        thread.join()
    assert served == [*range(8)]


def test_who_is_killed_in_a_turn_holds_up_nobody(tmp_path: Path) -> None:
    queue = Turns(tmp_path / "a.db", patience=SOON / 4)
    with another(tmp_path / "a.db", IN_TURN):
        assert seconds(queue) >= SOON / 4
    assert seconds(queue) < SOON / 4


def test_who_is_killed_in_the_queue_holds_up_nobody(tmp_path: Path) -> None:
    queue = Turns(tmp_path / "a.db")
    with queue.turn(), another(tmp_path / "a.db", IN_THE_QUEUE):
        time.sleep(0.05)
    assert seconds(queue) < SOON


def test_a_child_of_a_fork_holds_no_turn_of_its_parent(tmp_path: Path) -> None:
    with another(tmp_path / "a.db", FORKED_IN_ITS_TURN):
        assert seconds(Turns(tmp_path / "a.db")) < SOON


def test_who_hangs_in_a_turn_is_not_waited_for_without_end(tmp_path: Path) -> None:
    queue = Turns(tmp_path / "a.db", patience=0.1)
    with queue.turn():
        assert 0.1 <= seconds(queue) < SOON


def test_where_there_can_be_no_file_everybody_goes_on(tmp_path: Path) -> None:
    queue = Turns(tmp_path / "gone" / "a.db")
    with queue.turn():
        assert seconds(queue) < SOON


def test_a_system_without_such_locks_goes_on(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delattr("fcntl.F_OFD_SETLK")
    queue = Turns(tmp_path / "a.db")
    with queue.turn():
        assert seconds(queue) < SOON
    monkeypatch.setattr(turns, "fcntl", None)
    assert seconds(queue) < SOON


def test_the_file_is_private_and_stays_empty(tmp_path: Path) -> None:
    seconds(Turns(tmp_path / "a.db"))
    [file] = tmp_path.iterdir()
    assert (file.name, file.stat().st_size, file.stat().st_mode & 0o777) == ("a.db-turns", 0, 0o600)
