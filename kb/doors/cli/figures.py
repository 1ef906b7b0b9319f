"""`firstline figures`: the figures of a period."""

from __future__ import annotations

from datetime import date
from typing import Annotated

import typer

from kb import analytics
from kb.doors.cli.base import app, desk, show_json
from kb.errors import NotValid
from kb.person import OPERATOR


@app.command()
def figures(
    first: Annotated[str, typer.Option("--from", help="First day, such as 2026-01-01.")] = "",
    last: Annotated[str, typer.Option("--to", help="Last day, counted too.")] = "",
    json: Annotated[bool, typer.Option("--json", help="Print figure -> label -> value and n.")] = False,
) -> None:
    """Print the figures of a period, by default of the last 365 days.

    Example: firstline figures --from 2026-01-01 --to 2026-03-31 --json
    """
    handle = desk()
    period = analytics.scope(handle, _day("from", first), _day("to", last))
    found = analytics.figures(handle, OPERATOR, period)
    if json:
        return show_json(analytics.to_json(found))
    print(f"{period.first} to {period.last}")
    for figure in found:
        print(f"\n{figure.title}: {figure.finding}")
        for cell in figure.cells:
            print(f"  {cell.name:<28}{analytics.say(cell.value, figure.unit):>14}   n = {cell.n:,}")


def _day(field: str, text: str) -> date | None:
    try:
        return date.fromisoformat(text) if text else None
    except ValueError as error:
        raise NotValid(field, f"--{field} is {text!r}: expected a day such as 2026-01-31.") from error
