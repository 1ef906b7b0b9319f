"""Open incidents like the one being written, and joining one of them. Of a major incident only the parent is offered.

Those below agent are offered only what `access.SHARED` lets others know of: live incidents that affect more than
one person and are no security matter; of these the number, the title and how many are affected, never the text.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from sqlmodel import Session, col, func, select

from kb.desk import Desk
from kb.errors import NotFound
from kb.incidents import access, fields
from kb.incidents.telling import note
from kb.labels import LIVE, Role
from kb.person import Person
from kb.tables import Incident, Watcher
from models.duplicates import Reports, telling
from models.ranking import Document, Hit

MOST_INDEXED = 2_000
MOST_CHANGED = 100
"""After so many changes to the index it is built anew, so that it knows how rare each word is by now."""
READ_OF_BODY = 2_000
AT_ONCE = 500  # parameters of one statement


@dataclass(frozen=True, slots=True)
class SimilarIncident:
    """An open incident that may be the same trouble. `affected` counts the reporter, too.

    `words` are those of the text asked about that it has in common with; for those below agent only what the title
    shows, so that nobody learns what was written by asking. Without such a word it is not offered: they could not tell
    why it is.
    """

    id: int
    number: str
    title: str
    words: tuple[str, ...]
    affected: int
    is_mine: bool


@dataclass(frozen=True, slots=True)
class _Open:
    """The index over live incidents, of which it knows these ids."""

    index: Reports
    ids: frozenset[int]
    n_changed: int = 0


def similar(
    desk: Desk, person: Person, title: str, body: str = "", *, limit: int = 5, but: int | None = None
) -> tuple[SimilarIncident, ...]:
    """Open incidents with at least two telling words in common with a report, the most similar first.

    `but` is left out.
    """
    title, body = fields.cleaned(title), fields.cleaned(body)[:READ_OF_BODY]
    if not title and not body:
        return ()
    with desk.reading() as session:
        index, shared = _index(session, desk)
    allowed = None if person.may(Role.AGENT) else shared
    hits = index.search(title, body, limit=limit * 2, allowed=allowed, without={str(but)})
    if not hits:
        return ()
    with desk.reading() as session:
        return _rows(session, person, hits)[:limit]


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


def _index(session: Session, desk: Desk) -> tuple[Reports, frozenset[str]]:
    """The index over live incidents, brought up to date when the set of them has changed; and which are open to all."""
    live = select(Incident.id).where(col(Incident.status).in_(LIVE), col(Incident.parent_id).is_(None))
    latest = session.exec(live.order_by(col(Incident.id).desc()).limit(MOST_INDEXED))
    ids = frozenset(id or 0 for id in latest)
    shared = session.exec(select(Incident.id).where(*access.SHARED).order_by(col(Incident.id).desc())).all()
    held = desk.renewed("open incidents", ids, lambda former: _renewed(session, ids, former))
    return held.index, frozenset(map(str, shared))


def _renewed(session: Session, ids: frozenset[int], former: _Open | None) -> _Open:
    come, gone = (ids - former.ids, former.ids - ids) if former else (ids, frozenset[int]())
    n_changed = (former.n_changed if former else 0) + len(come) + len(gone)
    if former is None or n_changed > max(MOST_CHANGED, len(ids) // 10):
        return _Open(Reports().fit(_documents(session, ids)), ids)
    return _Open(former.index.changed(_documents(session, come), [str(id) for id in gone]), ids, n_changed)


def _documents(session: Session, ids: Iterable[int]) -> list[Document]:
    query = select(Incident.id, Incident.title, func.substr(Incident.body, 1, READ_OF_BODY))
    wanted, found = sorted(ids), list[Document]()
    for first in range(0, len(wanted), AT_ONCE):
        some = query.where(col(Incident.id).in_(wanted[first : first + AT_ONCE])).order_by(col(Incident.id))
        found += [Document(str(id), title, body) for id, title, body in session.exec(some)]
    return found


def _rows(session: Session, person: Person, hits: Sequence[Hit]) -> tuple[SimilarIncident, ...]:
    query = (
        select(Incident.id, Incident.title, Incident.reporter_id, func.count(col(Watcher.id)))
        .outerjoin(Watcher, (col(Watcher.incident_id) == col(Incident.id)) & col(Watcher.is_affected))
        .where(col(Incident.id).in_([int(hit.id) for hit in hits]))
        .group_by(col(Incident.id), col(Incident.title), col(Incident.reporter_id))
        .order_by(col(Incident.id))
    )
    rows = {str(row[0]): row for row in session.exec(query)}
    found = [_similar(person, hit, *rows[hit.id]) for hit in hits if hit.id in rows]
    return tuple(one for one in found if one.words)


def _similar(
    person: Person, hit: Hit, id: int | None, title: str, reporter_id: int | None, watchers: int
) -> SimilarIncident:
    in_title = dict.fromkeys(title[start:end].casefold() for start, end in hit.title_marks)
    words = telling(hit.why.words if person.may(Role.AGENT) else in_title)
    is_mine = reporter_id is not None and reporter_id == person.id
    return SimilarIncident(id or 0, fields.number(id), title, words, 1 + watchers, is_mine)
