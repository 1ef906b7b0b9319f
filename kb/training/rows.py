"""What the models learn from: the starter set, and labels of incidents that a person confirmed."""

from __future__ import annotations

import csv
import hashlib
import json
from bisect import bisect_left
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

from sqlalchemy import ColumnElement
from sqlmodel import Session, col, func, or_, select

from kb import services
from kb.labels import Target
from kb.tables import Incident, ModelVersion, Review
from kb.triage import text_of

STARTER = Path(__file__).parent.parent / "starter"
MOST_PER_REVIEWER = 20
"""Rows one account may add with one training, so that nobody bends the assistant alone: with this cap, an account
that mislabels on purpose cost no recall (0.82 of 0.83); without it, 0.67 at 10 % of the rows."""
APART = timedelta(days=1)
"""Trainings closer to each other are one for the cap: who asks for a training gains nothing by it."""
TEACHING = ("accepted", "corrected")
COUNTS = (col(Review.decision).in_(TEACHING), col(Review.undone_at).is_(None))
"""Judgements that name labels and were not taken back."""
Quota = tuple[int | None, int]
"""A person and a training: what the cap counts together."""


@dataclass(frozen=True, slots=True)
class Judged:
    """A judgement as the cap sees it: its number, and whose quota it comes off; None is off nobody's."""

    review_id: int
    quota: Quota | None


@dataclass(frozen=True, slots=True)
class Rows:
    """Texts and labels of the same length; the starter rows come first, the reviews after them by age."""

    texts: tuple[str, ...]
    labels: tuple[str, ...]
    n_starter: int
    reviewers: tuple[int | None, ...] = ()
    """Who confirmed each of the reviews; a row of an imported log, which many labelled, stands for itself: its number
    is below 0."""

    @property
    def n_reviews(self) -> int:
        return len(self.texts) - self.n_starter

    @property
    def stamp(self) -> str:
        """SHA-256 over all rows in order: the same rows give the same stamp."""
        rows = list(zip(self.texts, self.labels, strict=True))
        return hashlib.sha256(json.dumps(rows, ensure_ascii=False).encode("utf-8", "surrogatepass")).hexdigest()


def collect(session: Session, target: Target, *, until: datetime | None = None) -> Rows:
    """The rows a training of `target` learns from, as they stood at `until` (now, when not given)."""
    known = starter(target)
    confirmed = [] if target is Target.SENTIMENT else _confirmed(session, target, until)
    texts, labels, reviewers = zip(*confirmed, strict=True) if confirmed else ((), (), ())
    rows = Rows(known.texts + texts, known.labels + labels, known.n_starter, reviewers)
    return _as_of_today(rows, services.labels_now(session)) if target is Target.TYPE else rows


def starter(target: Target) -> Rows:
    """The rows a new installation begins with."""
    name = "feedback.csv" if target is Target.SENTIMENT else "incidents.csv"
    with (STARTER / name).open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    if target is Target.SENTIMENT:
        return Rows(tuple(row["text"] for row in rows), tuple(row["label"] for row in rows), len(rows))
    texts = tuple(text_of(row["title"], row["body"]) for row in rows)
    return Rows(texts, tuple(row[target.value] for row in rows), len(rows))


def _as_of_today(rows: Rows, now: Mapping[str, str]) -> Rows:
    """Labels of a type that was merged count for its heir; rows of a retired one teach nothing.

    Where all are retired a model still learns them, so that there is one; nothing is said of them then.
    """
    labels = [now.get(label, label) for label in rows.labels]
    if not any(labels):
        return rows
    kept = [place for place, label in enumerate(labels) if label]
    n_starter = sum(place < rows.n_starter for place in kept)
    reviewers = tuple(rows.reviewers[place - rows.n_starter] for place in kept if place >= rows.n_starter)
    texts = tuple(rows.texts[place] for place in kept)
    return Rows(texts, tuple(labels[place] for place in kept), n_starter, reviewers)


def counted(until: datetime | None = None) -> tuple[ColumnElement[bool], ...]:
    """Which judgements counted at `until` (now, when not given): what was taken back later still did."""
    if until is None:
        return COUNTS
    stood = or_(col(Review.undone_at).is_(None), col(Review.undone_at) > until)
    return col(Review.decision).in_(TEACHING), stood, col(Review.at) <= until


def judging(session: Session, target: Target) -> Callable[[Review], Judged]:
    """Tells for the cap whose a review is. Of an imported log, which many labelled, each row stands for itself."""
    trainings = _trainings(session, target)

    def judged(review: Review) -> Judged:
        quota = None if review.is_imported else (review.reviewer_id, bisect_left(trainings, review.at))
        return Judged(review.id or 0, quota)

    return judged


def within_cap(judged: Sequence[Judged]) -> list[bool]:
    """Which of the rows may teach: of each quota those judged last, and all that are off nobody's."""
    taken, kept = Counter[Quota](), [True] * len(judged)
    for place in sorted(range(len(judged)), key=lambda one: -judged[one].review_id):
        quota = judged[place].quota
        if quota is not None:
            kept[place] = taken[quota] < MOST_PER_REVIEWER
            taken[quota] += 1
    return kept


def _confirmed(session: Session, target: Target, until: datetime | None) -> list[tuple[str, str, int | None]]:
    """Text, label, reviewer of each incident's latest confirming review, oldest first, within each reviewer's cap."""
    latest = select(func.max(Review.id)).where(*counted(until), col(Review.is_demo).is_(False))
    label = col(Review.type if target is Target.TYPE else Review.severity)  # an imported log may tell no severity
    query = (
        select(Incident.title, Incident.body, Review)
        .join(Review, col(Review.incident_id) == col(Incident.id))
        .where(col(Review.id).in_(latest.group_by(col(Review.incident_id))), label != "")
        .order_by(col(Review.id))
    )
    found = session.exec(query).all()
    judged = judging(session, target)
    may_teach = within_cap([judged(review) for _, _, review in found])
    return [_row(target, *row) for row, may in zip(found, may_teach, strict=True) if may]


def _row(target: Target, title: str, body: str, review: Review) -> tuple[str, str, int | None]:
    label = review.type if target is Target.TYPE else review.severity
    return text_of(title, body), label, -(review.id or 0) if review.is_imported else review.reviewer_id


def _trainings(session: Session, target: Target) -> list[datetime]:
    """When the model was trained, of those that lie closer than a day only the first."""
    query = select(ModelVersion.trained_at).where(ModelVersion.target == target).order_by(col(ModelVersion.trained_at))
    apart: list[datetime] = []
    for at in session.exec(query):
        if not apart or at - apart[-1] >= APART:
            apart.append(at)
    return apart
