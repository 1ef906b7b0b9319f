"""`firstline import incidents` and `firstline export incidents`."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Annotated

import typer

from kb.doors.cli.base import bring_in, desk, show_json, take_out
from kb.errors import NotValid
from kb.importing.incidents import Wishes, import_incidents
from kb.incidents.exporting import export
from kb.person import OPERATOR


@bring_in.command("incidents")
def import_(
    file: Annotated[Path, typer.Argument(help="CSV, also .gz")],
    map_: Annotated[list[str], typer.Option("--map", help="Our field and the file's column: title=SUMMARY.")] = [],  # noqa: B006
    teaches: Annotated[bool, typer.Option("--learn", help="People gave these labels: learn from them.")] = False,
    adds_types: Annotated[bool, typer.Option("--new-types", help="Unknown types become types of your own.")] = False,
    is_dry_run: Annotated[bool, typer.Option("--dry-run", help="Check every row and change nothing.")] = False,
    json: Annotated[bool, typer.Option("--json", help="Print the numbers as JSON.")] = False,
) -> None:
    """Import incidents from CSV: all rows or none; a second time changes nothing.

    Example: firstline import incidents log.csv --map title=Summary --map body=Description --dry-run
    """
    wishes = Wishes(teaches=teaches, adds_types=adds_types)
    done = import_incidents(
        desk(), OPERATOR, file, columns=_columns(map_), wishes=wishes, is_dry_run=is_dry_run, progress=_show_progress
    )
    if json:
        return show_json(done)
    print("Columns: " + ", ".join(f"{field} from {column}" for field, column in done.columns.items()))
    print(f"{'Would create' if is_dry_run else 'Created'} {done.created:,}, unchanged {done.unchanged:,}, refused 0")
    if done.new_types or done.taught:
        print(f"New types: {done.new_types:,}. Labels the assistant learns from: {done.taught:,}.")
    if done.new_teams or done.unassigned:
        print(f"New teams: {done.new_teams:,}. Rows whose assignee has no account here: {done.unassigned:,}.")


@take_out.command("incidents")
def export_(file: Annotated[Path, typer.Argument(help="CSV to write; - prints it.")]) -> None:
    """Write all incidents as CSV.

    Example: firstline export incidents incidents.csv
    """
    if str(file) == "-":
        export(desk(), OPERATOR, sys.stdout)
        return
    try:
        with file.open("w", newline="", encoding="utf-8") as out:
            count = export(desk(), OPERATOR, out)
    except OSError as error:
        raise NotValid("file", f"{file} can't be written: {error.strerror}.") from error
    print(f"Wrote {count:,} incidents to {file}.")


def _columns(given: list[str]) -> dict[str, str]:
    wrong = [pair for pair in given if "=" not in pair]
    if wrong:
        raise NotValid("map", f"--map is {wrong[0]!r}: expected FIELD=COLUMN, such as title=Summary.")
    return {field.strip(): column.strip() for field, _, column in (pair.partition("=") for pair in given)}


def _show_progress(rows: int) -> None:
    if sys.stderr.isatty():
        print(f"\r{rows:,} rows", end="", file=sys.stderr, flush=True)
