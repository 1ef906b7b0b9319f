"""What happens in the demo year, before anything is stored: cases with their times, drawn with a fixed seed."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from math import pi, sin
from random import Random
from zoneinfo import ZoneInfo

from kb.analytics.scope import YEAR, midnight
from kb.demo import texts
from kb.labels import Impact, Urgency, severity_of

# How many cases have which type and severity: of 2,000, so that the shares are the ones the product page promises.
TYPES = {
    "performance": 540,
    "configuration": 300,
    "security": 180,
    "data_integration": 180,
    "access": 260,
    "software_bug": 260,
    "hardware_failure": 180,
    "data_corruption": 100,
}
SEVERITIES = {"low": 800, "medium": 600, "high": 400, "critical": 200}
HOURS = {
    "performance": 4.0,
    "configuration": 3.5,
    "security": 5.0,
    "data_integration": 5.5,
    "access": 2.0,
    "software_bug": 6.0,
    "hardware_failure": 12.0,
    "data_corruption": 4.0,
}
"""Mean hours to resolve by type."""
MINUTES = {"team_a": 4.0, "team_b": 12.0, "team_c": 8.0}
"""Mean minutes to the first answer by team."""
TEAMS = {
    "performance": {"team_a": 4, "team_b": 3, "team_c": 3},
    "configuration": {"team_a": 6, "team_b": 4},
    "security": {"team_a": 7, "team_b": 3},
    "data_integration": {"team_c": 8, "team_b": 2},
    "access": {"team_a": 8, "team_b": 2},
    "software_bug": {"team_b": 7, "team_c": 3},
    "hardware_failure": {"team_b": 6, "team_a": 4},
    "data_corruption": {"team_c": 1},
}
"""Which team gets a type, by weight."""
HASTE = {"critical": 0.45, "high": 0.8, "medium": 1.0, "low": 1.25}
"""How severity lengthens or shortens the work."""
WEEKDAYS = (1.35, 1.15, 1.05, 1.0, 0.9, 0.3, 0.2)
DAY = (1, 1, 1, 1, 1, 2, 5, 14, 26, 30, 27, 22, 15, 20, 25, 23, 19, 14, 9, 6, 4, 3, 2, 1)
"""Reports by hour of the day."""
LIVE = 40
BACKLOG, SETTLED = timedelta(days=6), timedelta(hours=60)
"""Live incidents are at most so old; resolved ones at least."""
AUTOMATION, MONITORING = 0.45, 0.6
"""When in the year the two milestones lie (0-1)."""


@dataclass(slots=True)
class Case:
    """An incident to be; times are filled in step by step. `is_linked`: an article is tied to it."""

    title: str
    body: str
    type: str
    impact: str
    urgency: str
    severity: str
    team: str = ""
    created_at: datetime = datetime.min
    responded_at: datetime | None = None
    resolved_at: datetime | None = None
    is_live: bool = False
    is_linked: bool = False


@dataclass(frozen=True, slots=True)
class Year:
    """The demo year: its cases by age, the weeks (their Mondays) in which each team shares what it learned."""

    begin: datetime
    now: datetime
    zone: ZoneInfo
    automation_at: datetime
    monitoring_at: datetime
    sharing: Mapping[str, frozenset[date]]
    cases: Sequence[Case]

    def local(self, at: datetime) -> date:
        return at.astimezone(self.zone).date()


def draw(random: Random, now: datetime, zone: ZoneInfo) -> Year:
    """The 365 days before `now`, whole seconds."""
    now = now.replace(microsecond=0)
    begin = midnight(now.astimezone(zone).date() - timedelta(days=YEAR), zone)
    automation_at, monitoring_at = (begin + (now - begin) * part for part in (AUTOMATION, MONITORING))
    sharing = {team: _sharing(random, begin, now, automation_at) for team in MINUTES}
    year = Year(begin, now, zone, automation_at, monitoring_at, sharing, _cases(random))
    _report(random, year)
    _answer(random, year)
    _resolve(random, year)
    return year


def working_times(random: Random, year: Year, count: int, end: datetime) -> list[datetime]:
    """Instants from the year's begin to `end`, thick in working hours, thin at weekends and in summer; in order."""
    first, last = year.local(year.begin), year.local(end)
    days = [first + timedelta(days=n) for n in range((last - first).days + 1)]
    weights = [WEEKDAYS[day.weekday()] * (1 - 0.15 * sin(pi * day.timetuple().tm_yday / 366)) for day in days]
    found: list[datetime] = []
    while len(found) < count:
        for day, hour in zip(
            random.choices(days, weights, k=count), random.choices(range(24), DAY, k=count), strict=True
        ):
            at = datetime.combine(day, time(hour), year.zone) + timedelta(seconds=random.randrange(3600))
            if year.begin <= at.astimezone(year.now.tzinfo) < end:
                found.append(at.astimezone(year.now.tzinfo))
    return sorted(found[:count])


def monday(day: date) -> date:
    return day - timedelta(days=day.weekday())


