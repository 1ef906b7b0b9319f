"""Incidents from CSV: any columns by a map, ServiceNow's by themselves; all rows or none."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from itertools import islice
from pathlib import Path
from typing import Any

from sqlalchemy import JSON, insert, literal
from sqlalchemy import select as columns_of
from sqlmodel import Session, col, func, select

from kb import sla
from kb.cleaning import one_line
from kb.desk import Desk
from kb.errors import NotValid, Refused
from kb.importing import csv_table, incident_rows
from kb.importing.incident_rows import IncidentRow
from kb.labels import LIVE, Role, Source, Status
from kb.person import Person
from kb.services import labels_now
from kb.services.incident_types import add_type
from kb.tables import Account, Incident, IncidentType, Review, Service, Team, TimelineEntry

CHUNK = 1_000
MOST_NEW_TYPES, LONGEST_NAME = 60, 80
TO_COME = "to_come"
"""Stands for a type that will be added when the file is good."""
MOST_PROBLEMS = 100

Progress = Callable[[int], None]


@dataclass(frozen=True, slots=True)
class Imported:
    """What an import did, or would do. `unassigned` rows name an assignee who has no account here."""

    created: int
    unchanged: int
    unassigned: int
    new_teams: int
    columns: dict[str, str]
    """Our field -> the file's column."""
    labelled: int = 0
    """New rows that have a type."""
    taught: int = 0
    """Rows whose labels the assistant learns from."""
    new_types: int = 0


@dataclass(frozen=True, slots=True)
class Wishes:
    """What an import is to do besides. `teaches`: people gave the file's labels, so the assistant learns from them.
    `adds_types`: types that are not here yet become types of one's own."""

    teaches: bool = False
    adds_types: bool = False


@dataclass(frozen=True, slots=True)
class _Source:
    """A file that has been checked, and what it takes to read it again."""

    path: Path
    columns: dict[str, str]
    types: Mapping[str, str]
    desk: Desk
    now: datetime

    def rows(self) -> Iterator[tuple[int, IncidentRow | NotValid]]:
        with csv_table.opened(self.path) as table:
            for line, cells in table.rows:
                yield line, cells if isinstance(cells, NotValid) else self._row(cells)

    def _row(self, cells: Mapping[str, str]) -> IncidentRow | NotValid:
        ours = {field: cells[column] for field, column in self.columns.items()}
        try:
            return incident_rows.read(ours, types=self.types, zone=self.desk.settings.zone, now=self.now)
        except NotValid as error:
            return error


def import_incidents(
    desk: Desk,
    person: Person,
    path: Path,
    *,
    columns: Mapping[str, str] | None = None,
    wishes: Wishes = Wishes(),
    is_dry_run: bool = False,
    progress: Progress = lambda rows: None,
) -> Imported:
    """Read a CSV file (also .gz) into incidents. `columns` maps our fields to the file's columns; the rest is found
    by their usual names. A row's number makes it known: a second import changes nothing.

    Raises Refused with `file:line: reason` for the rows that can't be taken; then nothing is imported.
    """
    person.require(Role.ADMIN, "import incidents")
    with csv_table.opened(path) as table:
        used = incident_rows.mapping(table.header, columns or {})
    with desk.reading() as session:
        types = _known_types(session)
    new = _new_types(path, used.get("type", ""), types) if wishes.adds_types else ()
    source = _Source(path, used, {**{name.lower(): TO_COME for name in new}, **types}, desk, desk.now())
    _check(source, progress)
    if is_dry_run:
        with desk.reading() as session:
            done = _Store(session, source, progress).run(is_dry_run=True)
        return replace(done, new_types=len(new), taught=done.labelled if wishes.teaches else 0)
    with desk.transaction() as session:
        for name in new:
            add_type(session, desk, person, "", name=name)
        store = _Store(session, replace(source, types=_known_types(session)), progress)
        done = replace(store.run(is_dry_run=False), new_types=len(new))
        return replace(done, taught=store.teach(person)) if wishes.teaches else done


