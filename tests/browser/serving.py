"""A portal as people start it: its own process, home folder and port."""

from __future__ import annotations

import os
import re
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest

from kb import training
from kb.desk import Desk
from kb.doors.start import furnish
from kb.migrations import upgrade
from kb.settings import Settings
from kb.training import rows
from tests.labelled import write_small_starter

ROOT = Path(__file__).parents[2]
STREAMLIT = ("streamlit", "run", "app.py", "--server.port={}")
FIRSTLINE = ("kb", "serve", "--port={}")
"""The two ways to start it."""
PATIENCE = 120
"""Seconds a start may take on a busy machine."""


@dataclass(frozen=True, slots=True)
class Server:
    """A running portal."""

    address: str
    home: Path
    printed: Path
    process: subprocess.Popen[bytes]

    def first_link(self) -> str:
        """The one-time link that makes the first administrator, as the server printed it."""
        found = re.search(r"http://\S+/account/first\?token=\S+", self.printed.read_text())
        assert found, self.printed.read_text()
        return found[0]

    def wait(self) -> None:
        """Until it answers."""
        until = time.monotonic() + PATIENCE
        while time.monotonic() < until and self.process.poll() is None:
            try:
                urllib.request.urlopen(self.address + "/healthz", timeout=5).read()
                return
            except OSError:
                time.sleep(0.1)
        pytest.fail(f"the server did not start: {self.printed.read_text()}")


def environment(home: Path) -> dict[str, str]:
    """The environment of a process that works on `home` alone; no job of the clock comes between."""
    own = {key: value for key, value in os.environ.items() if not key.startswith(("FIRSTLINE_", "STREAMLIT_"))}
    return {**own, "FIRSTLINE_HOME": str(home), "FIRSTLINE_CLOCK": "outside"}


@contextmanager
def serving(home: Path, *, port: int = 0, **environ: str) -> Iterator[Server]:
    """A server, on a free port unless one is named, for as long as it is needed."""
    server = start(home, port=port, **environ)
    try:
        server.wait()
        yield server
    finally:
        server.process.terminate()
        server.process.wait(PATIENCE)


def start(home: Path, *, port: int = 0, command: tuple[str, ...] = STREAMLIT, **environ: str) -> Server:
    """A server that is coming up."""
    port = port or free_port()
    home.mkdir(parents=True, exist_ok=True)
    printed = home.with_name(f"{home.name}-{port}.log")
    words = [sys.executable, "-m", *(word.format(port) for word in command)]
    with printed.open("a") as log:
        process = subprocess.Popen(words, cwd=ROOT, env=environment(home) | environ, stdout=log, stderr=log)
    return Server(f"http://localhost:{port}", home, printed, process)


def prepare(home: Path, **environ: str) -> Desk:
    """An installation with its first articles, and models that learned little: its servers need not train any."""
    desk = Desk(Settings.from_env(environment(home) | environ))
    upgrade(desk.engine)
    furnish(desk)
    learning = home.with_name(f"{home.name}-learning")
    learning.mkdir()
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(rows, "STARTER", write_small_starter(learning))
        training.first_models(desk)
    return desk


def free_port() -> int:
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return int(listener.getsockname()[1])
