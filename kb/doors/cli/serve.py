"""`firstline serve`: the portal, the API and the clock in one process."""

from __future__ import annotations

import os
import sys
from typing import Annotated
from urllib.parse import urlsplit

import typer

from kb.doors.cli.base import app
from kb.settings import ROOT, Settings


@app.command()
def serve(
    host: Annotated[str, typer.Option(help="The address to listen on; 0.0.0.0 for all.")] = "127.0.0.1",
    port: Annotated[int, typer.Option(help="The port to listen on.", min=1, max=65535)] = 8501,
) -> None:
    """Start the portal, as `streamlit run app.py` does, for the host of FIRSTLINE_BASE_URL too.

    Example: FIRSTLINE_BASE_URL=https://help.example.com firstline serve --host 0.0.0.0 --port 80
    """
    settings = Settings.from_env(os.environ)
    os.chdir(ROOT)  # .streamlit/config.toml is read from here
    os.execv(sys.executable, command(settings, host, port))  # noqa: S606 # nosec B606 # our own arguments


def command(settings: Settings, host: str, port: int) -> list[str]:
    """The command line that starts the server."""
    name = urlsplit(settings.base_url).hostname or "localhost"
    hosts = dict.fromkeys(("localhost", "127.0.0.1", "[::1]", name))
    return [
        *(sys.executable, "-m", "streamlit", "run", str(ROOT / "app.py")),
        *(f"--server.address={host}", f"--server.port={port}", f"--browser.serverAddress={name}"),
        f"--server.maxUploadSize={settings.max_attachment_bytes // 1_000_000}",
        *(f"--server.allowedHosts={host_name}" for host_name in hosts),
    ]
