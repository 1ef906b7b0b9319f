"""Taking back one's last decision."""

from __future__ import annotations

from datetime import timedelta

from sqlmodel import Session, col, select

from kb.desk import Desk
from kb.errors import Conflict, NotFound
from kb.incidents import number
from kb.incidents.access import staff_reach
from kb.labels import Role
from kb.person import Person
from kb.review.judging import ACTION, Verdict, change
from kb.review.looks import is_by
from kb.tables import Incident, Review
from kb.training.rows import TEACHING

UNDOABLE = timedelta(days=1)
UNDONE = "undone"


def last(desk: Desk, person: Person) -> str:
    """The number of the incident whose decision `undo` would take back; empty when there is none."""
    person.require(Role.LEAD, ACTION)
    with desk.reading() as session:
        review = _last(session, desk, person)
    return number(review.incident_id) if review else ""


def undo(desk: Desk, person: Person) -> int:
    """Take back one's last decision of the last day: labels and team are as before, and it waits again.

    The row stays, marked as taken back, and teaches nothing. Gives the incident's id. Raises NotFound when there is
    nothing to take back, Conflict when somebody has judged or changed the incident since.
    """
    person.require(Role.LEAD, ACTION)
    with desk.transaction() as session:
        review = _last(session, desk, person)
        if review is None:
            raise NotFound("There is no decision of yours of the last day to take back.")
        incident = staff_reach(session, person, review.incident_id, ACTION)
        if review.decision in TEACHING:
            _check_untouched(session, incident, review)
            before = review.before
            verdict = Verdict(UNDONE, before["type"], before["severity"], before["team_id"])
            change(session, desk, incident, person, verdict=verdict)
            incident.assignee_id = before["assignee_id"]
        review.undone_at = desk.now()
        return review.incident_id


def _last(session: Session, desk: Desk, person: Person) -> Review | None:
    recent = (col(Review.undone_at).is_(None), col(Review.at) >= desk.now() - UNDOABLE)
    found = session.exec(select(Review).where(is_by(person), *recent).order_by(col(Review.id).desc())).first()
    return found if found and found.before else None


def _check_untouched(session: Session, incident: Incident, review: Review) -> None:
    later = select(Review.id).where(
        Review.incident_id == incident.id, col(Review.id) > review.id, col(Review.undone_at).is_(None)
    )
    is_changed = (incident.type, incident.severity, incident.team_id) != (review.type, review.severity, review.team_id)
    if session.exec(later).first() is not None or is_changed:
        raise Conflict(f"Somebody has changed {number(incident.id)} since. Correct it instead.")
