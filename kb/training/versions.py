"""Versions of the models: kept with their scores, put live, rolled back."""

from __future__ import annotations

import secrets
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlmodel import Session, col, select

from kb.desk import Desk
from kb.errors import Conflict, NotFound
from kb.labels import Role, Target
from kb.person import Person
from kb.tables import ActiveModel, ModelVersion, ShadowModel
from kb.training.measuring import scores_of
from kb.training.rows import Rows, collect
from kb.triage import path_of
from models.evaluation.duel import Duel
from models.evaluation.probing import HeavyWord
from models.store import BrokenModel, Model, checked, load, save


@dataclass(frozen=True, slots=True)
class LabelRow:
    """How well one label is found: shares of 0-1, and `n` held-out incidents that have it."""

    label: str
    precision: float
    recall: float
    f1: float
    n: int


@dataclass(frozen=True, slots=True)
class Scores:
    """Held-out figures, each row labelled by a model that had not seen it. Shares are 0-1."""

    n: int
    accuracy: float
    macro_f1: float
    labels: tuple[LabelRow, ...]
    ece: float | None = None
    """Expected calibration error; this and what follows is None for the sentiment, which is never "not sure"."""
    coverage: float | None = None
    """Share of answers it was sure of."""
    selective_accuracy: float | None = None
    """Share of right ones among those; None when there was none."""
    target_error: float | None = None

    @property
    def n_sure(self) -> int:
        return round((self.coverage or 0) * self.n)


@dataclass(frozen=True, slots=True)
class VersionRow:
    """A version as leads see it. `scores` is None until it has been measured."""

    id: int
    target: Target
    trained_at: datetime
    trained_by: str
    n_starter: int
    n_reviews: int
    note: str
    scores: Scores | None
    is_live: bool
    problem: str
    """Why the file can't be used, in a sentence; empty when it can. Of one at rest only its bytes are checked."""
    duel: Duel | None = None
    """How it did against the version that served when it was trained, on the same latest confirmed cases."""
    words: tuple[HeavyWord, ...] = ()
    """Words of its new rows that alone turn its answers."""
    is_in_shadow: bool = False


@dataclass(frozen=True, slots=True)
class Again:
    """A version measured anew. `is_same_rows` is False when its rows are no longer those it learned from: texts were
    erased or types merged since."""

    version: VersionRow
    measured: Scores
    is_same_rows: bool


def versions(desk: Desk, person: Person) -> tuple[VersionRow, ...]:
    """All versions by target, the newest first."""
    person.require(Role.LEAD, "see the assistant's versions")
    with desk.reading() as session:
        live = set(session.exec(select(ActiveModel.version_id)))
        shaded = set(session.exec(select(ShadowModel.version_id)))
        rows = session.exec(select(ModelVersion).order_by(ModelVersion.target, col(ModelVersion.id).desc())).all()
    return tuple(_row(desk, row, is_live=row.id in live, is_in_shadow=row.id in shaded) for row in rows)


def measure_again(desk: Desk, person: Person, version_id: int) -> Again:
    """Measure a version as when it was made, on the rows there were then; takes up to a minute and stores nothing."""
    row = next((row for row in versions(desk, person) if row.id == version_id), None)
    if row is None:
        raise NotFound("There is no such version.")
    with desk.reading() as session:
        stamp = session.get_one(ModelVersion, version_id).data_stamp
        rows = collect(session, row.target, until=row.trained_at)
    return Again(row, _scores(scores_of(row.target, rows)), rows.stamp == stamp)


def roll_back(desk: Desk, person: Person, version_id: int) -> None:
    """Let this version serve from now on, older or newer. Raises Conflict when its file is missing or damaged."""
    person.require(Role.LEAD, "change which version serves")
    with desk.reading() as session:
        version = session.get(ModelVersion, version_id)
    if version is None:
        raise NotFound("There is no such version.")
    problem = problem_of(desk, version)
    if problem:
        raise Conflict(f"This version can't serve. {problem}")
    with desk.transaction() as session:
        activate(session, desk, version)


