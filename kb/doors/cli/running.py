"""`firstline backup`, `restore`, `check`, `jobs` and `clock`: keeping an installation running."""

from __future__ import annotations

import os
from datetime import datetime
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console

from kb import backup as backups
from kb import jobs as timetable
from kb.doors.cli.base import app, desk, show_json
from kb.person import OPERATOR
from kb.settings import Settings

waiting = Console(stderr=True).status
"""Turns on stderr while something takes long; on anything but a terminal it prints nothing."""


@app.command()
def backup(file: Annotated[Path, typer.Argument(help="The ZIP to write; it must not exist yet.")]) -> None:
    """Write database, attachments, models and secret into one ZIP, while people work.

    Keep it as safe as the portal itself: it holds everything. Example: firstline backup monday.zip
    """
    handle = desk()
    with waiting("Backing up"):
        made = backups.backup(handle, OPERATOR, file.absolute())
    print(f"{made.file}: {made.members} files, {made.bytes / 1e6:.1f} MB")


@app.command()
def restore(file: Annotated[Path, typer.Argument(help="A ZIP that `firstline backup` wrote.")]) -> None:
    """Bring a backup back into an empty home folder and database; it is verified first.

    Example: FIRSTLINE_HOME=/srv/firstline firstline restore monday.zip
    """
    settings = Settings.from_env(os.environ)
    with waiting("Restoring"):
        done = backups.restore(settings, file.absolute())
    print(f"Restored {done.members} files of {done.made_at} (version {done.version}) into {settings.home}")


@app.command()
def check(json: Annotated[bool, typer.Option("--json", help="Print the findings as JSON.")] = False) -> None:
    """Look for damage: the database's own checks, every attachment and model against its SHA-256.

    Ends with exit code 1 when something is wrong. Example: firstline check
    """
    handle = desk()
    with waiting("Checking"):
        found = backups.check(handle, OPERATOR)
    if json:
        show_json(found)
    for finding in () if json else found:
        print(f"{'ok ' if finding.is_ok else 'BAD'}  {finding.what}: {finding.text}")
    raise typer.Exit(0 if all(finding.is_ok for finding in found) else 1)


@app.command()
def jobs(json: Annotated[bool, typer.Option("--json", help="Print the jobs as JSON.")] = False) -> None:
    """List the jobs: what each last did and when it is due. Example: firstline jobs"""
    found = timetable.states(desk(), OPERATOR)
    if json:
        return show_json(found)
    for job in found:
        print(f"{job.name:<8} {job.purpose} (every {job.period_seconds} s)")
        last = f"{_at(job.last_at)}: {job.message}" if job.last_at else "nothing to do so far"
        print(f"         last {last}; next {_at(job.next_at) if job.next_at else 'when the clock starts'}")


@app.command()
def clock() -> None:
    """Run the jobs until SIGTERM or Ctrl+C; beside a server with FIRSTLINE_CLOCK=outside.

    Example: firstline clock
    """
    from kb.doors import clock as door

    handle = desk()
    print("The clock runs. Ctrl+C stops it.", flush=True)
    door.run_until_stopped(handle)


def _at(moment: datetime) -> str:
    return f"{moment:%Y-%m-%d %H:%M:%S} UTC"
