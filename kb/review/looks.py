"""Which judgements count, and which incidents a second person is asked about."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from sqlalchemy import ColumnElement, and_, exists
from sqlalchemy.orm import aliased
from sqlmodel import Session, col, select

from kb.person import Person
from kb.tables import Incident, Review
from kb.training.rows import COUNTS, TEACHING

SECOND_OF = 10
"""One of so many judged incidents is shown to a second person, who doesn't see what the first one said."""
SECOND_WITHIN = timedelta(days=14)

_other, _third = aliased(Review), aliased(Review)


def is_by(person: Person, review: Any = Review) -> ColumnElement[bool]:
    """Judgements of this person; the operator at the command line has no account."""
    return col(review.reviewer_id) == person.id if person.id is not None else col(review.reviewer_id).is_(None)


def judged_by(person: Person) -> ColumnElement[bool]:
    """Whether this person has said something of the incident, be it "not sure"."""
    return exists().where(col(Review.incident_id) == col(Incident.id), col(Review.undone_at).is_(None), is_by(person))


def is_judged() -> ColumnElement[bool]:
    """Whether somebody has confirmed its labels."""
    return exists().where(col(Review.incident_id) == col(Incident.id), *COUNTS)


def wants_second(person: Person, since: Any) -> ColumnElement[bool]:
    """One of ten incidents that exactly one other person has judged since then. An imported label is no judgement."""
    by_other = and_(
        col(_other.incident_id) == col(Incident.id),
        col(_other.decision).in_(TEACHING),
        col(_other.undone_at).is_(None),
        col(_other.is_demo).is_(False),
        col(_other.is_imported).is_(False),
        col(_other.at) >= since,
        ~is_by(person, _other),
    )
    of_third = and_(
        col(_third.incident_id) == col(_other.incident_id),
        col(_third.decision).in_(TEACHING),
        col(_third.undone_at).is_(None),
        col(_third.is_imported).is_(False),
        col(_third.reviewer_id) != col(_other.reviewer_id),
    )
    is_drawn = col(Incident.id) % SECOND_OF == 0
    return and_(is_drawn, exists().where(by_other, ~exists().where(of_third)))


def is_second(session: Session, incident_id: int, person: Person) -> bool:
    """Whether this person looks at what another one has judged, and has not judged it yet."""
    own = (*COUNTS, col(Review.is_imported).is_(False))
    query = select(Review).where(Review.incident_id == incident_id, *own).order_by(col(Review.id))
    reviewers = {review.reviewer_id for review in session.exec(query)}
    return bool(reviewers) and person.id not in reviewers
