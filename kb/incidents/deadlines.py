"""How the due times of an incident came about, line by line."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime

from sqlmodel import Session, col, select

from kb import sla
from kb.desk import Desk
from kb.incidents.access import reach
from kb.labels import CATEGORY, Category, Role, Status
from kb.person import Person
from kb.tables import Incident, TimelineEntry


@dataclass(frozen=True, slots=True)
class Deadline:
    """A due time and its ledger. `promised_seconds` is today's target; an earlier one may have set the time."""

    what: str
    promised_seconds: int
    ledger: sla.Ledger


def deadlines(desk: Desk, person: Person, incident_id: int) -> tuple[Deadline, ...]:
    """The ledgers of the first answer and of the resolution, for agents. Raises NotFound."""
    person.require(Role.AGENT, "see how a due time came about")
    with desk.reading() as session:
        incident, _ = reach(session, person, incident_id)
        rules, pauses = sla.rules(session, desk), tuple(_pauses(_changes(session, incident), desk.now()))
    target, calendar = rules.targets[incident.severity], rules.calendar(incident.severity)
    due = (
        ("first answer", incident.response_due_at, target.response_minutes),
        ("resolution", incident.resolution_due_at, target.resolution_minutes),
    )
    return tuple(
        Deadline(what, minutes * sla.MINUTE, sla.counted(calendar, incident.created_at, at, pauses))
        for what, at, minutes in due
        if at is not None
    )


def _changes(session: Session, incident: Incident) -> list[tuple[datetime, Status]]:
    query = select(TimelineEntry.at, TimelineEntry.new).where(
        TimelineEntry.incident_id == incident.id, TimelineEntry.kind == "status"
    )
    rows = session.exec(query.order_by(col(TimelineEntry.at), col(TimelineEntry.id))).all()
    return [(at, Status(new)) for at, new in rows]


def _pauses(changes: Iterable[tuple[datetime, Status]], now: datetime) -> Iterator[tuple[datetime, datetime]]:
    """The spans in which the clock stood still, the one that lasts included."""
    since: datetime | None = None
    for at, status in changes:
        is_running = CATEGORY[status] is Category.RUNNING
        if since is not None and is_running:
            yield since, at
        since = None if is_running else since or at
    if since is not None:
        yield since, now
