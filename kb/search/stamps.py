"""The stamps of all that a search keeps loaded, read in one go."""

from __future__ import annotations

from sqlmodel import Session, select

from kb.tables import Stamp

_ALL = select(Stamp.name, Stamp.value)


def stamps_of(session: Session) -> dict[str, int]:
    """Name -> how often it was raised; what never was is not in it."""
    return {row[0]: row[1] for row in session.connection().execute(_ALL)}
