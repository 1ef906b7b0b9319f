"""What people said of incidents like one: those confirmed here and, as long as these are few, starter examples."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from sqlmodel import Session, col, func, select

from kb import services
from kb.desk import Desk
from kb.incidents import number
from kb.labels import Severity, Target
from kb.tables import Incident, Review
from kb.training import rows
from kb.training.rows import COUNTS
from models.duplicates import Reports, telling
from models.ranking import Document

MOST_SIMILAR_FROM = 2_000
EVERY_REVIEW, EVERY = 100, 20
"""Up to 100 reviews each makes the index anew; beyond that every 20th, so that no reviewer waits for it."""


@dataclass(frozen=True, slots=True)
class Similar:
    """A past incident whose labels a person confirmed, and the words it has in common.

    `is_starter`: an example of the starter set, labelled by people before there was this portal; it has no number.
    """

    number: str
    title: str
    type: str
    severity: Severity
    words: tuple[str, ...]
    is_starter: bool = False


def similar(session: Session, desk: Desk, incident: Incident, *, limit: int = 3) -> tuple[Similar, ...]:
    """The confirmed incidents most like this one; starter examples fill up while there are fewer than `limit`."""
    found = _confirmed(session, desk, incident, limit)
    return found if len(found) == limit else (*found, *_examples(session, incident, limit - len(found)))


def _confirmed(session: Session, desk: Desk, incident: Incident, limit: int) -> tuple[Similar, ...]:
    n = session.exec(select(func.count(col(Review.id))).where(*COUNTS)).one()
    stamp = n if n < EVERY_REVIEW else -(n // EVERY)
    index = desk.kept("reviewed incidents", stamp, lambda: _fit(session))
    shared = _shared(index, incident, limit, without={str(incident.id)})
    known = {row.id: row for row in session.exec(select(Incident).where(col(Incident.id).in_(shared)))}
    return tuple(
        Similar(number(id), known[id].title, known[id].type, Severity(known[id].severity), words)
        for id, words in shared.items()
        if id in known
    )[:limit]


def _examples(session: Session, incident: Incident, limit: int) -> tuple[Similar, ...]:
    """Of types that are in use; a merged one is shown as its heir."""
    starter, now = _starter(rows.STARTER), services.labels_now(session)
    found = (
        Similar("", starter.titles[n], now.get(starter.types[n], starter.types[n]), starter.severities[n], words, True)
        for n, words in _shared(starter.index, incident, limit).items()
    )
    return tuple(one for one in found if one.type)[:limit]


def _shared(
    index: Reports, incident: Incident, limit: int, *, without: Collection[str] = ()
) -> dict[int, tuple[str, ...]]:
    """The words in common with each of the likest; some more than `limit`."""
    found = index.search(incident.title, incident.body, limit=2 * limit, without=without)
    return {int(hit.id): telling(hit.why.words) for hit in found}


def _fit(session: Session) -> Reports:
    judged = select(Review.incident_id).where(*COUNTS)
    query = select(Incident.id, Incident.title, Incident.body).where(col(Incident.id).in_(judged))
    latest = session.exec(query.order_by(col(Incident.id).desc()).limit(MOST_SIMILAR_FROM))
    return Reports().fit([Document(str(id), title, body) for id, title, body in latest])


@dataclass(frozen=True, slots=True)
class _Starter:
    """The index over the starter incidents, whose ids are the places in the rest."""

    index: Reports
    titles: tuple[str, ...]
    types: tuple[str, ...]
    severities: tuple[Severity, ...]


@lru_cache(maxsize=1)
def _starter(folder: Path) -> _Starter:
    """What lies in `folder`, read once a process: half a second for 2,000 incidents that never change."""
    by_type, by_severity = rows.starter(Target.TYPE), rows.starter(Target.SEVERITY)
    parts = [text.partition("\n") for text in by_type.texts]
    documents = [Document(str(place), title, body) for place, (title, _, body) in enumerate(parts)]
    titles = tuple(title for title, *_ in parts)
    return _Starter(Reports().fit(documents), titles, by_type.labels, tuple(map(Severity, by_severity.labels)))
