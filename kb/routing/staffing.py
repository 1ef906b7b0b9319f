"""Who is there, who knows what, and how much each has to do."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlmodel import Session, col, func, select

from kb.desk import Desk
from kb.errors import NotFound
from kb.labels import LIVE, Role
from kb.person import Person
from kb.tables import Account, Incident, IncidentType, PersonSkill, Team

STAFF = (Role.AGENT, Role.LEAD, Role.ADMIN)


@dataclass(frozen=True, slots=True)
class Standing:
    """A team at this moment. `skills` counts who is there and knows it."""

    team_id: int
    name: str
    people: int
    available: int
    live: int
    skills: Mapping[str, int]

    @property
    def load(self) -> float:
        """Live incidents for each who is there."""
        return self.live / self.available if self.available else float("inf")

    @property
    def is_staffed(self) -> bool:
        """Whether an incident may go there; of a team whose people have no accounts nobody knows better."""
        return self.available > 0 or self.people == 0


@dataclass(frozen=True, slots=True)
class Hand:
    """Somebody who could take an incident."""

    account_id: int
    name: str
    live: int
    is_skilled: bool
    is_away: bool


def staffing(desk: Desk, person: Person) -> tuple[Standing, ...]:
    """All teams by name with who is there and what they have to do."""
    person.require(Role.AGENT, "see who is there")
    with desk.reading() as session:
        return tuple(standings(session, desk.now()).values())


def hands(desk: Desk, person: Person, incident_id: int) -> tuple[Hand, ...]:
    """Who could take the incident: its team's people (everybody's, when it has none), those first who are there, know
    what its type needs and have least to do."""
    person.require(Role.AGENT, "assign incidents")
    with desk.reading() as session:
        incident = session.get(Incident, incident_id)
        if incident is None:
            raise NotFound("There is no such incident.")
        type_ = session.get(IncidentType, incident.type) if incident.type else None
        live = _live_by(session, Incident.assignee_id)
        known = _skills(session)
        found = [
            Hand(id, name, live[id], bool(type_ and type_.skill in known[id]), _is_away(until, desk.now()))
            for id, name, team_id, until in _staff(session)
            if incident.team_id in (None, team_id)
        ]
    return tuple(sorted(found, key=lambda hand: (hand.is_away, not hand.is_skilled, hand.live, hand.name)))


def standings(session: Session, now: datetime) -> dict[int, Standing]:
    """Team id -> how it stands, by name."""
    live, known = _live_by(session, Incident.team_id), _skills(session)
    people, there, skills = Counter[int](), Counter[int](), defaultdict[int, Counter[str]](Counter)
    for account_id, _, team_id, until in _staff(session):
        if team_id is not None:
            people[team_id] += 1
            if not _is_away(until, now):
                there[team_id] += 1
                skills[team_id].update(known[account_id])
    teams = session.exec(select(Team).order_by(func.lower(Team.name), col(Team.id)))
    return {
        id: Standing(id, team.name, people[id], there[id], live[id], dict(skills[id]))
        for team in teams
        if (id := team.id or 0)
    }


def _staff(session: Session) -> list[tuple[int, str, int | None, datetime | None]]:
    """Id, name, team and absence of everybody who works on incidents."""
    query = select(Account.id, Account.name, Account.team_id, Account.away_until)
    works = (col(Account.role).in_(STAFF), col(Account.is_disabled).is_(False))
    rows = session.exec(query.where(*works).order_by(func.lower(Account.name), col(Account.id)))
    return [(id or 0, name, team_id, until) for id, name, team_id, until in rows]


def _skills(session: Session) -> defaultdict[int, set[str]]:
    known = defaultdict[int, set[str]](set)
    for row in session.exec(select(PersonSkill).order_by(col(PersonSkill.id))):
        known[row.account_id].add(row.skill)
    return known


def _live_by(session: Session, column: int | None) -> Counter[int]:
    """How many live incidents each team or assignee has."""
    query = select(column, func.count(col(Incident.id))).where(col(Incident.status).in_(LIVE), col(column).is_not(None))
    return Counter({id or 0: n for id, n in session.exec(query.group_by(col(column)))})


def _is_away(until: datetime | None, now: datetime) -> bool:
    return until is not None and until > now
