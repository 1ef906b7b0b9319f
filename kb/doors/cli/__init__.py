"""The `firstline` command. One file a noun; each command is a thin door on a use case."""

from __future__ import annotations

import sys

import typer

from kb.errors import FirstlineError, Refused

app = typer.Typer(name="firstline", no_args_is_help=True, pretty_exceptions_enable=False, add_completion=False)


def main() -> None:
    """Run a command; a FirstlineError becomes one clear line on stderr and exit code 1."""
    try:
        app()
    except FirstlineError as error:
        for problem in error.problems if isinstance(error, Refused) else ():
            print(problem, file=sys.stderr)
        print(f"firstline: {error}", file=sys.stderr)
        raise SystemExit(1) from None
