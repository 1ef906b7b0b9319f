"""Due times, pauses and breaches."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo

from sqlmodel import Session, and_, col, or_, select

from kb import outbox
from kb.desk import Desk
from kb.labels import CATEGORY, Category, Role, Severity, words
from kb.person import Person
from kb.sla.hours import Calendar, after, business_seconds, public_holidays
from kb.tables import Incident, Preference, SlaTarget, TimelineEntry

MINUTE = 60
BREACHES_AT_A_TIME = 500


DEFAULT_TARGETS: dict[str, SlaTarget] = {
    Severity.CRITICAL: SlaTarget(
        severity=Severity.CRITICAL, response_minutes=15, resolution_minutes=4 * 60, is_around_the_clock=True
    ),
    Severity.HIGH: SlaTarget(severity=Severity.HIGH, response_minutes=30, resolution_minutes=8 * 60),
    Severity.MEDIUM: SlaTarget(severity=Severity.MEDIUM, response_minutes=2 * 60, resolution_minutes=24 * 60),
    Severity.LOW: SlaTarget(severity=Severity.LOW, response_minutes=8 * 60, resolution_minutes=72 * 60),
}
DEFAULT_HOURS: dict[str, Any] = {"days": [0, 1, 2, 3, 4], "from": "09:00", "to": "17:00"}


@dataclass(frozen=True, slots=True)
class Rules:
    """The targets in force, read once and asked for as many incidents as one likes."""

    business: Calendar
    always: Calendar
    targets: Mapping[str, SlaTarget]

    def calendar(self, severity: str) -> Calendar:
        return self.always if self.targets[severity].is_around_the_clock else self.business

    def due(self, severity: str, from_at: datetime, extra_seconds: float = 0) -> tuple[datetime, datetime]:
        """When the first answer and when the resolution is due; `extra_seconds` is what was spent on hold."""
        target, calendar = self.targets[severity], self.calendar(severity)
        minutes = (target.response_minutes, target.resolution_minutes)
        response, resolution = (after(calendar, from_at, m * MINUTE + extra_seconds) for m in minutes)
        return response, resolution


def rules(session: Session, desk: Desk) -> Rules:
    """The targets and hours in force: the stored ones, the defaults where nothing is stored."""
    stored = {row.name: row.value for row in session.exec(select(Preference).order_by(Preference.name))}
    targets: dict[str, SlaTarget] = {**DEFAULT_TARGETS}
    targets |= {row.severity: row for row in session.exec(select(SlaTarget).order_by(SlaTarget.severity))}
    zone = desk.settings.zone
    business = calendar_of(zone, stored.get("business_hours") or DEFAULT_HOURS, stored.get("holidays") or {})
    return Rules(business, Calendar(zone), targets)


def calendar_of(zone: ZoneInfo, hours: Mapping[str, Any], days_off: Mapping[str, str]) -> Calendar:
    """A calendar from the preferences `business_hours` and `holidays`."""
    free: Mapping[date, str] = {}
    if days_off.get("country"):
        free = public_holidays(days_off["country"], days_off.get("region", ""))
    return Calendar(zone, frozenset(hours["days"]), _minutes(hours["from"]), _minutes(hours["to"]), free)


def due(session: Session, desk: Desk, severity: str, from_at: datetime) -> tuple[datetime, datetime]:
    """When the first answer and when the resolution of such an incident are due (UTC)."""
    return rules(session, desk).due(severity, from_at)


def retarget(session: Session, desk: Desk, incident: Incident) -> None:
    """Set the due times anew after the severity has changed; time on hold stays taken off."""
    found = rules(session, desk).due(incident.severity, incident.created_at, incident.paused_seconds)
    incident.response_due_at, incident.resolution_due_at = found


def resume(session: Session, desk: Desk, incident: Incident, since: datetime) -> None:
    """Move the due times by the business hours since `since`, when the clock stopped; what was late stays late."""
    calendar = rules(session, desk).calendar(incident.severity)
    spent = business_seconds(calendar, since, desk.now())
    incident.paused_seconds += round(spent)
    if incident.responded_at is None and incident.response_due_at and incident.response_due_at > since:
        incident.response_due_at = after(calendar, incident.response_due_at, spent)
    if incident.resolution_due_at and incident.resolution_due_at > since:
        incident.resolution_due_at = after(calendar, incident.resolution_due_at, spent)


def mark_breaches(desk: Desk, person: Person) -> int:
    """Note every due time that has passed, once: a timeline entry, and a notice to the assignee and leads."""
    person.require(Role.ADMIN, "run the clock")
    now = desk.now()
    running = [status for status, category in CATEGORY.items() if category is Category.RUNNING]
    late_answer = (
        col(Incident.response_due_at) < now,
        col(Incident.responded_at).is_(None),
        col(Incident.is_response_breached).is_(False),
    )
    late_resolution = (col(Incident.resolution_due_at) < now, col(Incident.is_resolution_breached).is_(False))
    with desk.transaction() as session:
        late = session.exec(
            select(Incident)
            .where(col(Incident.status).in_(running))
            .where(or_(and_(*late_answer), and_(*late_resolution)))
            .order_by(col(Incident.id))
            .limit(BREACHES_AT_A_TIME)
        ).all()
        return sum(_mark(session, desk, incident) for incident in late)


def _mark(session: Session, desk: Desk, incident: Incident) -> int:
    marked, now = 0, desk.now()
    if not incident.is_response_breached and incident.responded_at is None and _passed(incident.response_due_at, now):
        incident.is_response_breached = True
        _tell(session, desk, incident, "first answer")
        marked += 1
    if not incident.is_resolution_breached and _passed(incident.resolution_due_at, now):
        incident.is_resolution_breached = True
        _tell(session, desk, incident, "resolution")
        marked += 1
    return marked


def _tell(session: Session, desk: Desk, incident: Incident, what: str) -> None:
    line = f"The {what} is overdue"
    entry = TimelineEntry(
        incident_id=incident.id or 0,
        kind="breach",
        actor="Clock",
        body=line,
        field=what,
        is_public=False,
        at=desk.now(),
    )
    session.add(entry)
    outbox.queue(
        session,
        desk,
        accounts=[incident.assignee_id, *outbox.leads(session, incident.team_id)],
        subject=f"INC-{incident.id}: the {what} is overdue ({words(incident.severity).lower()})",
        body=incident.title,
        link=f"/incident?id=INC-{incident.id}",
        event="incident.breached",
        payload={"number": f"INC-{incident.id}", "what": what, "severity": incident.severity},
    )


def _passed(due_at: datetime | None, now: datetime) -> bool:
    return due_at is not None and due_at < now


def _minutes(clock: str) -> int:
    hours, minutes = clock.split(":")
    return int(hours) * 60 + int(minutes)