def _known_types(session: Session) -> dict[str, str]:
    """Lower-case slug or name -> slug; of a merged type that of its heir."""
    now = labels_now(session)
    rows = session.exec(select(IncidentType).order_by(IncidentType.slug)).all()
    return {name.lower(): now[row.slug] or row.slug for row in rows for name in (row.slug, row.name)}


def _new_types(path: Path, column: str, types: Mapping[str, str]) -> tuple[str, ...]:
    """Names in the file's type column that are no types yet, as first written. Raises Refused for too many of them."""
    found: dict[str, str] = {}
    with csv_table.opened(path) as table:
        for _, cells in table.rows:
            name = "" if isinstance(cells, NotValid) else one_line(cells.get(column, ""))
            if name and len(name) <= LONGEST_NAME and name.lower() not in types:
                found.setdefault(name.lower(), name)
            if len(found) > MOST_NEW_TYPES:
                raise Refused(
                    f"The column {column} has more than {MOST_NEW_TYPES} types that are not here: is it the one?"
                )
    return tuple(found.values())


def _check(source: _Source, progress: Progress) -> None:
    """Read everything once without writing."""
    problems: list[str] = []
    seen: dict[str, int] = {}
    for count, (line, row) in enumerate(source.rows(), 1):
        if isinstance(row, NotValid):
            problems.append(f"{source.path.name}:{line}: {row}")
        elif row.external_id in seen:
            problems.append(f"{source.path.name}:{line}: the same as in line {seen[row.external_id]}")
        else:
            seen[row.external_id] = line
        if len(problems) == MOST_PROBLEMS:
            break
        if count % CHUNK == 0:
            progress(count)
    if problems:
        raise Refused(f"Nothing was imported: {source.path.name} has rows that can't be taken.", problems)