@dataclass(frozen=True, slots=True)
class Made:
    """How a version came to be."""

    target: Target
    by: str
    note: str = ""
    scores: dict[str, Any] = field(default_factory=dict)
    is_live: bool = True
    audit: dict[str, Any] = field(default_factory=dict)


def publish(desk: Desk, model: Model, rows: Rows, made: Made, *, replaces: ModelVersion | None = None) -> ModelVersion:
    """Store a fitted model as a new version; the file is whole on the disk before its row is written.

    Two processes that train on the same rows at once make one version. `replaces` is the damaged one, if any.
    """
    now = desk.now()
    version = ModelVersion(
        target=made.target,
        file_name=f"{made.target}-{now:%Y%m%d-%H%M%S}-{secrets.token_hex(4)}.skops",
        sha256="",
        scores=made.scores,
        data_stamp=rows.stamp,
        n_train=len(rows.texts),
        n_reviews=rows.n_reviews,
        trained_at=now,
        trained_by=made.by,
        note=made.note,
        audit=made.audit,
    )
    path = path_of(desk, version)
    version.sha256 = save(model, path)
    with desk.transaction() as session:
        twin = trained_on(session, made.target, rows.stamp)
        if twin is not None and (replaces is None or twin.id != replaces.id):
            path.unlink()
            return twin
        session.add(version)
        session.flush()
        if made.is_live:
            activate(session, desk, version)
    return version


def trained_on(session: Session, target: Target, stamp: str) -> ModelVersion | None:
    """The newest version trained on the rows of this stamp."""
    same = select(ModelVersion).where(ModelVersion.target == target, ModelVersion.data_stamp == stamp)
    return session.exec(same.order_by(col(ModelVersion.id).desc())).first()


def activate(session: Session, desk: Desk, version: ModelVersion) -> None:
    """Write the one row that says which version serves; from the shadow it comes out."""
    shadow = session.get(ShadowModel, version.target)
    if shadow is not None and shadow.version_id == version.id:
        session.delete(shadow)
    row = session.get(ActiveModel, version.target)
    if row is None:
        row = ActiveModel(target=version.target, version_id=version.id or 0, since_at=desk.now())
    row.version_id, row.since_at = version.id or 0, desk.now()
    session.add(row)


def active(session: Session, target: Target) -> ModelVersion | None:
    """The version that is to serve, whether its file loads or not."""
    row = session.get(ActiveModel, target)
    return session.get(ModelVersion, row.version_id) if row else None


def problem_of(desk: Desk, version: ModelVersion) -> str:
    """Why the file of a version can't be used; empty when it can."""
    return _complaint(load, desk, version)


def _complaint(look: Callable[..., object], desk: Desk, version: ModelVersion) -> str:
    try:
        look(path_of(desk, version), sha256=version.sha256)
    except BrokenModel as error:
        return str(error)
    return ""


def _row(desk: Desk, row: ModelVersion, *, is_live: bool, is_in_shadow: bool) -> VersionRow:
    fought = row.audit.get("duel")
    return VersionRow(
        id=row.id or 0,
        target=Target(row.target),
        trained_at=row.trained_at,
        trained_by=row.trained_by,
        n_starter=row.n_train - row.n_reviews,
        n_reviews=row.n_reviews,
        note=row.note,
        scores=_scores(row.scores) if row.scores else None,
        is_live=is_live,
        problem=_complaint(load if is_live else checked, desk, row),  # there may be hundreds that do not serve
        duel=Duel(**fought) if fought else None,
        words=tuple(HeavyWord(**word) for word in row.audit.get("words", ())),
        is_in_shadow=is_in_shadow,
    )


def _scores(kept: dict[str, Any]) -> Scores:
    labels = tuple(LabelRow(label, **figures) for label, figures in sorted(kept.get("per_label", {}).items()))
    names = ("accuracy", "macro_f1", "ece", "coverage", "selective_accuracy", "target_error")
    figures: dict[str, Any] = {name: kept.get(name) for name in names}
    return Scores(n=kept["n_test"], labels=labels, **figures)
