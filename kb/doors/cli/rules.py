"""`firstline rules`: the routing rules beside the assistant."""

from __future__ import annotations

from typing import Annotated

import typer

from kb import routing
from kb.doors.cli.base import app, desk, show_json
from kb.person import OPERATOR

rules = typer.Typer(help="List routing rules, and try one on past incidents.", no_args_is_help=True)
app.add_typer(rules, name="rules")
Json = Annotated[bool, typer.Option("--json", help="Print JSON.")]


@rules.command("list")
def list_rules(json: Json = False) -> None:
    """List the rules in the order they are asked. They are made under Run, Routing.

    Example: firstline rules list
    """
    found = routing.rules(desk(), OPERATOR)
    if json:
        return show_json(found)
    for row in found:
        state = "live" if row.is_live else "tried" if row.tried_at else "draft"
        print(f"{row.place:>3}. {state:<5} #{row.id} {row.rule.name}: if {row.condition}, {row.result}")


@rules.command("try")
def try_(
    rule: Annotated[int, typer.Argument(help="The rule's number, as `rules list` shows it after #.")],
    last: Annotated[
        int,
        typer.Option(
            min=1, max=10_000, help="How many of the latest incidents; a trial of fewer than 500 doesn't count."
        ),
    ] = routing.LAST,
    json: Json = False,
) -> None:
    """Say what a rule would have done to the latest incidents; changes none of them.

    Example: firstline rules try 3 --last 500
    """
    found = routing.try_rule(desk(), OPERATOR, rule, last=last)
    if json:
        return show_json(found)
    print(f"Of the {found.n:,} latest incidents {found.fits:,} fit")
    for old, new, count in found.to_team:
        print(f"  {count:,} would go to {new} instead of {old}")
    if found.sent:
        print(f"  {found.stayed:,} of the {found.sent:,} it sends are with that team today")
    if found.to_type:
        print(f"  {found.to_type:,} would get another type")
    if found.type_checked:
        print(f"  {found.type_right:,} of {found.type_checked:,} that people looked at have that type")
    if not found.is_enough:
        print(f"  This trial doesn't count: try the rule on the {routing.LAST} latest before it goes live")
    for one in found.examples:
        print(f"  INC-{one.incident_id}  {one.before} -> {one.after}  {one.title}")
