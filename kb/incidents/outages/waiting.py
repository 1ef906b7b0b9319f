"""Bursts as leads see them: those nobody has decided on, and newcomers to those that were announced."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlmodel import Session, col, select

from kb.desk import Desk
from kb.incidents.family import children
from kb.incidents.fields import number
from kb.incidents.outages.looking import REMEMBERED, reporter
from kb.labels import LIVE, Role
from kb.person import Person
from kb.tables import Burst, Incident, Watcher
from models.bursts import LEAST_PEOPLE

UNDECIDED, ANNOUNCED, DISMISSED = "", "announced", "dismissed"


@dataclass(frozen=True, slots=True)
class Report:
    """One report of a burst."""

    id: int
    number: str
    title: str
    service_id: int | None
    created_at: datetime


@dataclass(frozen=True, slots=True)
class BurstView:
    """A burst with the reports that are still open and stand alone.

    `chance_a_month` is how often a month would bring as many like reports by chance; with `is_joined` some of the
    people joined a report by "me too", which it knows nothing of. `parent` is the number of the major incident when
    it was announced already, and `reports` are those that came since.
    """

    id: int
    people: int
    chance_a_month: float
    is_joined: bool
    found_at: datetime
    parent: str
    reports: tuple[Report, ...]

    @property
    def service_id(self) -> int | None:
        """The service most of them name."""
        named = [report.service_id for report in self.reports if report.service_id is not None]
        return max(named, key=named.count, default=None)


def waiting(desk: Desk, person: Person) -> tuple[BurstView, ...]:
    """The bursts of the last day that wait for a decision, the largest first."""
    person.require(Role.LEAD, "decide on major incidents")
    query = (
        select(Burst)
        .where(col(Burst.found_at) >= desk.now() - REMEMBERED, col(Burst.decision) != DISMISSED)
        .order_by(col(Burst.people).desc(), col(Burst.id))
    )
    with desk.reading() as session:
        found = [_view(session, burst) for burst in session.exec(query)]
    return tuple(view for view in found if view is not None)


def alone(session: Session, burst: Burst) -> list[Incident]:
    """Those of its reports that are open and under no other, oldest first."""
    query = select(Incident).where(
        col(Incident.id).in_(burst.incident_ids), col(Incident.status).in_(LIVE), col(Incident.parent_id).is_(None)
    )
    return list(session.exec(query.order_by(col(Incident.id))))


def _view(session: Session, burst: Burst) -> BurstView | None:
    """None when nothing is left to decide on."""
    is_told = burst.decision == ANNOUNCED
    parent = session.get(Incident, burst.incident_id) if is_told else None
    rows = [row for row in alone(session, burst) if not is_told or row.id != burst.incident_id]
    is_over = parent is not None and parent.status not in LIVE
    if is_over or not (rows if is_told else _are_enough(session, rows)):
        return None
    return BurstView(
        id=burst.id or 0,
        people=burst.people,
        chance_a_month=burst.chance_a_month,
        is_joined=bool(_joined(session, burst.incident_ids)),
        found_at=burst.found_at,
        parent=number(burst.incident_id) if is_told else "",
        reports=tuple(Report(row.id or 0, number(row.id), row.title, row.service_id, row.created_at) for row in rows),
    )


def _are_enough(session: Session, rows: Sequence[Incident]) -> bool:
    """Two reports, or one that enough people say: its reporter, those of reports under it, and whoever joined."""
    if len(rows) != 1:
        return len(rows) > 1
    family = [rows[0], *children(session, rows[0], is_live=True)]
    people = {*map(reporter, family), *_joined(session, [row.id or 0 for row in family])}
    return len(people) >= LEAST_PEOPLE


def _joined(session: Session, incident_ids: Sequence[int]) -> list[str]:
    """Who said "me too" to one of these reports."""
    query = select(Watcher.who).where(col(Watcher.incident_id).in_(incident_ids), col(Watcher.is_affected))
    return list(session.exec(query.order_by(col(Watcher.id))))
