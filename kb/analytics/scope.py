"""What a figure is asked over: a period of whole days, and perhaps one team or one type."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import ColumnElement
from sqlmodel import col

from kb.desk import Desk
from kb.errors import NotValid
from kb.tables import Incident

YEAR = 365
LONGEST = timedelta(days=20 * 366)
EARLIEST = date(1990, 1, 1)


@dataclass(frozen=True, slots=True)
class Month:
    """A calendar month, cut to the period. `end` is the first instant after it."""

    label: str
    begin: datetime
    end: datetime


@dataclass(frozen=True, slots=True)
class Scope:
    """Days `first` to `last` of the portal's time zone, both counted; begin and end are the instants, end excluded."""

    first: date
    last: date
    begin: datetime
    end: datetime
    now: datetime
    zone: ZoneInfo
    verify_days: int
    team_id: int | None = None
    type: str = ""

    def holds(self, at: Any) -> tuple[ColumnElement[bool], ...]:
        """SQL: the instant lies in the period."""
        return col(at) >= self.begin, col(at) < self.end

    def incidents(self, at: Any) -> tuple[ColumnElement[bool], ...]:
        """SQL: the incident's instant `at` lies in the period, and team and type are the chosen ones."""
        return *self.holds(at), *self.chosen()

    def chosen(self) -> tuple[ColumnElement[bool], ...]:
        """SQL: the incident's team and type are the chosen ones."""
        team = (col(Incident.team_id) == self.team_id,) if self.team_id is not None else ()
        return (*team, col(Incident.type) == self.type) if self.type else team

    def months(self) -> Iterator[Month]:
        """The months of the period, oldest first; the first and last may be cut short."""
        first = self.first.replace(day=1)
        while first <= self.last:
            following = (first + timedelta(days=32)).replace(day=1)
            begin, end = midnight(first, self.zone), midnight(following, self.zone)
            yield Month(f"{first:%Y-%m}", max(begin, self.begin), min(end, self.end))
            first = following


def scope(
    desk: Desk, first: date | None = None, last: date | None = None, *, team_id: int | None = None, type: str = ""
) -> Scope:
    """The period from `first` to `last`, both days counted; by default the last 365 days and today.

    Raises NotValid when it ends before it begins, or is out of reach.
    """
    now, zone = desk.now(), desk.settings.zone
    today = now.astimezone(zone).date()
    last = last or (max(first, today) if first else today)
    first = first or last - timedelta(days=YEAR)
    if last < first:
        raise NotValid("last", "The period ends before it begins.")
    if first < EARLIEST or last > today + timedelta(days=YEAR) or last - first > LONGEST:
        raise NotValid("first", f"Choose a period of at most 20 years, from {EARLIEST.year} on.")
    begin, end = midnight(first, zone), midnight(last + timedelta(days=1), zone)
    return Scope(first, last, begin, end, now, zone, desk.settings.verify_days, team_id, type)


def midnight(day: date, zone: ZoneInfo) -> datetime:
    """The instant a day begins in the zone."""
    return datetime.combine(day, time(), zone).astimezone(UTC)
