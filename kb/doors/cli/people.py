"""`firstline user add|list|invite|disable`: who may sign in."""

from __future__ import annotations

from typing import Annotated

import typer

from kb import people
from kb.doors.cli.base import app, desk, show_json
from kb.labels import Role
from kb.person import OPERATOR

user = typer.Typer(help="Add, list, invite and disable people.", no_args_is_help=True)
app.add_typer(user, name="user")

Email = Annotated[str, typer.Argument(help="The address the person signs in with.")]


@user.command()
def add(
    email: Email,
    role: Annotated[Role, typer.Option(help="user, agent, lead or admin.")] = Role.USER,
    name: Annotated[str, typer.Option(help="Shown to others; else the part before the @.")] = "",
) -> None:
    """Add somebody and print the one-time link that sets the password.

    Example: firstline user add ann@example.com --role lead
    """
    handle = desk()
    invited = people.add(handle, OPERATOR, name=name or email.split("@")[0], email=email, role=role)
    _print_link(invited.token)


@user.command()
def invite(email: Email) -> None:
    """Print a new one-time link, for somebody whose link expired or password is forgotten.

    Example: firstline user invite ann@example.com
    """
    handle = desk()
    _print_link(people.invite(handle, OPERATOR, people.find(handle, OPERATOR, email).id))


@user.command("list")
def list_people(json: Annotated[bool, typer.Option("--json", help="Print the accounts as JSON.")] = False) -> None:
    """List everybody: e-mail address, role, team, state. Example: firstline user list"""
    accounts = people.accounts(desk(), OPERATOR)
    if json:
        show_json(accounts)
        return
    for account in accounts:
        state = "disabled" if account.is_disabled else "invited" if account.is_invited else "active"
        print(f"{account.email:<40} {account.role:<6} {state:<9} {account.name}  {account.team}".rstrip())


@user.command()
def disable(email: Email) -> None:
    """Close an account and end its sessions. Example: firstline user disable ann@example.com"""
    handle = desk()
    account = people.find(handle, OPERATOR, email)
    people.disable(handle, OPERATOR, account.id)
    print(f"{account.email} is disabled.")


def _print_link(token: str) -> None:
    print(f"{desk().settings.base_url}/account/invite?token={token}")
