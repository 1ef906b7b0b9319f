"""How a due time came about: every span since the report, and whether it counted, was on hold or out of hours."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from kb.sla.hours import Calendar

Span = tuple[datetime, datetime]


class Share(StrEnum):
    """What a span of time is to a due time."""

    COUNTED = "counted"
    ON_HOLD = "on hold"
    CLOSED = "out of hours"


@dataclass(frozen=True, slots=True)
class Line:
    """One span, UTC. `seconds` are those it takes off what is left: 0 unless it counted."""

    start: datetime
    end: datetime
    share: Share
    seconds: float


@dataclass(frozen=True, slots=True)
class Ledger:
    """The lines from the report to the due time; the seconds of the counted ones add up to what was promised."""

    due_at: datetime
    lines: tuple[Line, ...]

    @property
    def counted_seconds(self) -> float:
        return sum(line.seconds for line in self.lines)


def counted(calendar: Calendar, start: datetime, due_at: datetime, pauses: Sequence[Span] = ()) -> Ledger:
    """The ledger of a due time. `pauses` are when the clock stopped, in order and apart from each other."""
    spans = [(max(since, start), min(until, due_at)) for since, until in pauses]
    return Ledger(due_at, tuple(_joined(_lines(calendar, start, due_at, spans))))


def _lines(calendar: Calendar, start: datetime, end: datetime, pauses: Sequence[Span]) -> Iterator[Line]:
    at = start
    for since, until in pauses:
        if since < until:
            yield from _running(calendar, at, since)
            yield Line(since, until, Share.ON_HOLD, 0.0)
            at = until
    yield from _running(calendar, at, end)


def _running(calendar: Calendar, start: datetime, end: datetime) -> Iterator[Line]:
    """The spans of a time in which the clock was not stopped."""
    at = start
    for opens, closes in _open(calendar, start, end):
        if at < opens:
            yield Line(at, opens, Share.CLOSED, 0.0)
        yield Line(opens, closes, Share.COUNTED, (closes - opens).total_seconds())
        at = closes
    if at < end:
        yield Line(at, end, Share.CLOSED, 0.0)


def _open(calendar: Calendar, start: datetime, end: datetime) -> Iterator[Span]:
    if calendar.is_always:
        yield from [(start, end)] if start < end else []
        return
    day, last = start.astimezone(calendar.zone).date(), end.astimezone(calendar.zone).date()
    while day <= last:
        for opens, closes in calendar.windows(day):
            if max(opens, start) < min(closes, end):
                yield max(opens, start), min(closes, end)
        day += timedelta(days=1)


def _joined(lines: Iterator[Line]) -> list[Line]:
    """Neighbours of one kind as one line: midnight and a change of clocks are no events to a reader."""
    joined: list[Line] = []
    for line in lines:
        if joined and joined[-1].share is line.share and joined[-1].end == line.start:
            joined[-1] = Line(joined[-1].start, line.end, line.share, joined[-1].seconds + line.seconds)
        else:
            joined.append(line)
    return joined
