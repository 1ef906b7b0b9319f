"""Business hours against a minute-by-minute oracle; due times, pauses and breaches."""

from __future__ import annotations

import os
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from sqlmodel import select

from kb import sla
from kb.desk import Desk
from kb.errors import NotAllowed
from kb.labels import Severity, Status
from kb.person import OPERATOR, Person
from kb.tables import Incident, OutboxRow, Preference, SlaTarget, TimelineEntry

ZONES = (
    "UTC",
    "Europe/Berlin",
    "America/New_York",
    "Australia/Lord_Howe",
    "America/Havana",
    "Asia/Kathmandu",
    "Pacific/Apia",
)
OFFICE = {"days": [0, 1, 2, 3, 4], "from": "09:00", "to": "17:00"}
BERLIN = sla.calendar_of(ZoneInfo("Europe/Berlin"), OFFICE, {"country": "DE"})
# Around the days on which clocks change somewhere, a Christmas, a leap day, and the day Samoa never had.
STARTS = [datetime(2025, m, d, tzinfo=UTC) for m, d in ((3, 8), (3, 29), (4, 5), (10, 4), (10, 25), (11, 1), (12, 23))]
STARTS += [datetime(2028, 2, 28, tzinfo=UTC), datetime(2011, 12, 29, tzinfo=UTC)]
CHRISTMAS = {date(2025, 12, 25): "Christmas"}
CASES = int(os.environ.get("SLA_CASES", "150"))
"""2,000 by hand."""


def is_open(calendar: sla.Calendar, at: datetime) -> bool:
    local = at.astimezone(calendar.zone)
    minute = local.hour * 60 + local.minute
    is_working_day = local.weekday() in calendar.days and local.date() not in calendar.holidays
    return is_working_day and calendar.opens <= minute < calendar.closes


def oracle(calendar: sla.Calendar, start: datetime, end: datetime) -> int:
    minutes = int((end - start).total_seconds()) // 60
    return 60 * sum(is_open(calendar, start + timedelta(minutes=m)) for m in range(minutes))


calendars = st.builds(
    lambda zone, days, hours: sla.Calendar(ZoneInfo(zone), frozenset(days), min(hours), max(hours), CHRISTMAS),
    st.sampled_from(ZONES),
    st.sets(st.integers(0, 6), min_size=1),
    st.lists(st.integers(0, 48).map(lambda n: n * 30), min_size=2, max_size=2, unique=True),
)
spans = st.tuples(st.sampled_from(STARTS), st.integers(0, 3000), st.integers(0, 4000))


@settings(max_examples=CASES, deadline=None)
@given(calendars, spans)
@example(sla.Calendar(ZoneInfo("Europe/Berlin"), frozenset(range(7)), 150, 1440), (STARTS[1], 0, 3000))
@example(sla.Calendar(ZoneInfo("Europe/Berlin"), frozenset(range(7)), 150, 165), (STARTS[4], 0, 3000))
@example(sla.Calendar(ZoneInfo("UTC"), frozenset(range(7)), 0, 1440, CHRISTMAS), (STARTS[6], 0, 4000))
def test_seconds_equal_a_count_of_every_minute(calendar: sla.Calendar, span: tuple[datetime, int, int]) -> None:
    start = span[0] + timedelta(minutes=span[1])
    end = start + timedelta(minutes=span[2])
    assert sla.business_seconds(calendar, start, end) == oracle(calendar, start, end)


@settings(max_examples=CASES, deadline=None)
@given(calendars, spans, st.integers(1, 1500))
def test_after_is_the_first_instant_with_that_many_seconds(
    calendar: sla.Calendar, span: tuple[datetime, int, int], minutes: int
) -> None:
    start = span[0] + timedelta(minutes=span[1])
    end = sla.after(calendar, start, minutes * 60)
    assert sla.business_seconds(calendar, start, end) == minutes * 60
    assert sla.business_seconds(calendar, start, end - timedelta(seconds=1)) == minutes * 60 - 1


