"""Incidents of one trouble: a parent, and the like reports under it that are resolved with it."""

from __future__ import annotations

from datetime import datetime

from sqlmodel import Session, col, func, select, update

from kb.desk import Desk
from kb.errors import Conflict, NotFound, NotValid
from kb.incidents.access import GONE, find, staff_reach
from kb.incidents.fields import number
from kb.incidents.telling import note, tell
from kb.labels import LIVE
from kb.person import Person
from kb.tables import Incident, Outage, TimelineEntry

ACTION = "put incidents together"
TOGETHER = "together"
"""The timeline entry of a report whose status was changed with that of the incident it stands under."""


def join(desk: Desk, person: Person, incident_id: int, parent_id: int) -> None:
    """Put a report under another one of the same trouble: what resolves that one resolves this one, too.

    The parent of a parent counts. Raises Conflict when the parent is no longer open.
    """
    with desk.transaction() as session:
        incident = staff_reach(session, person, incident_id, ACTION)
        join_within(session, desk, incident, person, parent=_top(session, parent_id))


def leave(desk: Desk, person: Person, incident_id: int) -> None:
    """Take a report out again: it is a trouble of its own."""
    with desk.transaction() as session:
        incident = staff_reach(session, person, incident_id, ACTION)
        if incident.parent_id is not None:
            old, incident.parent_id = number(incident.parent_id), None
            note(session, desk, incident, person, kind="parent", old=old)


def join_within(session: Session, desk: Desk, incident: Incident, person: Person, *, parent: Incident) -> None:
    """Join in the caller's transaction; those under `incident` come along. Its reporter is told."""
    if incident.id == parent.id:
        raise NotValid("parent_id", "An incident can't stand under itself.")
    if parent.status not in LIVE:
        raise Conflict(f"{number(parent.id)} is no longer open.")
    if incident.parent_id == parent.id:
        return
    for one in (incident, *children(session, incident)):
        one.parent_id = parent.id
        note(session, desk, one, person, kind="parent", new=number(parent.id))
    subject = f"others report the same; it is solved together with {number(parent.id)}"
    tell(session, desk, incident, person, subject=subject, staff=False)


def children(session: Session, parent: Incident, *, is_live: bool = False) -> list[Incident]:
    """The reports under an incident, oldest first."""
    query = select(Incident).where(Incident.parent_id == parent.id).order_by(col(Incident.id))
    if is_live:
        query = query.where(col(Incident.status).in_(LIVE))
    return list(session.exec(query))


def note_together(session: Session, desk: Desk, child: Incident, person: Person) -> None:
    """Say in the report's timeline that the change of its status just noted came with the one it stands under."""
    note(session, desk, child, person, kind=TOGETHER, new=number(child.parent_id))


def ended_with(session: Session, parent: Incident) -> list[Incident]:
    """The reports under an incident that its end ended and nobody has touched since, oldest first.

    The timeline tells: their last change of status came together with it. One that was resolved before, or for itself
    after it was reopened, has a later or no such entry.
    """
    under = select(Incident.id).where(Incident.parent_id == parent.id, col(Incident.status).not_in(LIVE))
    last = select(func.max(TimelineEntry.id)).where(col(TimelineEntry.kind).in_(("status", TOGETHER)))
    last = last.where(col(TimelineEntry.incident_id).in_(under)).group_by(col(TimelineEntry.incident_id))
    query = (
        select(Incident)
        .join(TimelineEntry, col(TimelineEntry.incident_id) == col(Incident.id))
        .where(col(TimelineEntry.id).in_(last), TimelineEntry.kind == TOGETHER, TimelineEntry.new == number(parent.id))
    )
    return list(session.exec(query.order_by(col(Incident.id))))


def count(session: Session, incident_id: int | None) -> int:
    """How many reports stand under an incident."""
    return session.exec(select(func.count()).where(col(Incident.parent_id) == incident_id)).one()


def end_outage(session: Session, desk: Desk, incident: Incident) -> None:
    """The outage recorded for a major incident ends with it."""
    going_on = update(Outage).where(col(Outage.incident_id) == incident.id, col(Outage.ended_at).is_(None))
    session.exec(going_on.values(ended_at=desk.now()))


def resume_outage(session: Session, desk: Desk, incident: Incident, since: datetime) -> None:
    """What ended with a major incident, `since` then, goes on from now as an outage of its own: it is back."""
    query = select(Outage).where(col(Outage.incident_id) == incident.id, col(Outage.ended_at) >= since)
    over = session.exec(query.order_by(col(Outage.id).desc())).first()
    if over is not None:
        again = over.model_dump(include={"service_id", "kind", "message", "incident_id", "is_demo"})
        session.add(Outage(**again, started_at=desk.now()))


def _top(session: Session, parent_id: int) -> Incident:
    parent = find(session, parent_id, lock=True)
    if parent is not None and parent.parent_id is not None:
        parent = find(session, parent.parent_id, lock=True)
    if parent is None:
        raise NotFound(GONE)
    return parent
