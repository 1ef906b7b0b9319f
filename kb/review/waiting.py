"""Which incidents wait for a person's eye, the most valuable first."""

from __future__ import annotations

import math
import statistics
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import sqlalchemy
from sqlalchemy import ColumnElement, and_, case, exists, or_
from sqlalchemy.orm import aliased
from sqlmodel import Session, col, func, select

from kb.desk import Desk
from kb.incidents import number
from kb.labels import LIVE, Role, Severity, Target
from kb.person import Person
from kb.tables import Incident, Prediction, Review
from kb.training.rows import TEACHING

RECENT, WEEK = timedelta(days=30), timedelta(days=7)
USUAL_SECONDS = 45.0
TIMED_REVIEWS = 100
"""The latest reviews whose median says how long the next ones will take."""


@dataclass(frozen=True, slots=True)
class Waiting:
    """An incident in the queue. `confidence` (0-1) is None when no model had an opinion on its type."""

    id: int
    number: str
    title: str
    severity: Severity
    confidence: float | None
    is_sure: bool
    created_at: datetime


@dataclass(frozen=True, slots=True)
class Queue:
    """The first of those that wait, how many there are and about how many minutes they take."""

    items: tuple[Waiting, ...]
    count: int
    minutes: int
    sure_this_week: int
    """How often the assistant was sure of a type in the last seven days; nobody has to look at those."""


type_said, severity_said = aliased(Prediction), aliased(Prediction)


def queue(desk: Desk, person: Person, *, limit: int = 50) -> Queue:
    """Live or recent incidents nobody has judged whose type was not sure, or whose text speaks for another severity.

    Unsure types come first; among equals uncertainty times severity counts. Whom an incident left unsure is not
    asked again; the others still are.
    """
    person.require(Role.LEAD, "review labels")
    with desk.reading() as session:
        waits = _waits(desk, person)
        shown = (Incident.id, Incident.title, Incident.severity, type_said.confidence, type_said.is_sure)
        first = _with_opinions(*shown, Incident.created_at).where(*waits).order_by(*_most_valuable()).limit(limit)
        items = tuple(_waiting(*row) for row in session.execute(first))
        count = session.execute(_with_opinions(func.count(col(Incident.id))).where(*waits)).scalar_one()
        minutes = math.ceil(count * _seconds_each(session) / 60)
        return Queue(items, count, minutes, _sure_since(session, desk.now() - WEEK))


def _with_opinions(*columns: Any) -> Any:
    of_type = and_(col(type_said.incident_id) == col(Incident.id), col(type_said.target) == Target.TYPE)
    of_severity = and_(col(severity_said.incident_id) == col(Incident.id), col(severity_said.target) == Target.SEVERITY)
    return (
        sqlalchemy.select(*columns)
        .select_from(Incident)
        .outerjoin(type_said, of_type)
        .outerjoin(severity_said, of_severity)
    )


def _waits(desk: Desk, person: Person) -> tuple[ColumnElement[bool], ...]:
    of_incident = col(Review.incident_id) == col(Incident.id)
    mine = col(Review.reviewer_id) == person.id if person.id is not None else col(Review.reviewer_id).is_(None)
    differs = and_(col(severity_said.is_sure), col(severity_said.label) != col(Incident.severity))
    return (
        or_(col(Incident.status).in_(LIVE), col(Incident.created_at) >= desk.now() - RECENT),
        or_(col(type_said.id).is_(None), col(type_said.is_sure).is_(False), differs),
        ~exists().where(of_incident, or_(col(Review.decision).in_(TEACHING), mine)),
    )


def _most_valuable() -> tuple[Any, ...]:
    weight = case({severity.value: rank for rank, severity in enumerate(Severity, 1)}, value=Incident.severity, else_=2)
    uncertainty = 1 - func.coalesce(col(type_said.confidence), 0.0)
    is_sure = case((col(type_said.is_sure).is_(True), 1), else_=0)
    return is_sure, (uncertainty * weight).desc(), col(Incident.created_at).desc(), col(Incident.id).desc()


def _waiting(
    id: int, title: str, severity: str, confidence: float | None, is_sure: bool | None, at: datetime
) -> Waiting:
    return Waiting(id, number(id), title, Severity(severity), confidence, bool(is_sure), at)


def _seconds_each(session: Session) -> float:
    timed = select(Review.seconds).where(Review.seconds > 0, col(Review.is_demo).is_(False))
    latest = session.exec(timed.order_by(col(Review.id).desc()).limit(TIMED_REVIEWS)).all()
    return statistics.median(latest) if latest else USUAL_SECONDS


def _sure_since(session: Session, since: datetime) -> int:
    sure = select(func.count()).select_from(Prediction)
    return session.exec(
        sure.where(Prediction.target == Target.TYPE, col(Prediction.is_sure), col(Prediction.at) >= since)
    ).one()
