"""All incidents as CSV, for a spreadsheet or another portal."""

from __future__ import annotations

import csv
from datetime import datetime
from typing import TextIO

from sqlmodel import col, select

from kb.analytics.export import defused
from kb.desk import Desk
from kb.incidents.fields import number
from kb.labels import Role
from kb.person import Person
from kb.tables import Account, Incident, Service, Team

COLUMNS = (
    "number", "title", "body", "source", "status", "type", "severity", "impact", "urgency", "service", "team",
    "assignee", "cause", "resolution", "opened_at", "responded_at", "resolved_at", "closed_at", "response_due_at",
    "resolution_due_at", "made_sla",
)  # fmt: skip


def export(desk: Desk, person: Person, file: TextIO) -> int:
    """Write a row each, oldest first; text that a spreadsheet would run as a formula gets an apostrophe.

    Reporters are left out. Returns the number of rows.
    """
    person.require(Role.LEAD, "export incidents")
    query = (
        select(Incident, Service.name, Team.name, Account.name)
        .outerjoin(Service, col(Service.id) == col(Incident.service_id))
        .outerjoin(Team, col(Team.id) == col(Incident.team_id))
        .outerjoin(Account, col(Account.id) == col(Incident.assignee_id))
        .order_by(col(Incident.id))
        .execution_options(yield_per=1_000)
    )
    writer = csv.writer(file)
    writer.writerow(COLUMNS)
    count = 0
    with desk.reading() as session:
        for incident, service, team, assignee in session.exec(query):
            writer.writerow(_cells(incident, service or "", team or "", assignee or ""))
            count += 1
    return count


def _cells(incident: Incident, service: str, team: str, assignee: str) -> tuple[str, ...]:
    texts = (
        number(incident.id), incident.title, incident.body, incident.source, incident.status, incident.type,
        incident.severity, incident.impact, incident.urgency, service, team, assignee, incident.cause,
        incident.resolution,
    )  # fmt: skip
    times = (
        incident.created_at, incident.responded_at, incident.resolved_at, incident.closed_at,
        incident.response_due_at, incident.resolution_due_at,
    )  # fmt: skip
    is_kept = str(not incident.is_resolution_breached).lower() if incident.resolved_at else ""
    return (*map(defused, texts), *map(_time, times), is_kept)


def _time(at: datetime | None) -> str:
    return at.isoformat(timespec="seconds") if at else ""
