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

ROOT = Path(__file__).parents[2]
PATIENCE = 120
"""Seconds a start may take on a busy machine."""


@dataclass(frozen=True, slots=True)
class Server:
    """A running portal."""

    address: str
    home: Path
    printed: Path

    def first_link(self) -> str:
        """The one-time link that makes the first administrator, as the server printed it."""
        found = re.search(r"http://\S+/account/first\?token=\S+", self.printed.read_text())
        assert found, self.printed.read_text()
        return found[0]


def environment(home: Path) -> dict[str, str]:
    """The environment of a process that works on `home` alone; no job of the clock comes between."""
    own = {key: value for key, value in os.environ.items() if not key.startswith(("FIRSTLINE_", "STREAMLIT_"))}
    return {**own, "FIRSTLINE_HOME": str(home), "FIRSTLINE_CLOCK": "outside"}


def command_line(home: Path, *words: str) -> str:
    """What `firstline WORDS` prints."""
    command = [sys.executable, "-m", "kb", *words]
    done = subprocess.run(command, cwd=ROOT, env=environment(home), check=True, capture_output=True, text=True)
    return done.stdout


@contextmanager
def serving(home: Path, **more: str) -> Iterator[Server]:
    """A server on a free port for as long as it is needed; `more` goes into its environment."""
    port = _free_port()
    home.mkdir(parents=True, exist_ok=True)
    printed = home.with_name(f"{home.name}.log")
    command = [sys.executable, "-m", "streamlit", "run", "app.py", f"--server.port={port}"]
    with printed.open("w") as log:
        process = subprocess.Popen(command, cwd=ROOT, env={**environment(home), **more}, stdout=log, stderr=log)
    server = Server(f"http://localhost:{port}", home, printed)
    try:
        _wait(server, process)
        yield server
    finally:
        process.terminate()
        process.wait(PATIENCE)


def _free_port() -> int:
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return int(listener.getsockname()[1])


def _wait(server: Server, process: subprocess.Popen[bytes]) -> None:
    until = time.monotonic() + PATIENCE
    while time.monotonic() < until and process.poll() is None:
        try:
            urllib.request.urlopen(server.address + "/healthz", timeout=5).read()
            return
        except OSError:
            time.sleep(0.1)
    pytest.fail(f"the server did not start: {server.printed.read_text()}")
