"""Open incidents like the one being written, and joining one of them.

Those below agent are offered only what `access.SHARED` lets others know of: live incidents that affect more than
one person and are no security matter; of these the number, the title and how many are affected, never the text.
"""

from __future__ import annotations

from dataclasses import dataclass

from sqlmodel import Session, col, func, select

from kb.desk import Desk
from kb.errors import NotFound
from kb.incidents import access, fields
from kb.incidents.telling import note
from kb.labels import LIVE, Role
from kb.person import Person
from kb.tables import Incident, Watcher
from models.ranking import ArticleIndex, Document

MOST_INDEXED = 2_000
LEAST_WORDS = 2
READ_OF_BODY = 2_000


@dataclass(frozen=True, slots=True)
class SimilarIncident:
    """An open incident that may be the same trouble. `affected` counts the reporter, too."""

    id: int
    number: str
    title: str
    affected: int
    is_mine: bool


def similar(
    desk: Desk, person: Person, text: str, *, limit: int = 3, but: int | None = None
) -> tuple[SimilarIncident, ...]:
    """Open incidents with at least two words in common with `text`, the most similar first; `but` is left out."""
    text = fields.cleaned(text)
    if not text:
        return ()
    with desk.reading() as session:
        index, shared = _index(session, desk)
    allowed = None if person.may(Role.AGENT) else shared
    found = index.search(text, limit=limit + 1, allowed=allowed)
    ids = [int(hit.id) for hit in found.hits if len(hit.why.words) >= LEAST_WORDS and int(hit.id) != but][:limit]
    if not ids:
        return ()
    with desk.reading() as session:
        return _rows(session, person, ids)


def me_too(desk: Desk, person: Person, incident_id: int, *, email: str = "") -> None:
    """Join an open incident instead of reporting again; from then on one is told how it goes.

    Once per person; a guest leaves an e-mail address. Raises NotFound for what is not open to others.
    """
    who = f"p:{person.id}" if person.id is not None else fields.email(email)
    with desk.transaction() as session:
        incident = access.find(session, incident_id, lock=True)
        may_know = incident is not None and (person.may(Role.AGENT) or access.is_shared(incident))
        if incident is None or not may_know:
            raise NotFound(access.GONE)
        already = select(Watcher).where(Watcher.incident_id == incident_id, Watcher.who == who)
        is_own = person.id is not None and incident.reporter_id == person.id
        if is_own or session.exec(already).first():
            return
        session.add(Watcher(incident_id=incident_id, who=who, account_id=person.id, is_affected=True, at=desk.now()))
        note(session, desk, incident, person, kind="me_too", is_public=False)


def _index(session: Session, desk: Desk) -> tuple[ArticleIndex, frozenset[str]]:
    """The index over live incidents, made anew when the set of them has changed; and which are open to all."""
    ids = select(func.count(), func.coalesce(func.sum(Incident.id), 0)).where(col(Incident.status).in_(LIVE))
    shared = session.exec(select(Incident.id).where(*access.SHARED).order_by(col(Incident.id).desc())).all()
    index = desk.kept("open incidents", tuple(session.exec(ids).one()), lambda: _fit(session))
    return index, frozenset(map(str, shared))


def _fit(session: Session) -> ArticleIndex:
    query = select(Incident.id, Incident.title, func.substr(Incident.body, 1, READ_OF_BODY))
    live = query.where(col(Incident.status).in_(LIVE)).order_by(col(Incident.id).desc()).limit(MOST_INDEXED)
    return ArticleIndex().fit([Document(str(id), title, body) for id, title, body in session.exec(live)])


def _rows(session: Session, person: Person, ids: list[int]) -> tuple[SimilarIncident, ...]:
    query = (
        select(Incident.id, Incident.title, Incident.reporter_id, func.count(col(Watcher.id)))
        .outerjoin(Watcher, (col(Watcher.incident_id) == col(Incident.id)) & col(Watcher.is_affected))
        .where(col(Incident.id).in_(ids))
        .group_by(col(Incident.id), col(Incident.title), col(Incident.reporter_id))
        .order_by(col(Incident.id))
    )
    rows = {
        id: SimilarIncident(
            id or 0, fields.number(id), title, 1 + n, reporter_id is not None and reporter_id == person.id
        )
        for id, title, reporter_id, n in session.exec(query)
    }
    return tuple(rows[id] for id in ids if id in rows)
