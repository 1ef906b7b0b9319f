"""Confirmed incidents, oldest first: what the assistant is assessed on."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlmodel import Session, col, func, select

from kb import services
from kb.labels import Impact, Target, Urgency, severity_of
from kb.tables import Incident, Review, Team, TimelineEntry
from kb.training.rows import Judged, counted, judging, starter, within_cap
from kb.triage import text_of
from models.language import NAMES, language_of

MOST_CASES = 4_000
"""The latest ones; more would only take longer."""
AS_OF = (
    "With --until judgements, merged types and teams count as they stood then; a team renamed since, and texts that "
    "named an erased person, are as they are today."
)


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
    judged: Judged


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
    """The incidents whose label a person confirmed by `until`, by when they came in.

    Judgements, types and teams are those of `until`: what was taken back, merged or moved later is not known yet. What
    leaves no trace is as of today: a team's new name, and a text that an erased person was taken out of.
    """
    own = _read(session, target, until, is_demo=False)
    return Cases(own, False) if own else Cases(_read(session, target, until, is_demo=True), True)


def starter_rows(session: Session, target: Target, *, until: datetime) -> tuple[list[str], list[str]]:
    """Texts and labels of the starter set, those of types that were retired by `until` left out."""
    rows, then = starter(target), _labels_then(session, target, until)
    said = [(text, then.get(label, label)) for text, label in zip(rows.texts, rows.labels, strict=True)]
    return [text for text, label in said if label], [label for _, label in said if label]


def taught(rows: Sequence[Case]) -> list[bool]:
    """Which of the rows a training would learn from, if there were no others."""
    return within_cap([row.judged for row in rows])


def _read(session: Session, target: Target, until: datetime, *, is_demo: bool) -> tuple[Case, ...]:
    counts = (*counted(until), col(Review.is_demo).is_(is_demo))
    latest = select(func.max(Review.id)).where(*counts).group_by(col(Review.incident_id))
    query = (
        select(Incident, Review, Team.name)
        .join(Review, col(Review.incident_id) == col(Incident.id))
        .outerjoin(Team, col(Team.id) == col(Incident.team_id))
        .where(col(Review.id).in_(latest), col(Review.type if target is Target.TYPE else Review.severity) != "")
        .order_by(col(Incident.created_at).desc(), col(Incident.id).desc())
        .limit(MOST_CASES)
    )
    then, moved, judged = _labels_then(session, target, until), _teams_left(session, until), judging(session, target)
    found = []
    for incident, review, team in reversed(session.exec(query).all()):
        said = review.type if target is Target.TYPE else review.severity
        if label := then.get(said, said):
            held_by = moved.get(incident.id or 0, team or "")
            found.append(_case(incident, label, held_by, judged(review)))
    return tuple(found)


def _labels_then(session: Session, target: Target, until: datetime) -> Mapping[str, str]:
    return services.labels_at(session, until) if target is Target.TYPE else {}


def _teams_left(session: Session, until: datetime) -> dict[int, str]:
    """Of incidents that changed hands after `until`, the team that had them then; empty where none had."""
    moves = col(TimelineEntry.kind) == "field", col(TimelineEntry.field) == "team", col(TimelineEntry.at) > until
    first = select(func.min(TimelineEntry.id)).where(*moves).group_by(col(TimelineEntry.incident_id))
    entries = select(TimelineEntry.incident_id, TimelineEntry.old).where(col(TimelineEntry.id).in_(first))
    return dict(session.exec(entries.order_by(col(TimelineEntry.incident_id))).all())


def _case(incident: Incident, label: str, team: str, judged: Judged) -> Case:
    text = text_of(incident.title, incident.body)
    return Case(
        incident.id or 0,
        incident.title,
        text,
        label,
        severity_of(Impact(incident.impact), Urgency(incident.urgency)),
        incident.created_at,
        team,
        NAMES[language_of(text)],
        judged,
    )


def texts(rows: Sequence[Case]) -> list[str]:
    return [row.text for row in rows]


def labels(rows: Sequence[Case]) -> list[str]:
    return [row.label for row in rows]
