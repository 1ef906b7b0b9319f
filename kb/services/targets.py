"""SLA targets per severity, and the business hours and holidays they count in."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import time

from sqlmodel import select

from kb import audit
from kb.desk import Desk
from kb.errors import NotValid
from kb.labels import Role, Severity
from kb.person import Person
from kb.sla.hours import public_holidays
from kb.tables import Preference, SlaTarget

DEFAULT_HOURS = {"days": [0, 1, 2, 3, 4], "from": "09:00", "to": "17:00"}
MOST_MINUTES = 60 * 24 * 365


@dataclass(frozen=True, slots=True)
class TargetRow:
    """Minutes allowed for the first answer and for the resolution."""

    severity: Severity
    response_minutes: int
    resolution_minutes: int
    is_around_the_clock: bool


@dataclass(frozen=True, slots=True)
class Hours:
    """Business hours: weekdays (0 Monday .. 6 Sunday), begin and end (HH:MM), and whose holidays count."""

    days: tuple[int, ...]
    begin: str
    end: str
    country: str
    region: str


def targets(desk: Desk, person: Person) -> tuple[TargetRow, ...]:
    """The stored targets, mildest severity first."""
    person.require(Role.AGENT, "see the SLA targets")
    with desk.reading() as session:
        rows = session.exec(select(SlaTarget).order_by(SlaTarget.severity)).all()
    found = [
        TargetRow(Severity(row.severity), row.response_minutes, row.resolution_minutes, row.is_around_the_clock)
        for row in rows
    ]
    return tuple(sorted(found, key=lambda row: list(Severity).index(row.severity)))


def save_target(
    desk: Desk,
    person: Person,
    severity: Severity,
    *,
    response_minutes: int,
    resolution_minutes: int,
    is_around_the_clock: bool,
) -> None:
    """Set what is promised for a severity, in minutes. Due times already given stay as they are."""
    person.require(Role.ADMIN, "change SLA targets")
    if not 1 <= response_minutes <= resolution_minutes <= MOST_MINUTES:
        raise NotValid("resolution_minutes", "The answer comes after at least 1 minute and not after the resolution.")
    with desk.transaction() as session:
        row = session.get(SlaTarget, severity) or SlaTarget(severity=severity, response_minutes=1, resolution_minutes=1)
        row.response_minutes, row.resolution_minutes = response_minutes, resolution_minutes
        row.is_around_the_clock = is_around_the_clock
        session.add(row)
        told = {"response": response_minutes, "resolution": resolution_minutes, "always": is_around_the_clock}
        audit.note(session, desk, person, "sla target", subject=f"severity:{severity}", **told)


def hours(desk: Desk) -> Hours:
    """The business hours in force (Monday to Friday 09:00-17:00 without holidays until somebody sets them)."""
    with desk.reading() as session:
        stored = {row.name: row.value for row in session.exec(select(Preference).order_by(Preference.name))}
    week = stored.get("business_hours", DEFAULT_HOURS)
    place = stored.get("holidays", {})
    return Hours(tuple(week["days"]), week["from"], week["to"], place.get("country", ""), place.get("region", ""))


def save_hours(desk: Desk, person: Person, chosen: Hours) -> None:
    """Set business hours and holidays. NotValid names what can't be."""
    person.require(Role.ADMIN, "change business hours")
    _check_hours(chosen)
    week = {"days": sorted(set(chosen.days)), "from": chosen.begin, "to": chosen.end}
    place = {"country": chosen.country, "region": chosen.region}
    with desk.transaction() as session:
        session.merge(Preference(name="business_hours", value=week))
        session.merge(Preference(name="holidays", value=place))
        audit.note(session, desk, person, "business hours", subject="preference:business_hours", **week, **place)


def _check_hours(chosen: Hours) -> None:
    if not chosen.days or not set(chosen.days) <= set(range(7)):
        raise NotValid("days", "Choose at least one weekday.")
    try:
        begin, end = time.fromisoformat(chosen.begin), time.fromisoformat(chosen.end)
    except ValueError as error:
        raise NotValid("begin", "Times are written 09:00.") from error
    if begin >= end:
        raise NotValid("end", "The day ends after it begins.")
    if chosen.country:
        try:
            public_holidays(chosen.country, chosen.region)
        except NotImplementedError as error:
            raise NotValid("country", f"No holidays are known for {chosen.country} {chosen.region}.") from error
