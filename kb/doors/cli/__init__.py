"""The `firstline` command. One file a noun; each command is a thin door on a use case."""

from __future__ import annotations

import sys
from importlib import import_module

from kb.doors.cli.base import app
from kb.errors import FirstlineError, Refused

FILES = {
    "articles": ("import", "export"),
    "assistant": ("assistant", "drift"),
    "demo": ("demo",),
    "figures": ("figures",),
    "incident_types": ("types",),
    "incidents": ("import", "export"),
    "people": ("user",),
    "rules": ("rules",),
    "running": ("backup", "restore", "check", "jobs", "clock"),
    "search": ("search",),
    "serve": ("serve",),
    "triage": ("triage", "train", "evaluate"),
    "tuning": ("golden", "synonyms"),
}
"""The files of this folder, and the commands in each."""


def register(command: str = "") -> None:
    """Import the files that hold `command`, so that it stands in `app`; all of them when none does.

    What trains a model takes two thirds of the time that loading all takes, and a search needs none of it.
    """
    files = [file for file, held in FILES.items() if command in held]
    for file in files or FILES:
        import_module(f"{__name__}.{file}")


def main() -> None:
    """Run a command; a FirstlineError becomes one clear line on stderr and exit code 1."""
    register(*sys.argv[1:2])
    try:
        app()
    except FirstlineError as error:
        for problem in error.problems if isinstance(error, Refused) else ():
            print(problem, file=sys.stderr)
        print(f"firstline: {error}", file=sys.stderr)
        raise SystemExit(1) from None
