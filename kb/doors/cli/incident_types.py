"""`firstline types`: an installation's own incident types."""

from __future__ import annotations

from typing import Annotated

import typer

from kb import services
from kb.doors.cli.base import app, desk, show_json
from kb.errors import NotFound
from kb.person import OPERATOR
from kb.services import TypeRow

types = typer.Typer(help="List, add, rename and merge incident types.", no_args_is_help=True)
app.add_typer(types, name="types")
Json = Annotated[bool, typer.Option("--json", help="Print JSON.")]
Slug = Annotated[str, typer.Argument(help="The type's short name, such as data_integration.")]


@types.command("list")
def list_types(json: Json = False) -> None:
    """List all types, also those that were merged or retired.

    Example: firstline types list
    """
    found = services.types(desk(), with_inactive=True)
    if json:
        return show_json(found)
    for row in found:
        state = "" if row.is_active else f"merged into {row.merged_into}" if row.merged_into else "not in use"
        print(f"{row.slug:<20} {row.name:<24} {state}".rstrip())


@types.command()
def add(
    name: Annotated[str, typer.Argument(help="What people read.")],
    means: Annotated[str, typer.Option(help="What belongs to it, in a sentence.")] = "",
) -> None:
    """Add a type of your own; its short name is made from its name.

    Example: firstline types add "Medical devices" --means "A device at the bedside does not work"
    """
    slug = services.save_type(desk(), OPERATOR, "", name=name, description=means)
    print(f"Added {slug}; the assistant learns it from reviewed incidents")


@types.command()
def rename(slug: Slug, name: Annotated[str, typer.Argument(help="Its new name.")]) -> None:
    """Give a type another name; the short name stays, and what was learned with it.

    Example: firstline types rename performance "Too slow"
    """
    handle = desk()
    row = _existing(slug, services.types(handle, with_inactive=True))
    services.save_type(
        handle, OPERATOR, slug, name=name, description=row.description, team_id=row.team_id, skill=row.skill,
        is_active=row.is_active,
    )  # fmt: skip
    print(f"{row.name} is called {name} now")


@types.command()
def merge(slug: Slug, into: Annotated[str, typer.Option(help="The type that takes it in.")]) -> None:
    """Let one type take another in, with its incidents, articles, rules and all that was learned.

    Example: firstline types merge data_corruption --into data_integration
    """
    done = services.merge_types(desk(), OPERATOR, slug, into=into)
    print(f"Merged: {done.incidents:,} incidents and {done.articles:,} articles moved to {into}")


@types.command()
def history(json: Json = False) -> None:
    """Say what became of the types, the latest first.

    Example: firstline types history
    """
    found = services.type_history(desk(), OPERATOR)
    if json:
        return show_json(found)
    for row in found:
        names = " -> ".join(filter(None, (row.old, row.new)))
        moved = f", {row.incidents:,} incidents moved" if row.incidents else ""
        print(f"{row.at:%Y-%m-%d %H:%M}  {row.kind:<8} {names} by {row.by}{moved}")


def _existing(slug: str, known: tuple[TypeRow, ...]) -> TypeRow:
    found = next((row for row in known if row.slug == slug), None)
    if found is None:
        raise NotFound(f"There is no incident type {slug[:40]!r}.")
    return found
