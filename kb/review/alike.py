"""What people said of incidents like one: those confirmed here and, as long as these are few, starter examples."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from sqlmodel import Session, col, func, select

from kb import services, triage
from kb.desk import Desk
from kb.incidents import number
from kb.labels import Severity, Target
from kb.tables import Incident, Review
from kb.training import rows
from kb.training.rows import COUNTS
from models.duplicates import LEAST_WORDS, telling
from models.ranking import ArticleIndex, Document

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
    text = triage.text_of(incident.title, incident.body)
    found = _confirmed(session, desk, incident.id or 0, text, limit)
    return found if len(found) == limit else (*found, *_examples(session, text, limit - len(found)))


def _confirmed(session: Session, desk: Desk, but: int, text: str, limit: int) -> tuple[Similar, ...]:
    n = session.exec(select(func.count(col(Review.id))).where(*COUNTS)).one()
    stamp = n if n < EVERY_REVIEW else -(n // EVERY)
    index = desk.kept("reviewed incidents", stamp, lambda: _fit(session))
    shared = _shared(index, text, limit, without=but)
    known = {row.id: row for row in session.exec(select(Incident).where(col(Incident.id).in_(shared)))}
    return tuple(
        Similar(number(id), known[id].title, known[id].type, Severity(known[id].severity), words)
        for id, words in shared.items()
        if id in known
    )[:limit]


def _examples(session: Session, text: str, limit: int) -> tuple[Similar, ...]:
    """Of types that are in use; a merged one is shown as its heir."""
    starter, now = _starter(rows.STARTER), services.labels_now(session)
    found = (
        Similar("", starter.titles[n], now.get(starter.types[n], starter.types[n]), starter.severities[n], words, True)
        for n, words in _shared(starter.index, text, limit).items()
    )
    return tuple(one for one in found if one.type)[:limit]


def _shared(index: ArticleIndex, text: str, limit: int, *, without: int = -1) -> dict[int, tuple[str, ...]]:
    """The words in common with each of the likest, where these say anything; some more than `limit`."""
    found = index.search(text, limit=2 * limit, without={str(without)})
    said = {int(hit.id): telling(hit.why.words) for hit in found.hits}
    return {id: words for id, words in said.items() if len(words) >= LEAST_WORDS}


def _fit(session: Session) -> ArticleIndex:
    judged = select(Review.incident_id).where(*COUNTS)
    query = select(Incident.id, Incident.title, Incident.body).where(col(Incident.id).in_(judged))
    latest = session.exec(query.order_by(col(Incident.id).desc()).limit(MOST_SIMILAR_FROM))
    return ArticleIndex().fit([Document(str(id), title, body) for id, title, body in latest])


@dataclass(frozen=True, slots=True)
class _Starter:
    """The index over the starter incidents, whose ids are the places in the rest."""

    index: ArticleIndex
    titles: tuple[str, ...]
    types: tuple[str, ...]
    severities: tuple[Severity, ...]


@lru_cache(maxsize=1)
def _starter(folder: Path) -> _Starter:
    """What lies in `folder`, read once a process: a third of a second for 2,000 incidents that never change."""
    by_type, by_severity = rows.starter(Target.TYPE), rows.starter(Target.SEVERITY)
    parts = [text.partition("\n") for text in by_type.texts]
    documents = [Document(str(place), title, body) for place, (title, _, body) in enumerate(parts)]
    titles = tuple(title for title, *_ in parts)
    return _Starter(ArticleIndex().fit(documents), titles, by_type.labels, tuple(map(Severity, by_severity.labels)))
