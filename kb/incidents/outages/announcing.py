"""Making a major incident of a burst: a parent for its reports, and a banner for everybody."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from sqlmodel import Session, col, func, select

from kb.desk import Desk
from kb.errors import Conflict, NotFound, NotValid
from kb.incidents.family import join_within
from kb.incidents.fields import cleaned, number
from kb.incidents.outages.waiting import ANNOUNCED, DISMISSED, UNDECIDED, alone
from kb.incidents.telling import note, tell
from kb.labels import LIVE, OutageKind, Role
from kb.person import Person
from kb.tables import Burst, Incident, Outage, Service, Watcher

ACTION = "decide on major incidents"
MOST_MESSAGE = 300
_GOING_ON = (
    select(Burst, Incident)
    .join(Incident, col(Incident.id) == col(Burst.incident_id))
    .where(Burst.decision == ANNOUNCED, col(Incident.status).in_(LIVE))
    .order_by(col(Burst.id).desc())
)
"""Asked on every page that is opened, and therefore made once."""


@dataclass(frozen=True, slots=True)
class Announced:
    """A major incident that everybody should know of. `affected` counts reporters and those who joined."""

    incident_id: int
    number: str
    message: str
    since: datetime
    affected: int


def announce(
    desk: Desk,
    person: Person,
    burst_id: int,
    *,
    message: str = "",
    service_id: int | None = None,
    but: Collection[int] = (),
) -> str:
    """Put the reports of a burst under the first of them and show `message` to everybody until that one is resolved.

    Reports in `but` stay alone. With a service the outage counts against its availability. Done again for a burst
    that was announced, it takes in those that came since, and a new message replaces the old one. Gives the number
    of the major incident.
    """
    person.require(Role.LEAD, ACTION)
    with desk.transaction() as session:
        burst = _burst(session, burst_id)
        message = cleaned(message)[:MOST_MESSAGE] or burst.message
        if not message:
            raise NotValid("message", "Say in one line what everybody should know.")
        reports = [row for row in alone(session, burst) if row.id not in but]
        parent = _parent(session, burst, reports)
        is_new = burst.decision == UNDECIDED
        burst.incident_id, burst.message = parent.id or 0, message
        burst.decision, burst.decided_by_id, burst.decided_at = ANNOUNCED, person.id, desk.now()
        if is_new:
            _begin(session, desk, person, parent, message)
        for row in reports:
            if row.id != parent.id:
                join_within(session, desk, row, person, parent=parent)
        if service_id is not None and is_new:
            _record_outage(session, service_id, parent, message)
        return number(parent.id)


def dismiss(desk: Desk, person: Person, burst_id: int) -> None:
    """These reports are no major incident; the burst is told again only when it has doubled."""
    person.require(Role.LEAD, ACTION)
    with desk.transaction() as session:
        burst = _burst(session, burst_id)
        if burst.decision == ANNOUNCED:
            raise Conflict("It was announced meanwhile. Resolve the major incident to end it.")
        burst.decision, burst.decided_by_id, burst.decided_at = DISMISSED, person.id, desk.now()


def announced(desk: Desk) -> tuple[Announced, ...]:
    """The major incidents that are going on, the newest first; anybody may see them."""
    with desk.reading() as session:
        return tuple(
            Announced(row.id or 0, number(row.id), burst.message, row.created_at, _affected(session, row))
            for burst, row in session.exec(_GOING_ON).all()
        )


def _burst(session: Session, burst_id: int) -> Burst:
    burst = session.get(Burst, burst_id, with_for_update=True)
    if burst is None:
        raise NotFound("There is no such burst of reports.")
    return burst


def _parent(session: Session, burst: Burst, reports: list[Incident]) -> Incident:
    """The major incident as it is, else the first of the reports."""
    parent = session.get(Incident, burst.incident_id) if burst.decision == ANNOUNCED else None
    if parent is None and reports:
        parent = reports[0]
    if parent is None or parent.status not in LIVE:
        raise Conflict("None of these reports is open any more.")
    return parent


def _begin(session: Session, desk: Desk, person: Person, parent: Incident, message: str) -> None:
    note(session, desk, parent, person, kind="major", body=message)
    tell(
        session, desk, parent, person, subject=f"a major incident: {message}", event="incident.major", watchers=True
    )  # fmt: skip


def _record_outage(session: Session, service_id: int, parent: Incident, message: str) -> None:
    if session.get(Service, service_id) is None:
        raise NotFound("There is no such service.")
    session.add(
        Outage(
            service_id=service_id,
            kind=OutageKind.UNPLANNED,
            message=message,
            started_at=parent.created_at,
            incident_id=parent.id,
        )
    )


def _affected(session: Session, parent: Incident) -> int:
    family = select(Incident.id).where((col(Incident.id) == parent.id) | (col(Incident.parent_id) == parent.id))
    reports = session.exec(select(func.count()).select_from(family.subquery())).one()
    joined = select(func.count(func.distinct(Watcher.who))).where(
        col(Watcher.incident_id).in_(family), col(Watcher.is_affected)
    )
    return reports + session.exec(joined).one()
