"""Versions in the shadow: they answer every new incident, nobody sees the answers, and leads see how it would be."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

import numpy as np
from sqlalchemy import exists
from sqlmodel import Session, col, func, select

from kb.desk import Desk
from kb.errors import Conflict, NotFound
from kb.labels import Role, Target
from kb.person import Person
from kb.tables import ActiveModel, Incident, ModelVersion, Prediction, Review, ShadowModel, ShadowPrediction
from kb.training.rows import COUNTS
from kb.training.versions import problem_of
from kb.triage import path_of, text_of
from models.evaluation.duel import Duel, duel
from models.store import BrokenModel, load
from models.triage import TriageModel

AT_ONCE = 200
ACTION = "run a version in the shadow"


@dataclass(frozen=True, slots=True)
class ShadowRow:
    """A version in the shadow of the one that serves.

    `duel` compares them on incidents that came since and that a person has judged: first the one that serves.
    """

    target: Target
    version_id: int
    since_at: datetime
    seen: int
    agreed: int
    """In how many of the seen ones both said the same."""
    duel: Duel


def put_in_shadow(desk: Desk, person: Person, version_id: int) -> None:
    """From now on this version answers new incidents unseen. One a target; the former one makes room."""
    person.require(Role.LEAD, ACTION)
    with desk.reading() as session:
        version = session.get(ModelVersion, version_id)
    if version is None or version.target == Target.SENTIMENT:
        raise NotFound("There is no such version, or it has nothing to say of incidents.")
    problem = problem_of(desk, version)
    if problem:
        raise Conflict(f"This version can't answer. {problem}")
    with desk.transaction() as session:
        shade(session, desk, version)


def shade(session: Session, desk: Desk, version: ModelVersion) -> None:
    """Put it there in the caller's transaction. Raises Conflict when it is the one that serves."""
    active = session.get(ActiveModel, version.target)
    if active is not None and active.version_id == version.id:
        raise Conflict("This version serves: everybody sees what it says.")
    session.merge(ShadowModel(target=version.target, version_id=version.id or 0, since_at=desk.now()))


def end_shadow(desk: Desk, person: Person, target: Target) -> None:
    """Nothing of this target runs in the shadow any more; what was recorded stays."""
    person.require(Role.LEAD, ACTION)
    with desk.transaction() as session:
        row = session.get(ShadowModel, target)
        if row is not None:
            session.delete(row)


def answer_in_shadow(desk: Desk, person: Person) -> int:
    """Record what the versions in the shadow say of new incidents; run by the clock. Gives how many answers."""
    person.require(Role.LEAD, ACTION)
    with desk.reading() as session:
        wanted = [(version, _unanswered(session, row)) for row, version in _rows(session)]
    return sum(_answer(desk, version, incidents) for version, incidents in wanted if incidents)


def shadows(desk: Desk, person: Person) -> tuple[ShadowRow, ...]:
    """What runs in the shadow, and how it does beside the version that serves."""
    person.require(Role.LEAD, "see the assistant's versions")
    with desk.reading() as session:
        return tuple(_row(session, row) for row, _ in _rows(session))


def _rows(session: Session) -> list[tuple[ShadowModel, ModelVersion]]:
    query = select(ShadowModel, ModelVersion).join(ModelVersion, col(ModelVersion.id) == col(ShadowModel.version_id))
    return list(session.exec(query.order_by(ShadowModel.target)).all())


def _unanswered(session: Session, row: ShadowModel) -> list[tuple[int, str]]:
    said = exists().where(
        col(ShadowPrediction.incident_id) == col(Incident.id), col(ShadowPrediction.version_id) == row.version_id
    )
    query = select(Incident.id, Incident.title, Incident.body).where(
        col(Incident.created_at) >= row.since_at, col(Incident.is_demo).is_(False), ~said
    )
    found = session.exec(query.order_by(col(Incident.id)).limit(AT_ONCE))
    return [(id or 0, text_of(title, body)) for id, title, body in found]


def _answer(desk: Desk, version: ModelVersion, incidents: list[tuple[int, str]]) -> int:
    try:
        model = desk.kept(
            f"shadow {version.target}", version.id, lambda: load(path_of(desk, version), sha256=version.sha256)
        )
    except BrokenModel:
        return 0
    guesses = [(id, model.guess(text)) for id, text in incidents] if isinstance(model, TriageModel) else []
    with desk.transaction() as session:
        for id, guess in guesses:
            session.add(
                ShadowPrediction(
                    incident_id=id,
                    version_id=version.id or 0,
                    label=guess.label,
                    confidence=guess.confidence,
                    is_sure=guess.is_sure,
                    at=desk.now(),
                )
            )
    return len(guesses)


def _row(session: Session, row: ShadowModel) -> ShadowRow:
    both = (
        select(func.count())
        .select_from(ShadowPrediction)
        .join(
            Prediction,
            (col(Prediction.incident_id) == col(ShadowPrediction.incident_id)) & (col(Prediction.target) == row.target),
        )
        .where(ShadowPrediction.version_id == row.version_id)
    )
    seen = session.exec(both).one()
    agreed = session.exec(both.where(col(Prediction.label) == col(ShadowPrediction.label))).one()
    judged = [(served == truth, shaded == truth) for served, shaded, truth in session.exec(_judged(row))]
    is_right = np.array(judged, dtype=bool).reshape(-1, 2)
    fought = duel(is_right[:, 0], is_right[:, 1])
    return ShadowRow(Target(row.target), row.version_id, row.since_at, seen, agreed, fought)


def _judged(row: ShadowModel) -> Any:
    """(label of the one that served, label of the shadow, label a person confirmed) of the latest judgements."""
    latest = select(func.max(Review.id)).where(*COUNTS, col(Review.is_demo).is_(False))
    truth = Review.type if row.target == Target.TYPE else Review.severity
    return (
        select(Prediction.label, ShadowPrediction.label, truth)
        .join(ShadowPrediction, col(ShadowPrediction.incident_id) == col(Prediction.incident_id))
        .join(Review, col(Review.incident_id) == col(Prediction.incident_id))
        .where(Prediction.target == row.target, ShadowPrediction.version_id == row.version_id)
        .where(col(Review.id).in_(latest.group_by(col(Review.incident_id))))
        .order_by(col(Review.id))
    )
