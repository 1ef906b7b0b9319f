"""Teams, and whom a notice to a team or to the leads reaches."""

from __future__ import annotations

import re
from dataclasses import dataclass

from sqlmodel import Session, col, func, select

from kb.cleaning import one_line
from kb.desk import Desk
from kb.errors import Conflict, NotFound, NotValid
from kb.labels import Role, SupportModel
from kb.person import Person
from kb.tables import Account, Team


@dataclass(frozen=True, slots=True)
class TeamView:
    """A team and how many people are in it."""

    id: int
    slug: str
    name: str
    support_model: SupportModel
    people: int


def teams(desk: Desk, person: Person) -> tuple[TeamView, ...]:
    """All teams by name; for agents and above."""
    person.require(Role.AGENT, "see the teams")
    counts = select(Account.team_id, func.count().label("people")).where(col(Account.is_disabled).is_(False))
    members = counts.group_by(col(Account.team_id)).subquery()
    query = select(Team, members.c.people).outerjoin(members, members.c.team_id == Team.id)
    with desk.reading() as session:
        rows = session.exec(query.order_by(func.lower(Team.name), col(Team.id))).all()
    return tuple(
        TeamView(team.id or 0, team.slug, team.name, SupportModel(team.support_model), people or 0)
        for team, people in rows
    )


def add_team(desk: Desk, person: Person, name: str, *, support_model: SupportModel = SupportModel.IN_HOUSE) -> int:
    """A new team; its slug is made from the name. Raises Conflict when the slug is taken."""
    person.require(Role.ADMIN, "add a team")
    name = _team_name(name)
    slug = re.sub(r"\W+", "_", name.lower()).strip("_")
    with desk.transaction() as session:
        if session.exec(select(Team.id).where(Team.slug == slug)).first():
            raise Conflict(f"There is a team {name} already.")
        team = Team(slug=slug, name=name, support_model=support_model)
        session.add(team)
        session.flush()
        return team.id or 0


def change_team(desk: Desk, person: Person, team_id: int, *, name: str, support_model: SupportModel) -> None:
    """Rename a team or move it to another support model; the slug, by which figures know it, stays."""
    person.require(Role.ADMIN, "change a team")
    name = _team_name(name)
    with desk.transaction() as session:
        team = session.get(Team, team_id)
        if team is None:
            raise NotFound("There is no such team.")
        team.name, team.support_model = name, support_model


def team_members(session: Session, team_id: int) -> list[int]:
    """Account ids of a team's people who can sign in."""
    query = select(Account.id).where(Account.team_id == team_id, col(Account.is_disabled).is_(False))
    return [account_id for account_id in session.exec(query.order_by(col(Account.id))) if account_id]


def leads(session: Session) -> list[int]:
    """Account ids of leads and administrators who can sign in."""
    query = select(Account.id).where(
        col(Account.role).in_([Role.LEAD, Role.ADMIN]), col(Account.is_disabled).is_(False)
    )
    return [account_id for account_id in session.exec(query.order_by(col(Account.id))) if account_id]


def _team_name(name: str) -> str:
    name = one_line(name)
    if not 1 <= len(name) <= 80 or not re.search(r"\w", name):
        raise NotValid("name", "A team needs a name of up to 80 characters.")
    return name
