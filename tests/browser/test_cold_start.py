"""A fresh server whose very first visitor asks for a page that isn't theirs."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import expect, sync_playwright

ROOT = Path(__file__).parents[2]
pytestmark = pytest.mark.browser


def free_port() -> int:
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return int(listener.getsockname()[1])


@pytest.fixture
def cold(tmp_path: Path) -> Iterator[str]:
    """The address of a server that nobody has visited yet."""
    port = free_port()
    environ = {**os.environ, "FIRSTLINE_HOME": str(tmp_path / "home"), "FIRSTLINE_CLOCK": "outside"}
    environ.pop("FIRSTLINE_DATABASE_URL", None)
    command = [sys.executable, "-m", "streamlit", "run", "app.py", f"--server.port={port}"]
    with open(tmp_path / "log", "w") as log:
        server = subprocess.Popen(command, cwd=ROOT, env=environ, stdout=log, stderr=log)
    address = f"http://localhost:{port}"
    try:
        _wait(address, server)
        yield address
    finally:
        server.terminate()
        server.wait(30)


def _wait(address: str, server: subprocess.Popen[bytes]) -> None:
    until = time.monotonic() + 60
    while time.monotonic() < until and server.poll() is None:
        try:
            urllib.request.urlopen(address + "/healthz", timeout=5).read()
            return
        except OSError:
            time.sleep(0.1)
    pytest.fail("the server did not start")


def test_a_leads_page_asked_first_on_a_cold_server_gives_find(cold: str) -> None:
    """Streamlit runs pages/review.py straight away when its folder stands beside the main script; ours doesn't."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path="/usr/bin/chromium", args=["--no-sandbox"])
        page = browser.new_page()
        page.goto(cold + "/review")
        expect(page.get_by_role("heading", name="What’s not working?")).to_be_visible(timeout=30_000)
        expect(page.get_by_role("link", name="Sign in")).to_be_visible()
        assert "Review" not in page.locator("header").inner_text()
        browser.close()
