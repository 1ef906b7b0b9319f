"""Reports and what hangs on them, short."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from sqlmodel import Session, select

from kb import incidents
from kb.desk import Desk
from kb.incidents import Submitted
from kb.person import Person
from kb.tables import Incident, OutboxRow, TimelineEntry

Submit = Callable[..., Submitted]


@pytest.fixture
def submit(desk: Desk, user: Person) -> Submit:
    """submit(person=user, key=..., title=..., ...) reports something."""
    sent = 0

    def report(person: Person | None = None, **given: Any) -> Submitted:
        nonlocal sent
        sent += 1
        values = {
            "key": f"key-{sent}",
            "title": "Printer on floor 3 prints nothing",
            "body": "Jobs stay in the queue since this morning.",
            "impact": "some",
            "urgency": "medium",
        }
        return incidents.submit(desk, person or user, **{**values, **given})

    return report


def stored(desk: Desk, incident_id: int) -> Incident:
    with desk.reading() as session:
        return session.get_one(Incident, incident_id)


def timeline(desk: Desk, incident_id: int) -> list[str]:
    """`kind` of each entry, with `field: old > new` where something was set."""
    with desk.reading() as session:
        query = select(TimelineEntry).where(TimelineEntry.incident_id == incident_id).order_by(TimelineEntry.id)
        return [f"{e.field}: {e.old} > {e.new}" if e.field and e.old + e.new else e.kind for e in session.exec(query)]


def told(desk: Desk, since: int = 0) -> list[tuple[int | str | None, str]]:
    """(account or address, subject) of every notice."""
    with desk.reading() as session:
        rows = session.exec(select(OutboxRow).where(OutboxRow.id > since).order_by(OutboxRow.id)).all()
    return [(row.account_id or row.address, row.subject) for row in rows]


def forget_told(desk: Desk) -> None:
    with desk.transaction() as session:
        _delete_all(session)


def _delete_all(session: Session) -> None:
    for row in session.exec(select(OutboxRow)):
        session.delete(row)
