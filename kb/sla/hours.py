"""Business-hours arithmetic: which moments of a zone's days count."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo


@dataclass(frozen=True, slots=True, eq=False)
class Calendar:
    """When work is done: local `days` (0 is Monday) from `opens` to `closes`, in minutes after local midnight.

    Without any day, or with nothing between opening and closing, every moment counts.
    """

    zone: ZoneInfo
    days: frozenset[int] = frozenset()
    opens: int = 0
    closes: int = 24 * 60
    holidays: Mapping[date, str] = field(default_factory=dict)

    @property
    def is_always(self) -> bool:
        return not self.days or self.opens >= self.closes

    def windows(self, day: date) -> Iterator[tuple[datetime, datetime]]:
        """The UTC spans of one local day that count. Two on a day whose clocks change inside business hours."""
        if day.weekday() not in self.days or day in self.holidays:
            return
        for start, end, offset in self._even_parts(day):
            midnight = datetime.combine(day, time(), UTC) - offset
            start = max(start, midnight + timedelta(minutes=self.opens))
            end = min(end, midnight + timedelta(minutes=self.closes))
            if start < end:
                yield start, end

    def _even_parts(self, day: date) -> Iterator[tuple[datetime, datetime, timedelta]]:
        """The parts of a local day in which its distance to UTC is the same: (start, end, distance)."""
        start, end = self._midnight(day), self._midnight(day + timedelta(days=1))
        before, after = self._offset(start), self._offset(end - timedelta(seconds=1))
        if start >= end or before == after:
            yield start, end, after
            return
        low, high = start, end - timedelta(seconds=1)
        while high - low > timedelta(seconds=1):
            middle = low + (high - low) // 2
            middle = middle.replace(microsecond=0)
            low, high = (middle, high) if self._offset(middle) == before else (low, middle)
        yield start, high, before
        yield high, end, after

    def _midnight(self, day: date) -> datetime:
        return datetime.combine(day, time(), self.zone).astimezone(UTC)

    def _offset(self, at: datetime) -> timedelta:
        return at.astimezone(self.zone).utcoffset() or timedelta()


def business_seconds(calendar: Calendar, start: datetime, end: datetime) -> float:
    """Seconds of business hours from `start` to `end`; 0 when `end` is not later."""
    if calendar.is_always:
        return max(0.0, (end - start).total_seconds())
    total, day, last = 0.0, start.astimezone(calendar.zone).date(), end.astimezone(calendar.zone).date()
    while day <= last:
        for opens, closes in calendar.windows(day):
            total += max(0.0, (min(end, closes) - max(start, opens)).total_seconds())
        day += timedelta(days=1)
    return total


def after(calendar: Calendar, start: datetime, seconds: float) -> datetime:
    """The first instant by which `seconds` of business hours have passed since `start`, in UTC."""
    if calendar.is_always or seconds <= 0:
        return start.astimezone(UTC) + timedelta(seconds=max(0.0, seconds))
    left, day = timedelta(seconds=seconds), start.astimezone(calendar.zone).date()
    while True:
        for opens, closes in calendar.windows(day):
            opens = max(opens, start)
            if closes - opens >= left:
                return opens.astimezone(UTC) + left
            left -= max(timedelta(), closes - opens)
        day += timedelta(days=1)


def public_holidays(country: str, region: str = "") -> Mapping[date, str]:
    """The public holidays of an ISO country and one of its regions. Raises NotImplementedError where none are known."""
    import holidays  # an eighth of a second, which the first page of an installation without holidays saves

    free: Mapping[date, str] = holidays.country_holidays(country, subdiv=region or None)
    return free
