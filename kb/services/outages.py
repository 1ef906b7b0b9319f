"""Outages: recorded ones count against availability, present and coming ones are shown as a banner."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import bindparam
from sqlmodel import col, or_, select

from kb.desk import Desk
from kb.errors import Conflict, NotFound, NotValid
from kb.labels import OutageKind, Role
from kb.person import Person
from kb.tables import Outage, Service

ANNOUNCED = timedelta(days=2)
_BANNERS = (
    select(Outage, Service.name)
    .join(Service, col(Service.id) == Outage.service_id)
    .where(or_(col(Outage.ended_at).is_(None), col(Outage.ended_at) > bindparam("now")))
    .where(col(Outage.started_at) < bindparam("soon"), col(Outage.incident_id).is_(None))
    .order_by(col(Outage.started_at), col(Outage.id))
)
"""Asked on every page that is opened, and therefore made once."""
"""How long before it begins a planned outage is shown."""


@dataclass(frozen=True, slots=True)
class Banner:
    """What everybody should know now. `is_present` False: it is still to come."""

    outage_id: int
    service: str
    kind: OutageKind
    message: str
    started_at: datetime
    ended_at: datetime | None
    is_present: bool


@dataclass(frozen=True, slots=True)
class OutageRow:
    """One recorded outage."""

    id: int
    service: str
    kind: OutageKind
    message: str
    started_at: datetime
    ended_at: datetime | None


def banners(desk: Desk) -> tuple[Banner, ...]:
    """Present outages and planned ones of the next two days, soonest first; anybody may see them.

    Those of major incidents are not among them: `kb.incidents.outages.announced` has these.
    """
    now = desk.now()
    with desk.reading() as session:
        rows = session.exec(_BANNERS, params={"now": now, "soon": now + ANNOUNCED}).all()
    return tuple(
        Banner(
            row.id or 0, name, OutageKind(row.kind), row.message, row.started_at, row.ended_at, row.started_at <= now
        )
        for row, name in rows
    )


def outages(desk: Desk, person: Person, *, limit: int = 50) -> tuple[OutageRow, ...]:
    """The latest recorded outages."""
    person.require(Role.AGENT, "see the list of outages")
    query = (
        select(Outage, Service.name)
        .join(Service, col(Service.id) == Outage.service_id)
        .order_by(col(Outage.started_at).desc(), col(Outage.id).desc())
        .limit(limit)
    )
    with desk.reading() as session:
        rows = session.exec(query).all()
    return tuple(
        OutageRow(row.id or 0, name, OutageKind(row.kind), row.message, row.started_at, row.ended_at)
        for row, name in rows
    )


def record_outage(
    desk: Desk,
    person: Person,
    service_id: int,
    *,
    kind: OutageKind,
    message: str,
    started_at: datetime,
    ended_at: datetime | None = None,
) -> int:
    """Record an outage, or announce a planned one (which needs its end); gives its id."""
    person.require(Role.AGENT, "record outages")
    if kind is OutageKind.PLANNED and ended_at is None:
        raise NotValid("ended_at", "A planned outage needs its end.")
    if ended_at is not None and ended_at <= started_at:
        raise NotValid("ended_at", "An outage ends after it begins.")
    with desk.transaction() as session:
        if session.get(Service, service_id) is None:
            raise NotFound("There is no such service.")
        row = Outage(
            service_id=service_id, kind=kind, message=message.strip()[:500], started_at=started_at, ended_at=ended_at
        )
        session.add(row)
    return row.id or 0


def end_outage(desk: Desk, person: Person, outage_id: int) -> None:
    """Say that an outage is over now. Conflict when it has not begun."""
    person.require(Role.AGENT, "end outages")
    with desk.transaction() as session:
        row = session.get(Outage, outage_id)
        if row is None:
            raise NotFound("There is no such outage.")
        if row.started_at >= desk.now():
            raise Conflict("This outage has not begun yet.")
        row.ended_at = desk.now()
        session.add(row)