class _Store:
    """Writes the rows of a checked file, a thousand at a time."""

    def __init__(self, session: Session, source: _Source, progress: Progress) -> None:
        self.session, self.source, self.progress = session, source, progress
        self.rules = sla.rules(session, source.desk)
        self.teams = _names(session, Team.name, Team.id)
        self.services = _names(session, Service.name, Service.id)
        self.accounts = _names(session, Account.name, Account.id) | _names(session, Account.email, Account.id)
        self.done = Imported(0, 0, 0, 0, source.columns)
        self.last = 0

    def run(self, *, is_dry_run: bool) -> Imported:
        last = self.session.exec(select(func.max(Incident.id))).one() or 0
        rows = (row for _, row in self.source.rows() if isinstance(row, IncidentRow))
        while chunk := list(islice(rows, CHUNK)):
            ids = [row.external_id for row in chunk]
            there = set(self.session.exec(select(Incident.external_id).where(col(Incident.external_id).in_(ids))))
            new = [row for row in chunk if row.external_id not in there]
            self._count(new, unchanged=len(chunk) - len(new))
            if new and not is_dry_run:
                self._add_teams(new)
                self.session.execute(insert(Incident), [self._values(row) for row in new])
            self.progress(self.done.created + self.done.unchanged)
        if not is_dry_run:
            self._note(last)
        self.last = last
        return self.done

    def teach(self, person: Person) -> int:
        """Let the labels of the new incidents count as confirmed; a severity only where the file says one."""
        is_graded = {"priority", "impact", "urgency"} & self.source.columns.keys()
        severity = col(Incident.severity) if is_graded else literal("")
        nothing: dict[str, str] = {}
        labels = columns_of(
            col(Incident.id), literal(person.id), literal("accepted"), col(Incident.type), severity,
            literal(True), literal(nothing, JSON), literal(0.0), literal(self.source.now), literal(False),
        )  # fmt: skip
        labels = labels.where(
            col(Incident.id) > self.last, col(Incident.source) == Source.IMPORT, col(Incident.type) != ""
        )
        names = ["incident_id", "reviewer_id", "decision", "type", "severity"]
        names += ["is_imported", "before", "seconds", "at", "is_demo"]
        n = self.session.execute(select(func.count()).select_from(labels.subquery())).scalar_one()
        self.session.execute(insert(Review).from_select(names, labels))
        return int(n)  # the driver of PostgreSQL does not tell how many rows it made

    def _count(self, new: list[IncidentRow], *, unchanged: int) -> None:
        unassigned = sum(bool(row.assignee) and row.assignee.lower() not in self.accounts for row in new)
        teams = {row.team.lower() for row in new if row.team} - self.teams.keys()
        self.teams |= dict.fromkeys(teams)  # known from now on; the id follows when it is stored
        self.done = replace(
            self.done,
            labelled=self.done.labelled + sum(bool(row.type) for row in new),
            created=self.done.created + len(new),
            unchanged=self.done.unchanged + unchanged,
            unassigned=self.done.unassigned + unassigned,
            new_teams=self.done.new_teams + len(teams),
        )

    def _add_teams(self, rows: list[IncidentRow]) -> None:
        for name in sorted({row.team for row in rows if row.team and self.teams[row.team.lower()] is None}):
            if self.teams[name.lower()] is None:
                shown = f"Group {name}" if name.isdecimal() else name
                slug = re.sub(r"\W+", "_", shown.lower()).strip("_") or "group"
                team = self.session.exec(select(Team).where(Team.slug == slug)).first() or Team(slug=slug, name=shown)
                self.session.add(team)
                self.session.flush()
                self.teams[name.lower()] = team.id

    def _values(self, row: IncidentRow) -> dict[str, Any]:
        due = self._due(row)
        return {
            "key": f"import:{row.external_id}",
            "title": row.title,
            "body": row.body,
            "source": Source.IMPORT,
            "external_id": row.external_id,
            "reporter_id": self.accounts.get(row.reporter.lower()),
            "guest_email": "",
            "guest_key_hash": "",
            "service_id": self.services.get(row.service.lower()),
            "impact": row.impact,
            "urgency": row.urgency,
            "type": row.type,
            "severity": row.severity,
            "status": row.status,
            "team_id": self.teams.get(row.team.lower()),
            "assignee_id": self.accounts.get(row.assignee.lower()),
            "cause": row.cause,
            "resolution": row.resolution,
            "created_at": row.created_at,
            "updated_at": row.closed_at or row.resolved_at or row.created_at,
            "responded_at": row.responded_at,
            "resolved_at": row.resolved_at,
            "closed_at": row.closed_at,
            "response_due_at": due[0],
            "resolution_due_at": due[1],
            "paused_at": self.source.now if row.status is Status.ON_HOLD else None,
            "paused_seconds": 0,
            "is_response_breached": bool(row.responded_at and due[0] and row.responded_at > due[0]),
            "is_resolution_breached": _is_late(row, due[1]),
            "is_demo": False,
        }

    def _due(self, row: IncidentRow) -> tuple[datetime | None, datetime | None]:
        """What is over and says whether its SLA was kept had its own due times, which the log does not tell."""
        if row.is_sla_kept is not None and row.status not in LIVE:
            return None, None
        return self.rules.due(row.severity, row.created_at)

    def _note(self, last: int) -> None:
        """One timeline entry for each, by one statement."""
        entry = columns_of(
            col(Incident.id), literal("reported"), literal("Import"), literal(""), literal(""), literal(""),
            literal(str(Source.IMPORT)), literal(True), col(Incident.created_at), literal(False),
        ).where(col(Incident.id) > last, col(Incident.source) == Source.IMPORT)  # fmt: skip
        columns = ["incident_id", "kind", "actor", "body", "field", "old", "new", "is_public", "at", "is_demo"]
        self.session.execute(insert(TimelineEntry).from_select(columns, entry))


def _names(session: Session, name: Any, key: Any) -> dict[str, int | None]:
    return {text.lower(): id for text, id in session.exec(select(name, key).order_by(key))}


def _is_late(row: IncidentRow, due_at: datetime | None) -> bool:
    if row.is_sla_kept is not None:
        return not row.is_sla_kept
    return row.resolved_at is not None and due_at is not None and row.resolved_at > due_at
