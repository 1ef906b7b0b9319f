"""Lists of incidents: one's own, and the agents' with filters and saved views."""

from __future__ import annotations

from dataclasses import asdict, dataclass, fields
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, case
from sqlmodel import Session, col, func, or_, select

from kb.cleaning import one_line
from kb.desk import Desk
from kb.errors import NotFound, NotValid
from kb.incidents.fields import LARGEST_ID, cleaned, number
from kb.labels import CATEGORY, LIVE, Category, Role, Severity, Status
from kb.person import Person
from kb.tables import Account, Incident, SavedView, Service, Team, Watcher

PER_PAGE = 50
LIVE_WORD = "live"


@dataclass(frozen=True, slots=True)
class Row:
    """One line of a list."""

    id: int
    number: str
    title: str
    status: Status
    type: str
    severity: Severity
    team: str
    assignee: str
    service: str
    created_at: datetime
    updated_at: datetime
    due_at: datetime | None
    """When the next thing is due: the first answer while there is none, then the resolution; empty when it is over."""
    is_overdue: bool


@dataclass(frozen=True, slots=True)
class Listed:
    """A page of a list: `found` is how many there are in all, `pages` how many pages they fill."""

    rows: tuple[Row, ...]
    found: int
    page: int
    pages: int


@dataclass(frozen=True, slots=True)
class Filters:
    """What a list is narrowed to; empty means any. All are words, so that they stand in an address as they are."""

    status: str = LIVE_WORD
    """A status, `live` for all that are not resolved or closed, or empty."""
    type: str = ""
    """A type, or `none` for those without one."""
    severity: str = ""
    team: str = ""
    """A team's id, or `none`."""
    assignee: str = ""
    """`me`, `none` or an account's id."""
    overdue: str = ""
    """`yes` for those past a due time."""
    text: str = ""

    @classmethod
    def of(cls, words: dict[str, Any]) -> Filters:
        """Filters from an address or a saved view; unknown names are left out."""
        known = {field.name for field in fields(cls)}
        return cls(**{name: cleaned(str(value))[:200] for name, value in words.items() if name in known})

    def as_words(self) -> dict[str, str]:
        """Only what differs from the usual list, for an address."""
        usual = asdict(Filters())
        return {name: value for name, value in asdict(self).items() if value != usual[name]}


@dataclass(frozen=True, slots=True)
class View:
    """A saved list."""

    id: int
    name: str
    filters: Filters
    is_shared: bool
    is_mine: bool


def worklist(desk: Desk, person: Person, filters: Filters, *, page: int = 1, per_page: int = PER_PAGE) -> Listed:
    """Incidents for agents: the worst first, among equals the one that is due first."""
    person.require(Role.AGENT, "see the work list")
    conditions = _conditions(filters, person, desk.now())
    rank = case({severity: -severity_rank for severity_rank, severity in enumerate(Severity)}, value=Incident.severity)
    is_over = case((col(Incident.status).in_(LIVE), 0), else_=1)
    due = func.coalesce(Incident.resolution_due_at, Incident.created_at)
    order = (is_over, rank, case((is_over == 0, due), else_=None), col(Incident.id).desc())
    with desk.reading() as session:
        return _page(session, desk, conditions, order, page=page, per_page=per_page)


def mine(desk: Desk, person: Person, *, page: int = 1, per_page: int = PER_PAGE) -> Listed:
    """What the person reported or follows, the latest change first."""
    person.require(Role.USER, "have a list of incidents; a guest follows the link of the report")
    followed = select(Watcher.incident_id).where(Watcher.account_id == person.id)
    conditions = [or_(col(Incident.reporter_id) == person.id, col(Incident.id).in_(followed))]
    order = (col(Incident.updated_at).desc(), col(Incident.id).desc())
    with desk.reading() as session:
        return _page(session, desk, conditions, order, page=page, per_page=per_page)


def views(desk: Desk, person: Person) -> tuple[View, ...]:
    """One's own saved lists and those others share, by name."""
    person.require(Role.AGENT, "save lists")
    query = select(SavedView).where(or_(col(SavedView.account_id) == person.id, col(SavedView.is_shared)))
    with desk.reading() as session:
        rows = session.exec(query.order_by(func.lower(SavedView.name), col(SavedView.id))).all()
    return tuple(
        View(row.id or 0, row.name, Filters.of(row.filters), row.is_shared, row.account_id == person.id) for row in rows
    )


