"""Text not yet sent: kept by its key, so that a reload or a restart loses nothing."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from sqlmodel import col, delete, select

from kb.cleaning import clean
from kb.desk import Desk
from kb.person import Person
from kb.tables import Draft, Incident, new_id

KEPT_FOR = timedelta(days=30)
LONGEST_KEY = 200
LONGEST_TEXT = 100_000
NOBODY = "v:"
"""The rater key of a guest without a cookie: of any number of them."""


def new_key() -> str:
    """A key for something that is being begun; nobody can guess it."""
    return new_id()


def save(desk: Desk, person: Person, key: str, fields: dict[str, Any]) -> None:
    """Keep what was written so far; another's draft, and a report already sent, stays as it is."""
    if not 1 <= len(key) <= LONGEST_KEY or person.rater == NOBODY:
        return
    kept = {
        name: clean(value).strip()[:LONGEST_TEXT] if isinstance(value, str) else value for name, value in fields.items()
    }
    with desk.transaction() as session:
        row = session.get(Draft, key)
        if row is None and session.exec(select(Incident.id).where(Incident.key == key)).first() is None:
            row = Draft(key=key, owner=person.rater, fields={}, updated_at=desk.now())
            session.add(row)
        if row is not None and row.owner == person.rater:
            row.fields, row.updated_at = kept, desk.now()


def load(desk: Desk, person: Person, key: str) -> dict[str, Any]:
    """What this person has written under the key; empty when nothing."""
    with desk.reading() as session:
        row = session.get(Draft, key[:LONGEST_KEY])
    return dict(row.fields) if row is not None and row.owner == person.rater else {}


def drop(desk: Desk, person: Person, key: str) -> None:
    """Forget the person's own draft: it was saved as what it was to be, or is wanted no more."""
    with desk.transaction() as session:
        session.exec(delete(Draft).where(col(Draft.key) == key, col(Draft.owner) == person.rater))


def forget_old(desk: Desk) -> int:
    """Remove drafts nobody has touched for 30 days; a job of the clock."""
    with desk.transaction() as session:
        old = delete(Draft).where(col(Draft.updated_at) < desk.now() - KEPT_FOR)
        return session.exec(old).rowcount