@settings(max_examples=CASES, deadline=None)
@given(calendars, spans, st.integers(1, 1500), st.lists(st.integers(1, 2000), max_size=6))
def test_a_ledger_says_of_every_minute_what_it_was(
    calendar: sla.Calendar, span: tuple[datetime, int, int], minutes: int, stops: list[int]
) -> None:
    """Stopped and running in turns, as `resume` moves due times; every minute is asked of the oracle."""
    start = span[0] + timedelta(minutes=span[1])
    due, pauses, at = sla.after(calendar, start, minutes * 60), [], start
    for running, stopped in zip(stops[::2], stops[1::2], strict=False):
        since = at + timedelta(minutes=running)
        at = since + timedelta(minutes=stopped)
        if since < due:
            pauses.append((since, at))
            due = sla.after(calendar, due, sla.business_seconds(calendar, since, at))
    ledger = sla.counted(calendar, start, due, pauses)
    assert ledger.counted_seconds == minutes * 60
    assert [line.end for line in ledger.lines] == [*(line.start for line in ledger.lines[1:]), due]
    check_minutes(calendar, ledger, pauses)


def check_minutes(calendar: sla.Calendar, ledger: sla.Ledger, pauses: list[tuple[datetime, datetime]]) -> None:
    for line in ledger.lines:
        for minute in range(0, int((line.end - line.start).total_seconds()) // 60, 7):
            at = line.start + timedelta(minutes=minute)
            is_paused = any(since <= at < until for since, until in pauses)
            wanted = "on hold" if is_paused else "counted" if is_open(calendar, at) else "out of hours"
            assert line.share == wanted


@pytest.mark.parametrize("hours", [-1, 1])
def test_a_step_of_the_clock_never_makes_a_pause_negative(desk: Desk, clock, hours: int) -> None:  # type: ignore[no-untyped-def]
    made = incident(desk, severity=Severity.CRITICAL)
    since, before = desk.now(), made.resolution_due_at
    clock.forward(hours=hours)
    with desk.transaction() as session:
        made = session.get_one(Incident, made.id)
        sla.resume(session, desk, made, since)
    assert made.paused_seconds == max(0, hours * 3600)
    assert made.resolution_due_at == before + timedelta(hours=max(0, hours))


def test_a_friday_evening_counts_from_monday_morning() -> None:
    friday = datetime(2026, 3, 27, 18, 0, tzinfo=ZoneInfo("Europe/Berlin"))  # clocks change on the Sunday
    assert sla.after(BERLIN, friday, 3600) == datetime(2026, 3, 30, 10, 0, tzinfo=ZoneInfo("Europe/Berlin"))


def test_a_holiday_does_not_count() -> None:
    before = datetime(
        2026, 4, 30, 16, 0, tzinfo=ZoneInfo("Europe/Berlin")
    )  # the next day is Labour Day, then a weekend
    assert sla.after(BERLIN, before, 2 * 3600) == datetime(2026, 5, 4, 10, 0, tzinfo=ZoneInfo("Europe/Berlin"))


def test_a_regional_holiday_counts_only_there() -> None:
    bavaria = sla.calendar_of(ZoneInfo("Europe/Berlin"), OFFICE, {"country": "DE", "region": "BY"})
    assert date(2026, 1, 6) in bavaria.holidays
    assert date(2026, 1, 6) not in BERLIN.holidays


def test_a_calendar_without_hours_counts_every_moment() -> None:
    start = datetime(2026, 3, 1, tzinfo=UTC)
    for calendar in (sla.Calendar(ZoneInfo("UTC")), sla.Calendar(ZoneInfo("UTC"), frozenset({0}), 600, 600)):
        assert sla.after(calendar, start, 90_000) == start + timedelta(seconds=90_000)


def test_days_without_hours_count_from_midnight_to_midnight() -> None:
    monday = sla.Calendar(ZoneInfo("UTC"), frozenset({0}))
    start = datetime(2026, 3, 1, 12, 0, tzinfo=UTC)
    assert sla.business_seconds(monday, start, start + timedelta(days=7)) == 24 * 3600
    assert sla.after(monday, start, 60) == datetime(2026, 3, 2, 0, 1, tzinfo=UTC)


@pytest.mark.parametrize("seconds", [0, -60])
def test_nothing_to_wait_for_is_over_at_once_out_of_hours_too(seconds: int) -> None:
    saturday = datetime(2026, 3, 28, 12, 0, tzinfo=UTC)
    assert sla.after(BERLIN, saturday, seconds) == saturday


def test_a_ledger_goes_over_midnight_in_one_line() -> None:
    calendar, start = sla.Calendar(ZoneInfo("UTC"), frozenset(range(7))), datetime(2026, 3, 2, 9, tzinfo=UTC)
    pause = (start + timedelta(hours=1), start + timedelta(hours=2))
    lines = sla.counted(calendar, start, start + timedelta(days=2), [pause]).lines
    assert [(line.share, line.start, line.seconds / 3600) for line in lines] == [
        ("counted", start, 1), ("on hold", pause[0], 0), ("counted", pause[1], 46),
    ]  # fmt: skip


def test_a_ledger_has_no_empty_line() -> None:
    always, start = sla.Calendar(ZoneInfo("UTC")), datetime(2026, 3, 2, 9, tzinfo=UTC)
    pauses = [(start, start + timedelta(hours=1)), (start + timedelta(hours=1), start + timedelta(hours=2))]
    ledger = sla.counted(always, start, start + timedelta(hours=3), pauses)
    assert [(line.share, line.seconds) for line in ledger.lines] == [("on hold", 0), ("counted", 3600)]


def test_by_default_a_weekend_counts_for_what_is_critical_alone(desk: Desk) -> None:
    friday = datetime(2026, 3, 6, 16, 30, tzinfo=UTC)
    with desk.reading() as session:
        assert sla.due(session, desk, Severity.CRITICAL, friday)[1] == friday + timedelta(hours=4)
        assert sla.due(session, desk, Severity.HIGH, friday)[1] == datetime(2026, 3, 9, 16, 30, tzinfo=UTC)
        assert sla.due(session, desk, Severity.LOW, friday)[0] == datetime(2026, 3, 9, 16, 30, tzinfo=UTC)


def test_defaults_hold_where_nothing_is_stored(desk: Desk) -> None:
    now = desk.now()  # Monday 09:00 UTC
    with desk.reading() as session:
        assert sla.due(session, desk, Severity.CRITICAL, now) == (now + timedelta(minutes=15), now + timedelta(hours=4))
        assert sla.due(session, desk, Severity.HIGH, now) == (now + timedelta(minutes=30), now + timedelta(hours=8))
        response, resolution = sla.due(session, desk, Severity.MEDIUM, now)
        assert (response, resolution) == (now + timedelta(hours=2), now + timedelta(days=2, hours=8))
        assert sla.due(session, desk, Severity.LOW, now)[1] == now + timedelta(days=10, hours=8)


def test_stored_targets_and_hours_replace_the_defaults(desk: Desk) -> None:
    with desk.transaction() as session:
        session.add(SlaTarget(severity=Severity.LOW, response_minutes=60, resolution_minutes=120))
        session.add(Preference(name="business_hours", value={"days": [1], "from": "10:00", "to": "24:00"}))
    with desk.reading() as session:
        response, _ = sla.due(session, desk, Severity.LOW, desk.now())
    assert response == datetime(2026, 3, 3, 11, 0, tzinfo=UTC)


def incident(desk: Desk, **fields: object) -> Incident:
    values = {"key": "k", "title": "Broken", "impact": "some", "urgency": "high", "severity": Severity.HIGH, **fields}
    with desk.transaction() as session:
        made = Incident(**values, created_at=desk.now(), updated_at=desk.now())
        made.response_due_at, made.resolution_due_at = sla.due(session, desk, made.severity, desk.now())
        session.add(made)
    return made


def test_time_on_hold_moves_what_is_not_yet_late(desk: Desk, clock) -> None:  # type: ignore[no-untyped-def]
    made = incident(desk)
    clock.forward(hours=1)  # the answer is late already
    since = desk.now()
    clock.forward(hours=20)  # seven of them in business hours: 10 to 17
    with desk.transaction() as session:
        made = session.get_one(Incident, made.id)
        sla.resume(session, desk, made, since)
    assert made.paused_seconds == 7 * 3600
    assert made.response_due_at == datetime(2026, 3, 2, 9, 30, tzinfo=UTC)
    assert made.resolution_due_at == datetime(2026, 3, 3, 16, 0, tzinfo=UTC)


def test_a_pause_from_the_very_due_time_on_comes_too_late(desk: Desk, clock) -> None:  # type: ignore[no-untyped-def]
    made = incident(desk)
    due = made.response_due_at, made.resolution_due_at
    clock.forward(hours=1)
    with desk.transaction() as session:
        made = session.get_one(Incident, made.id)
        sla.resume(session, desk, made, due[0])
        assert made.response_due_at == due[0]
    with desk.transaction() as session:
        made = session.get_one(Incident, made.id)
        made.resolution_due_at = desk.now() - timedelta(minutes=30)
        sla.resume(session, desk, made, made.resolution_due_at)
        assert made.resolution_due_at == desk.now() - timedelta(minutes=30)


def test_what_has_no_due_time_can_be_paused(desk: Desk, clock) -> None:  # type: ignore[no-untyped-def]
    made = incident(desk)
    since = desk.now()
    clock.forward(hours=1)
    with desk.transaction() as session:
        made = session.get_one(Incident, made.id)
        made.response_due_at = made.resolution_due_at = None
        sla.resume(session, desk, made, since)
    assert (made.paused_seconds, made.response_due_at, made.resolution_due_at) == (3600, None, None)


def test_an_answer_that_has_come_is_due_no_later(desk: Desk, clock) -> None:  # type: ignore[no-untyped-def]
    made = incident(desk, responded_at=desk.now())
    since, due = desk.now(), made.response_due_at
    clock.forward(hours=1)
    with desk.transaction() as session:
        made = session.get_one(Incident, made.id)
        sla.resume(session, desk, made, since)
    assert made.response_due_at == due


def test_a_new_severity_sets_new_due_times_and_keeps_the_pause(desk: Desk) -> None:
    made = incident(desk, severity=Severity.CRITICAL, paused_seconds=600)
    with desk.transaction() as session:
        made = session.get_one(Incident, made.id)
        sla.retarget(session, desk, made)
    assert made.response_due_at == desk.now() + timedelta(minutes=25)


def test_a_breach_is_told_once(desk: Desk, clock, agent: Person, lead: Person) -> None:  # type: ignore[no-untyped-def]
    incident(desk, assignee_id=agent.id)
    assert sla.mark_breaches(desk, OPERATOR) == 0
    clock.forward(hours=1)
    assert [sla.mark_breaches(desk, OPERATOR) for _ in range(2)] == [1, 0]
    clock.forward(days=1)
    assert [sla.mark_breaches(desk, OPERATOR) for _ in range(2)] == [1, 0]
    with desk.reading() as session:
        assert [e.field for e in session.exec(select(TimelineEntry))] == ["first answer", "resolution"]
        assert {row.account_id for row in session.exec(select(OutboxRow))} == {agent.id, lead.id}


@pytest.mark.parametrize(
    ("field", "told"), [("is_resolution_breached", ["first answer"]), ("is_response_breached", ["resolution"])]
)
def test_what_was_told_is_not_told_again_beside_another(desk: Desk, clock, field: str, told: list[str]) -> None:  # type: ignore[no-untyped-def]
    incident(desk, **{field: True})
    clock.forward(days=30)
    assert sla.mark_breaches(desk, OPERATOR) == 1
    with desk.reading() as session:
        assert [entry.field for entry in session.exec(select(TimelineEntry))] == told


def test_an_answer_in_time_is_no_breach_whatever_comes_later(desk: Desk, clock) -> None:  # type: ignore[no-untyped-def]
    incident(desk, responded_at=desk.now())
    clock.forward(hours=1)
    assert sla.mark_breaches(desk, OPERATOR) == 0
    clock.forward(days=30)
    assert sla.mark_breaches(desk, OPERATOR) == 1


@pytest.mark.parametrize("status", [Status.ON_HOLD, Status.RESOLVED, Status.CLOSED])
def test_what_is_paused_or_stopped_breaches_nothing(desk: Desk, clock, status: Status) -> None:  # type: ignore[no-untyped-def]
    incident(desk, status=status)
    clock.forward(days=30)
    assert sla.mark_breaches(desk, OPERATOR) == 0


def test_only_the_clock_marks_breaches(desk: Desk, lead: Person) -> None:
    with pytest.raises(NotAllowed):
        sla.mark_breaches(desk, lead)
