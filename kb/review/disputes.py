"""What people decided where a text and its reporter's answers speak for different severities."""

from __future__ import annotations

from dataclasses import dataclass

from sqlmodel import Session, col, func, select

from kb.labels import Impact, Severity, Target, Urgency, severity_of
from kb.tables import Incident, Prediction, Review
from kb.training.rows import COUNTS

MOST_CASES = 2_000


@dataclass(frozen=True, slots=True)
class Settled:
    """Of `n` judged incidents whose text sounds graver than reported (or milder), people kept the severity of impact
    and urgency in `as_reported`, took that of the text in `as_text`, and another one in the rest."""

    is_graver: bool
    n: int
    as_reported: int
    as_text: int


def settled(session: Session, reported: Severity, said: Severity) -> Settled:
    """Count over the latest judged incidents whose text differs from what was reported in the same direction."""
    own = (*COUNTS, col(Review.is_demo).is_(False), col(Review.is_imported).is_(False))
    latest = select(func.max(Review.id)).where(*own).group_by(col(Review.incident_id))
    query = (
        select(Incident.impact, Incident.urgency, Prediction.label, Review.severity)
        .join(Review, col(Review.incident_id) == col(Incident.id))
        .join(Prediction, col(Prediction.incident_id) == col(Incident.id))
        .where(col(Review.id).in_(latest), Prediction.target == Target.SEVERITY)
        .order_by(col(Review.id).desc())
        .limit(MOST_CASES)
    )
    is_graver, n, kept, taken = _is_graver(reported, said), 0, 0, 0
    for impact, urgency, label, decided in session.exec(query):
        given = severity_of(Impact(impact), Urgency(urgency))
        if given != label and _is_graver(given, Severity(label)) == is_graver:
            n, kept, taken = n + 1, kept + (decided == given), taken + (decided == label)
    return Settled(is_graver, n, kept, taken)


def _is_graver(reported: Severity, said: Severity) -> bool:
    return list(Severity).index(said) > list(Severity).index(reported)
