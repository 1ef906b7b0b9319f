"""How many minutes a day a lead gives to the review."""

from __future__ import annotations

from datetime import datetime, time

from sqlmodel import Session, col, func, select

from kb.desk import Desk
from kb.errors import NotValid
from kb.labels import Role
from kb.person import Person
from kb.review.looks import is_by
from kb.tables import Preference, Review

USUAL_MINUTES, LONGEST_MINUTES = 20, 8 * 60


def set_budget(desk: Desk, person: Person, minutes: int) -> None:
    """Say how many minutes of this person's day go into the review."""
    person.require(Role.LEAD, "review labels")
    if not 1 <= minutes <= LONGEST_MINUTES:
        raise NotValid("minutes", f"Give it 1 to {LONGEST_MINUTES} minutes a day.")
    with desk.transaction() as session:
        session.merge(Preference(name=_name(person), value=minutes))


def budget(session: Session, person: Person) -> int:
    """The minutes of a day."""
    row = session.get(Preference, _name(person))
    return int(row.value) if row else USUAL_MINUTES


def seconds_used(session: Session, desk: Desk, person: Person) -> float:
    """What this person's decisions of today took, those taken back as well."""
    zone = desk.settings.zone
    midnight = datetime.combine(desk.now().astimezone(zone).date(), time(), zone)
    query = select(func.coalesce(func.sum(Review.seconds), 0.0)).where(is_by(person), col(Review.at) >= midnight)
    return float(session.exec(query).one())


def _name(person: Person) -> str:
    return f"review_minutes:{person.id or 0}"
