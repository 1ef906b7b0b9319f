"""Confirmed incidents, oldest first: what the assistant is assessed on."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from sqlmodel import Session, col, func, select

from kb import services
from kb.labels import Impact, Target, Urgency, severity_of
from kb.tables import Incident, Review, Team
from kb.training.rows import TEACHING
from kb.triage import text_of
from models.language import NAMES, language_of

MOST_CASES = 4_000
"""The latest ones; more would only take longer."""


@dataclass(frozen=True, slots=True)
class Case:
    """An incident as it came, and the label a person confirmed."""

    incident_id: int
    title: str
    text: str
    label: str
    by_reporter: str
    """The severity that impact and urgency give."""
    at: datetime
    team: str
    language: str


@dataclass(frozen=True, slots=True)
class Cases:
    """What there is to assess on. Demo incidents stand in only while nobody has confirmed a real one."""

    rows: tuple[Case, ...]
    is_demo: bool

    @property
    def stamp(self) -> str:
        """SHA-256 over texts and labels in order."""
        said = [(row.text, row.label) for row in self.rows]
        return hashlib.sha256(json.dumps(said, ensure_ascii=False).encode("utf-8", "surrogatepass")).hexdigest()


def cases(session: Session, target: Target, *, until: datetime) -> Cases:
    """The incidents whose label a person confirmed by `until`, by when they came in."""
    own = _read(session, target, until, is_demo=False)
    return Cases(own, False) if own else Cases(_read(session, target, until, is_demo=True), True)


def _read(session: Session, target: Target, until: datetime, *, is_demo: bool) -> tuple[Case, ...]:
    counts = (
        col(Review.decision).in_(TEACHING),
        col(Review.undone_at).is_(None),
        col(Review.is_demo).is_(is_demo),
        col(Review.at) <= until,
    )
    latest = select(func.max(Review.id)).where(*counts).group_by(col(Review.incident_id))
    query = (
        select(Incident, Review, Team.name)
        .join(Review, col(Review.incident_id) == col(Incident.id))
        .outerjoin(Team, col(Team.id) == col(Incident.team_id))
        .where(col(Review.id).in_(latest), col(Review.type if target is Target.TYPE else Review.severity) != "")
        .order_by(col(Incident.created_at).desc(), col(Incident.id).desc())
        .limit(MOST_CASES)
    )
    now = services.labels_now(session)
    found = [_case(*row, target) for row in session.exec(query)][::-1]
    if target is not Target.TYPE:
        return tuple(found)
    return tuple(_as(case, now.get(case.label, case.label)) for case in found if now.get(case.label, case.label))


def _case(incident: Incident, review: Review, team: str | None, target: Target) -> Case:
    text = text_of(incident.title, incident.body)
    return Case(
        incident.id or 0,
        incident.title,
        text,
        review.type if target is Target.TYPE else review.severity,
        severity_of(Impact(incident.impact), Urgency(incident.urgency)),
        incident.created_at,
        team or "",
        NAMES[language_of(text)],
    )


def _as(case: Case, label: str) -> Case:
    return case if case.label == label else replace(case, label=label)


def texts(rows: Sequence[Case]) -> list[str]:
    return [row.text for row in rows]


def labels(rows: Sequence[Case]) -> list[str]:
    return [row.label for row in rows]
