"""Which incidents wait for a person's eye, the most valuable first, and how many of them fit into the day."""

from __future__ import annotations

import math
import statistics
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import sqlalchemy
from sqlalchemy import ColumnElement, and_, case, or_
from sqlalchemy.orm import aliased
from sqlmodel import Session, col, func, select

from kb.desk import Desk
from kb.incidents import number
from kb.labels import FAR, LIVE, Role, Severity, Target
from kb.person import Person
from kb.review import budget
from kb.review.looks import SECOND_WITHIN, is_judged, judged_by, wants_second
from kb.review.ordering import Candidate, ordered
from kb.tables import Incident, Prediction, Review
from models.selection import MOST_READ

RECENT, WEEK = timedelta(days=30), timedelta(days=7)
USUAL_SECONDS = 45.0
TIMED_REVIEWS = 100
"""The latest reviews whose median says how long the next ones will take."""
LEAST_DOUBT = 0.5
"""What a type counts at least whose text speaks for another severity."""


@dataclass(frozen=True, slots=True)
class Waiting:
    """An incident in the queue. `confidence` (0-1) is None when no model had an opinion on its type.

    `is_second`: another person has judged it, and one of ten is judged twice to see how far people agree.
    """

    id: int
    number: str
    title: str
    severity: Severity
    confidence: float | None
    is_sure: bool
    created_at: datetime
    is_second: bool


@dataclass(frozen=True, slots=True)
class Today:
    """This person's day: the minutes they give, those used, and how many more incidents fit into the rest."""

    minutes: int
    used: float
    fits: int

    @property
    def is_over(self) -> bool:
        return self.used >= self.minutes


@dataclass(frozen=True, slots=True)
class Queue:
    """The first of those that wait, how many there are and about how many minutes they take."""

    items: tuple[Waiting, ...]
    count: int
    minutes: int
    today: Today
    sure_this_week: int
    """How often the assistant was sure of a type in the last seven days; nobody has to look at those."""


type_said, severity_said = aliased(Prediction), aliased(Prediction)
_RANK = {severity.value: rank for rank, severity in enumerate(Severity, 1)}


def queue(desk: Desk, person: Person, *, limit: int = 50) -> Queue:
    """Live or recent incidents nobody has judged whose type was not sure, or whose text speaks for another severity.

    It speaks for another one when it is sure of it, or when that one is two steps away.
    Ordered by uncertainty x rarity of the type x severity x novelty (`kb.review.ordering`) among the first 500 by
    severity and the uncertainty they came with. Whom an incident left unsure is not asked again; the others still are.
    One judged incident of ten waits for a second person.
    """
    person.require(Role.LEAD, "review labels")
    with desk.reading() as session:
        waits, is_second = _waits(desk, person), wants_second(person, desk.now() - SECOND_WITHIN)
        shown = (Incident.id, Incident.title, Incident.severity, type_said.confidence, type_said.is_sure)
        worth = _doubt() * _weight()
        first = _with_opinions(*shown, Incident.created_at, is_second, _doubt(), _weight()).where(*waits)
        latest = (col(Incident.created_at).desc(), col(Incident.id).desc())
        rows = session.execute(first.order_by(worth.desc(), *latest).limit(max(limit, MOST_READ))).all()
        candidates = [Candidate(row[0], bool(row[4]), float(row[7]), float(row[8])) for row in rows]
        by_id = {row[0]: row for row in rows}
        items = tuple(_waiting(*by_id[id][:7]) for id in ordered(session, desk, candidates, most=limit))
        count = session.execute(_with_opinions(func.count(col(Incident.id))).where(*waits)).scalar_one()
        seconds = _seconds_each(session)
        today = _today(session, desk, person, seconds)
        minutes = math.ceil(count * seconds / 60)
        return Queue(items, count, minutes, today, _sure_since(session, desk.now() - WEEK))


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
    is_unsure = or_(col(type_said.id).is_(None), col(type_said.is_sure).is_(False), _differs())
    return (
        or_(col(Incident.status).in_(LIVE), col(Incident.created_at) >= desk.now() - RECENT),
        or_(and_(is_unsure, ~is_judged()), wants_second(person, desk.now() - SECOND_WITHIN)),
        ~judged_by(person),
    )


def _differs() -> ColumnElement[bool]:
    """As `kb.labels.is_disputed`."""
    is_other = and_(col(severity_said.is_sure), col(severity_said.label) != col(Incident.severity))
    steps = case(_RANK, value=severity_said.label) - case(_RANK, value=Incident.severity)
    return or_(is_other, func.abs(steps) >= FAR)


def _doubt() -> Any:
    """1 - confidence in the type; without any opinion the whole doubt."""
    doubt = 1 - func.coalesce(col(type_said.confidence), 0.0)
    return case((and_(_differs(), doubt < LEAST_DOUBT), LEAST_DOUBT), else_=doubt)


def _weight() -> Any:
    """1 (low) to 4 (critical): the incident's severity, or that of its text where they differ and it is worse."""
    given = case(_RANK, value=Incident.severity, else_=2)
    said = case(_RANK, value=severity_said.label, else_=0)
    return case((and_(_differs(), said > given), said), else_=given)


def _waiting(
    id: int,
    title: str,
    severity: str,
    confidence: float | None,
    is_sure: bool | None,
    at: datetime,
    is_second: bool,
) -> Waiting:
    return Waiting(id, number(id), title, Severity(severity), confidence, bool(is_sure), at, bool(is_second))


def _today(session: Session, desk: Desk, person: Person, seconds_each: float) -> Today:
    minutes, used = budget.budget(session, person), budget.seconds_used(session, desk, person)
    return Today(minutes, used / 60, max(0, round((minutes * 60 - used) / seconds_each)))


def _seconds_each(session: Session) -> float:
    timed = select(Review.seconds).where(Review.seconds > 0, col(Review.is_demo).is_(False))
    latest = session.exec(timed.order_by(col(Review.id).desc()).limit(TIMED_REVIEWS)).all()
    return statistics.median(latest) if latest else USUAL_SECONDS


def _sure_since(session: Session, since: datetime) -> int:
    sure = select(func.count()).select_from(Prediction)
    return session.exec(
        sure.where(Prediction.target == Target.TYPE, col(Prediction.is_sure), col(Prediction.at) >= since)
    ).one()
