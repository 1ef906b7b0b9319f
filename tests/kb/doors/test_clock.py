"""The clock: what is due is done beside the server, and it stops when it is told to."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest
from sqlmodel import select

from kb import jobs
from kb.desk import Desk
from kb.doors import clock
from kb.jobs import Job
from kb.person import Person
from kb.settings import ROOT
from kb.tables import JobRun


def comes_true(condition: Callable[[], bool]) -> bool:
    """Whether it does within ten seconds."""
    until = time.monotonic() + 10
    while not condition() and time.monotonic() < until:
        time.sleep(0.05)
    return condition()


def test_a_due_job_is_run_and_none_after_the_clock_has_stopped(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    runs: list[Person] = []

    def work(_desk: Desk, person: Person) -> str:
        runs.append(person)
        return "done"

    monkeypatch.setattr(jobs, "JOBS", (Job("often", work, 1, ""),))
    desk.now = Desk(desk.settings).now
    stop = clock.start(desk)
    assert comes_true(lambda: len(runs) >= 2)
    stop()
    n = len(runs)
    time.sleep(1.2)
    assert len(runs) == n
    with desk.reading() as session:
        assert len(session.exec(select(JobRun)).all()) == n


def test_the_command_ends_well_when_it_is_told_to(tmp_path: Path) -> None:
    command = [sys.executable, "-m", "kb", "clock"]
    environ = {**os.environ, "FIRSTLINE_HOME": str(tmp_path / "home"), "FIRSTLINE_DATABASE_URL": ""}
    with subprocess.Popen(command, cwd=ROOT, env=environ, stdout=subprocess.PIPE, text=True) as ran:
        assert ran.stdout
        assert "The clock runs" in ran.stdout.readline()
        time.sleep(0.5)
        ran.send_signal(signal.SIGTERM)
        assert ran.wait(20) == 0
