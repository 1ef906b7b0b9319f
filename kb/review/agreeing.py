"""How far reviewers agree with each other."""

from __future__ import annotations

from dataclasses import dataclass

from sqlmodel import Session, col, func, select

from kb.desk import Desk
from kb.labels import Role, Severity
from kb.person import Person
from kb.tables import Review
from kb.training.rows import COUNTS
from models.evaluation.agreement import Agreement, agreement

MOST_CASES = 2_000


@dataclass(frozen=True, slots=True)
class Agreements:
    """Over the latest incidents that two people judged; None while there is none. Severity weighs by distance."""

    type: Agreement | None
    severity: Agreement | None


def agreements(desk: Desk, person: Person) -> Agreements:
    """Compare the first two people who judged the same incident, neither of whom saw the other's answer."""
    person.require(Role.LEAD, "see how far reviewers agree")
    with desk.reading() as session:
        pairs = _pairs(session)
    first, second = ([pair[place] for pair in pairs] for place in (0, 1))
    return Agreements(
        type=agreement([one.type for one in first], [one.type for one in second]),
        severity=agreement([one.severity for one in first], [one.severity for one in second], order=tuple(Severity)),
    )


def _pairs(session: Session) -> list[tuple[Review, Review]]:
    own = (col(Review.is_demo).is_(False), col(Review.is_imported).is_(False), col(Review.reviewer_id).is_not(None))
    counted = (*COUNTS, *own)
    twice = (
        select(Review.incident_id)
        .where(*counted)
        .group_by(col(Review.incident_id))
        .having(func.count(func.distinct(Review.reviewer_id)) > 1)
        .order_by(func.max(Review.id).desc())
        .limit(MOST_CASES)
    )
    query = select(Review).where(*counted, col(Review.incident_id).in_(twice)).order_by(col(Review.id))
    latest: dict[int, dict[int | None, Review]] = {}
    for review in session.exec(query):
        latest.setdefault(review.incident_id, {})[review.reviewer_id] = review
    return [(one, two) for one, two, *_ in (list(by_reviewer.values()) for by_reviewer in latest.values())]
