"""What every command file uses: the app they register at, the desk, and how figures are printed."""

from __future__ import annotations

import dataclasses
import json
from datetime import date
from typing import Any

import typer

from kb.desk import Desk
from kb.doors import start

app = typer.Typer(name="firstline", no_args_is_help=True, pretty_exceptions_enable=False, add_completion=False)
"""A file per noun defines its commands with `@app.command()`; a group is `app.add_typer(...)`."""

bring_in = typer.Typer(no_args_is_help=True, help="Bring articles or incidents in.")
take_out = typer.Typer(no_args_is_help=True, help="Write articles or incidents to files.")
app.add_typer(bring_in, name="import")
app.add_typer(take_out, name="export")


def desk() -> Desk:
    """The desk of this process, made at the first command that needs it."""
    return start.the_desk()


def show_json(result: object) -> None:
    """Print a dataclass, list or dict as JSON."""
    print(json.dumps(result, default=_plain, indent=2, ensure_ascii=False))


def _plain(value: object) -> Any:
    if dataclasses.is_dataclass(value) and not isinstance(value, type):
        return {field.name: getattr(value, field.name) for field in dataclasses.fields(value)}
    if isinstance(value, date):
        return value.isoformat()
    return list(value) if isinstance(value, set | frozenset | tuple) else str(value)
