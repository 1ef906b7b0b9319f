"""A row of somebody else's incident log, read as one of ours."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum
from typing import TypeVar
from zoneinfo import ZoneInfo

from kb.errors import NotValid
from kb.incidents import fields
from kb.labels import LIVE, Impact, Severity, Status, Urgency, severity_of

Grade = TypeVar("Grade", bound=StrEnum)

USUAL_NAMES = {
    "number": ("number", "id", "key", "incident", "ticket"),
    "title": ("title", "short_description", "summary", "subject"),
    "body": ("body", "description", "text", "details"),
    "opened_at": ("opened_at", "created_at", "created", "opened", "sys_created_at"),
    "responded_at": ("responded_at", "first_response_at"),
    "resolved_at": ("resolved_at", "resolved"),
    "closed_at": ("closed_at", "closed"),
    "impact": ("impact",),
    "urgency": ("urgency",),
    "priority": ("priority", "severity"),
    "made_sla": ("made_sla", "sla_kept"),
    "status": ("status", "state", "incident_state"),
    "type": ("type", "incident_type"),
    "category": ("category",),
    "subcategory": ("subcategory",),
    "service": ("service", "business_service"),
    "team": ("team", "assignment_group", "group"),
    "assignee": ("assignee", "assigned_to"),
    "reporter": ("reporter", "email"),
    "cause": ("cause",),
    "resolution": ("resolution", "close_notes"),
}
"""Our fields, and what their columns are usually called (ServiceNow's names among them)."""

IMPACTS = {
    "1": Impact.ALL,
    "2": Impact.SOME,
    "3": Impact.ONE,
    "high": Impact.ALL,
    "medium": Impact.SOME,
    "low": Impact.ONE,
}
URGENCIES = {"1": Urgency.HIGH, "2": Urgency.MEDIUM, "3": Urgency.LOW}
PRIORITIES = {"1": Severity.CRITICAL, "2": Severity.HIGH, "3": Severity.MEDIUM, "4": Severity.LOW, "5": Severity.LOW}
FROM_SEVERITY = {
    Severity.CRITICAL: (Impact.ALL, Urgency.HIGH),
    Severity.HIGH: (Impact.SOME, Urgency.HIGH),
    Severity.MEDIUM: (Impact.SOME, Urgency.MEDIUM),
    Severity.LOW: (Impact.ONE, Urgency.LOW),
}
"""Where a log has only a priority: impact and urgency that give it."""

STATUSES = {
    "new": Status.NEW,
    "open": Status.OPEN,
    "active": Status.OPEN,
    "in progress": Status.OPEN,
    "work in progress": Status.OPEN,
    "assigned": Status.OPEN,
    "reopened": Status.OPEN,
    "on hold": Status.ON_HOLD,
    "pending": Status.ON_HOLD,
    "waiting": Status.ON_HOLD,
    "resolved": Status.RESOLVED,
    "done": Status.RESOLVED,
    "closed": Status.CLOSED,
    "canceled": Status.CLOSED,
    "cancelled": Status.CLOSED,
}
TRUE, FALSE = ("true", "yes", "1", "y"), ("false", "no", "0", "n")


@dataclass(frozen=True, slots=True)
class IncidentRow:
    """A row that can be stored. Names of people, team and service are as the file has them."""

    external_id: str
    title: str
    body: str
    impact: Impact
    urgency: Urgency
    status: Status
    type: str
    created_at: datetime
    responded_at: datetime | None
    resolved_at: datetime | None
    closed_at: datetime | None
    is_sla_kept: bool | None
    service: str
    team: str
    assignee: str
    reporter: str
    cause: str
    resolution: str

    @property
    def severity(self) -> Severity:
        return severity_of(self.impact, self.urgency)


def mapping(header: tuple[str, ...], given: Mapping[str, str]) -> dict[str, str]:
    """Our field -> the file's column: as given, else by the usual names. Raises NotValid for what isn't there."""
    for field, column in given.items():
        if field not in USUAL_NAMES:
            raise NotValid("map", f"There is no field {field}. Fields are {', '.join(USUAL_NAMES)}.")
        if column not in header:
            raise NotValid("map", f"The file has no column {column}. It has {', '.join(header)}.")
    lower = {name.lower().replace(" ", "_"): name for name in header}
    found = {field: lower[name] for field, names in USUAL_NAMES.items() for name in reversed(names) if name in lower}
    used = {**found, **given}
    if "title" not in used and "number" not in used:
        raise NotValid("map", "Say which column holds the title: --map title=COLUMN.")
    return used


def read(cells: Mapping[str, str], *, types: Mapping[str, str], zone: ZoneInfo, now: datetime) -> IncidentRow:
    """A row from our field -> cell. `types` are the known types by lower-case slug and name; times without a zone are
    those of `zone`; a log without opening times was opened `now`. Raises NotValid."""

    def cell(field: str) -> str:
        return fields.cleaned(cells.get(field, ""))

    impact, urgency = _grades(cell("impact"), cell("urgency"), cell("priority"))
    opened, responded, resolved, closed = (
        _instant(cell(f), f, zone) for f in ("opened_at", "responded_at", "resolved_at", "closed_at")
    )
    if opened is None:
        if "opened_at" in cells:
            raise NotValid("opened_at", "no time at which it was opened")
        opened = now
    status = _status(cell("status"), resolved, closed)
    return IncidentRow(
        external_id=cell("number")[:200] or _fingerprint(cells),
        title=_title(cell),
        body=fields.body(cell("body") or _categories(cell)),
        impact=impact,
        urgency=urgency,
        status=status,
        type=_type(cell("type"), types) or types.get(cell("category").lower(), ""),
        created_at=opened,
        responded_at=_later(responded, opened, "responded"),
        # Some logs leave the resolution out of what they have closed.
        resolved_at=_later(resolved or closed or opened, opened, "resolved") if status not in LIVE else None,
        closed_at=_later(closed or resolved or opened, opened, "closed") if status is Status.CLOSED else None,
        is_sla_kept=_flag(cell("made_sla")),
        service=cell("service")[:80],
        team=cell("team")[:80],
        assignee=cell("assignee"),
        reporter=cell("reporter"),
        cause=fields.body(cell("cause")),
        resolution=fields.body(cell("resolution")),
    )  # fmt: skip


def _grades(impact: str, urgency: str, priority: str) -> tuple[Impact, Urgency]:
    """Impact and urgency as given; where one is missing, as the priority says; else some, medium."""
    usual = FROM_SEVERITY[_of(priority, PRIORITIES, Severity, "priority") or Severity.MEDIUM]
    return (
        _of(impact, IMPACTS, Impact, "impact") or usual[0],
        _of(urgency, URGENCIES, Urgency, "urgency") or usual[1],
    )


def _of(text: str, numbered: Mapping[str, Grade], words: type[Grade], field: str) -> Grade | None:
    """`2`, `2 - Medium` or the word itself."""
    word = text.lower()
    if not word:
        return None
    found = numbered.get(word) or numbered.get(word.partition(" ")[0].rstrip("-:"))
    if found is None and word in list(words):
        found = words(word)
    if found is None:
        raise NotValid(field, f"{field} is {text[:40]!r}: expected one of {', '.join((*numbered, *words))}")
    return found


def _instant(text: str, field: str, zone: ZoneInfo) -> datetime | None:
    if not text:
        return None
    try:
        at = datetime.fromisoformat(text)
        return (at if at.tzinfo else at.replace(tzinfo=zone)).astimezone(UTC)
    except (ValueError, OverflowError):
        raise NotValid(field, f"{field} is {text[:40]!r}: expected a time such as 2026-01-31 14:00:00") from None


def _later(at: datetime | None, opened: datetime, what: str) -> datetime | None:
    if at is not None and at < opened:
        raise NotValid(f"{what}_at", f"{what} before it was opened")
    return at


def _status(text: str, resolved: datetime | None, closed: datetime | None) -> Status:
    """As the file says; where it says nothing, as its times do."""
    if text:
        word = text.lower()
        known = STATUSES.get(word) or next((STATUSES[s] for s in STATUSES if word.startswith(s)), None)
        if known is None:
            raise NotValid("status", f"status is {text[:40]!r}: expected one of {', '.join(STATUSES)}")
        return known
    return Status.CLOSED if closed else Status.RESOLVED if resolved else Status.OPEN


def _type(text: str, types: Mapping[str, str]) -> str:
    name = " ".join(text.split()).lower()
    if name and name not in types:
        raise NotValid("type", f"there is no incident type {text[:40]!r}")
    return types.get(name, "")


def _flag(text: str) -> bool | None:
    if text and text.lower() not in TRUE + FALSE:
        raise NotValid("made_sla", f"made_sla is {text[:40]!r}: expected true or false")
    return text.lower() in TRUE if text else None


def _title(cell: Callable[[str], str]) -> str:
    title = " ".join((cell("title") or f"Incident {cell('number')}").split())
    return fields.title(title)


def _categories(cell: Callable[[str], str]) -> str:
    """What a log without text says of an incident."""
    named = ((name, cell(name)) for name in ("category", "subcategory"))
    return ", ".join(f"{name} {value}" for name, value in named if value).capitalize()


def _fingerprint(cells: Mapping[str, str]) -> str:
    """Names a row that has no number by what it says."""
    said = "\x1f".join(f"{name}={cells[name]}" for name in sorted(cells))
    return "row:" + hashlib.sha256(said.encode()).hexdigest()[:32]