def save_view(desk: Desk, person: Person, name: str, filters: Filters, *, is_shared: bool = False) -> None:
    """Keep a list under a name; the same name again replaces it."""
    person.require(Role.AGENT, "save lists")
    name = one_line(name)
    if not 1 <= len(name) <= 60 or person.id is None:
        raise NotValid("name", "Give the list a name of up to 60 characters.")
    with desk.transaction() as session:
        row = session.exec(select(SavedView).where(SavedView.account_id == person.id, SavedView.name == name)).first()
        row = row or SavedView(account_id=person.id, name=name, filters={})
        row.filters, row.is_shared = asdict(filters), is_shared
        session.add(row)


def delete_view(desk: Desk, person: Person, view_id: int) -> None:
    person.require(Role.AGENT, "save lists")
    with desk.transaction() as session:
        row = session.get(SavedView, view_id)
        if row is None or row.account_id != person.id:
            raise NotFound("There is no such list of yours.")
        session.delete(row)


def _conditions(filters: Filters, person: Person, now: datetime) -> list[ColumnElement[bool]]:
    found: list[ColumnElement[bool]] = []
    if filters.status == LIVE_WORD:
        found.append(col(Incident.status).in_(LIVE))
    elif filters.status:
        found.append(col(Incident.status) == filters.status)
    if filters.severity:
        found.append(col(Incident.severity) == filters.severity)
    if filters.type:
        found.append(col(Incident.type) == ("" if filters.type == "none" else filters.type))
    if filters.team:
        found.append(_same_id(col(Incident.team_id), filters.team))
    if filters.assignee == "me":
        found.append(col(Incident.assignee_id) == person.id)
    elif filters.assignee:
        found.append(_same_id(col(Incident.assignee_id), filters.assignee))
    if filters.overdue == "yes":
        found.append(is_overdue(now))
    return found + ([_has_text(filters.text)] if filters.text.strip() else [])


def is_overdue(now: datetime) -> ColumnElement[bool]:
    """SQL: the clock runs and a due time has passed."""
    running = [status for status, category in CATEGORY.items() if category is Category.RUNNING]
    late_answer = col(Incident.responded_at).is_(None) & (col(Incident.response_due_at) < now)
    return col(Incident.status).in_(running) & or_(late_answer, col(Incident.resolution_due_at) < now)


def _same_id(column: Any, value: str) -> ColumnElement[bool]:
    if value == "none":
        return column.is_(None)  # type: ignore[no-any-return]
    return column == (int(value) if value.isdecimal() and int(value) <= LARGEST_ID else -1)  # type: ignore[no-any-return]


def _has_text(text: str) -> ColumnElement[bool]:
    """Every word stands in the title or the text; a number finds its incident."""
    bare = text.strip().upper().removeprefix("INC-")
    found = [
        or_(
            func.lower(Incident.title).contains(word.lower(), autoescape=True),
            func.lower(Incident.body).contains(word.lower(), autoescape=True),
        )
        for word in text.split()[:10]
    ]
    all_words = found[0]
    for condition in found[1:]:
        all_words = all_words & condition
    return or_(all_words, _same_id(col(Incident.id), bare)) if bare.isdecimal() else all_words


def _page(
    session: Session, desk: Desk, conditions: list[Any], order: tuple[Any, ...], *, page: int, per_page: int
) -> Listed:
    found = session.exec(select(func.count()).select_from(Incident).where(*conditions)).one()
    pages = max(1, -(-found // per_page))
    page = min(max(1, page), pages)
    query = (
        select(Incident, Team.name, Account.name, Service.name)
        .outerjoin(Team, col(Team.id) == col(Incident.team_id))
        .outerjoin(Account, col(Account.id) == col(Incident.assignee_id))
        .outerjoin(Service, col(Service.id) == col(Incident.service_id))
        .where(*conditions)
        .order_by(*order)
        .limit(per_page)
        .offset((page - 1) * per_page)
    )
    rows = tuple(_row(*row, desk.now()) for row in session.exec(query))
    return Listed(rows, found, page, pages)


def _row(incident: Incident, team: str | None, assignee: str | None, service: str | None, now: datetime) -> Row:
    due_at = incident.resolution_due_at if incident.responded_at else incident.response_due_at
    is_running = CATEGORY[Status(incident.status)] is Category.RUNNING
    if incident.status not in LIVE:
        due_at = None
    return Row(
        id=incident.id or 0,
        number=number(incident.id),
        title=incident.title,
        status=Status(incident.status),
        type=incident.type,
        severity=Severity(incident.severity),
        team=team or "",
        assignee=assignee or "",
        service=service or "",
        created_at=incident.created_at,
        updated_at=incident.updated_at,
        due_at=due_at,
        is_overdue=is_running and any(at is not None and at < now for at in (due_at, incident.resolution_due_at)),
    )
