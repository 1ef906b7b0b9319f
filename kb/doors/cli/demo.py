"""`firstline demo`: a year to look at, and its removal."""

from __future__ import annotations

import sys
from typing import Annotated

import typer

from kb import demo as year
from kb.doors.cli.base import app, desk
from kb.person import OPERATOR


@app.command()
def demo(
    remove: Annotated[bool, typer.Option("--remove", help="Take the demo year away; everything else stays.")] = False,
) -> None:
    """Load a believable year of incidents, ratings and searches, clearly marked and removable.

    Example: firstline demo
    """
    if remove:
        gone = year.remove(desk(), OPERATOR)
        print(f"Removed {gone:,} demo rows." if gone else "There is no demo year to remove.")
        return
    with typer.progressbar(length=100, label="Demo year", file=sys.stderr, hidden=not sys.stderr.isatty()) as bar:
        loaded = year.load(desk(), OPERATOR, step=lambda part: bar.update(int(part * 100) - bar.pos))
    what = f"{loaded.incidents:,} incidents, {loaded.people:,} people"
    print(f"The demo year is there: {what}." if loaded.is_new else f"The demo year was there already: {what}.")
    print("Take it away with: firstline demo --remove")