def _sharing(random: Random, begin: datetime, now: datetime, automation_at: datetime) -> frozenset[date]:
    """Weeks in which a team writes down what it learned: half of them, three of four since automation gives time."""
    weeks = (monday(begin.date()) + timedelta(days=7 * n) for n in range(1, 53))
    return frozenset(
        week for week in weeks if week < now.date() and random.random() < (0.75 if week > automation_at.date() else 0.5)
    )


def _cases(random: Random) -> list[Case]:
    """The texts: the live ones last, among them those written for it; types and severities exactly as planned."""
    own = [_case(row) for row in texts.rows("open.csv")]
    pool: dict[tuple[str, str], list[dict[str, str]]] = {}
    for row in texts.starter_incidents():
        pool.setdefault((row["type"], row["severity"]), []).append(row)
    types = _left(random, TYPES, (case.type for case in own))
    severities = _left(random, SEVERITIES, (case.severity for case in own))
    drawn = [_case(random.choice(pool[pair]), random) for pair in zip(types, severities, strict=True)]
    cases = [*drawn, *own]
    for case in cases:
        case.team = random.choices(list(TEAMS[case.type]), list(TEAMS[case.type].values()))[0]
    for case in cases[-LIVE:]:
        case.is_live = True
    return cases


def _left(random: Random, wanted: Mapping[str, int], taken: Iterable[str]) -> list[str]:
    """Every label as often as wanted, less those taken, shuffled."""
    labels = [label for label, count in wanted.items() for _ in range(count)]
    for label in taken:
        labels.remove(label)
    random.shuffle(labels)
    return labels


def _case(row: Mapping[str, str], random: Random | None = None) -> Case:
    impact, urgency = Impact(row["impact"]), Urgency(row["urgency"])
    body = row["body"]
    if random:
        opening = random.choice(("", "", "", "Hello,\n\n", "Good morning,\n\n", "Hi, ", "Dear all,\n\n"))
        closing = random.choice(("", "", "", "\n\nThanks", "\n\nThank you and regards", "\n\nAny help is welcome."))
        body = f"{opening}{body}{closing}"
    return Case(row["title"], body, row["type"], impact, urgency, severity_of(impact, urgency))


def _report(random: Random, year: Year) -> None:
    """When each is reported: the live ones within the last days, thicker towards now."""
    settled = [case for case in year.cases if not case.is_live]
    live = [case for case in year.cases if case.is_live]
    random.shuffle(live)
    for case, at in zip(settled, working_times(random, year, len(settled), year.now - SETTLED), strict=True):
        case.created_at = at
    for case, part in zip(live, sorted((random.random() ** 1.6 for _ in live), reverse=True), strict=True):
        case.created_at = (year.now - timedelta(minutes=5) - BACKLOG * part).replace(microsecond=0)


def _answer(random: Random, year: Year) -> None:
    """First answers: the mean of each team comes out as planned. The newest live ones wait for theirs."""
    for team, mean in MINUTES.items():
        cases = [case for case in year.cases if case.team == team and not _is_new(year, case)]
        raw = [random.lognormvariate(0, 0.45) * HASTE[case.severity] ** 0.3 for case in cases]
        for case, minutes in zip(cases, scaled(raw, mean, [0.3] * len(raw)), strict=True):
            case.responded_at = case.created_at + timedelta(seconds=round(minutes * 60))


def _is_new(year: Year, case: Case) -> bool:
    """Nobody has looked at it yet: live, and of the last day."""
    return case.is_live and year.now - case.created_at < timedelta(days=1)


def _resolve(random: Random, year: Year) -> None:
    """Times to resolve: shorter since automation, with an article, and in weeks in which the team shares."""
    for type, mean in HOURS.items():
        cases = [case for case in year.cases if case.type == type and not case.is_live]
        raw = [_effort(random, year, case) for case in cases]
        floors = [_waited(case) / 3600 + 0.05 for case in cases]
        for case, hours in zip(cases, scaled(raw, mean, floors), strict=True):
            case.resolved_at = case.created_at + timedelta(seconds=round(hours * 3600))


def _effort(random: Random, year: Year, case: Case) -> float:
    case.is_linked = random.random() < 0.45
    is_shared = monday(year.local(case.created_at)) in year.sharing[case.team]
    factors = (
        0.85 if case.created_at >= year.automation_at else 1.25,
        0.8 if case.is_linked else 1.15,
        0.8 if is_shared else 1.4,
        HASTE[case.severity],
    )
    effort = min(random.lognormvariate(0, 0.5), 3.0)
    for factor in factors:
        effort *= factor
    return effort


def _waited(case: Case) -> float:
    """Seconds to the first answer."""
    return ((case.responded_at or case.created_at) - case.created_at).total_seconds()


def scaled(raw: Sequence[float], mean: float, floors: Sequence[float]) -> list[float]:
    """The numbers stretched to the given mean, each at least its floor."""
    values = list(raw)
    for _ in range(20):
        factor = mean * len(values) / sum(values)
        values = [max(floor, value * factor) for value, floor in zip(values, floors, strict=True)]
    return values
