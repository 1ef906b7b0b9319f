"""The `firstline` command. One file a noun; each command is a thin door on a use case."""

from __future__ import annotations

import sys
from importlib import import_module
from pkgutil import iter_modules

from kb.doors.cli.base import app
from kb.errors import FirstlineError, Refused


def register() -> None:
    """Import every file of this folder, so that its commands stand in `app`."""
    for module in iter_modules(__path__):
        import_module(f"{__name__}.{module.name}")


def main() -> None:
    """Run a command; a FirstlineError becomes one clear line on stderr and exit code 1."""
    register()
    try:
        app()
    except FirstlineError as error:
        for problem in error.problems if isinstance(error, Refused) else ():
            print(problem, file=sys.stderr)
        print(f"firstline: {error}", file=sys.stderr)
        raise SystemExit(1) from None
