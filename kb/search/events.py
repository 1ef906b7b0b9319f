"""Searches that were made and what came of them: one row per finished search."""

from __future__ import annotations

from datetime import timedelta

from sqlalchemy import insert, update
from sqlmodel import Session, col, select

from kb.cleaning import clean
from kb.desk import Desk
from kb.person import Person
from kb.redaction import masked
from kb.search.results import Results
from kb.tables import SearchEvent

TYPING = timedelta(seconds=10)
"""Within it a query that grows out of the one before, or shrinks from it, is the same search still being typed."""
OPENING = timedelta(hours=1)


def record(desk: Desk, person: Person, results: Results) -> None:
    """Keep a finished search for the figures; it takes the place of the one typed on the way to it.

    Everybody's searches write here, one at a time: all is read and masked before the one statement that holds the lock.
    """
    if not results.query:
        return
    with desk.reading() as session:
        former = _last(session, desk, person)
    query = masked(clean(results.query))
    row = {
        "query": query,
        "shown_query": masked(clean(results.shown_query)) if results.shown_query != results.query else query,
        "shown_ids": [hit.id for hit in results.hits],
        "found": results.found,
        "milliseconds": results.milliseconds,
        "at": desk.now(),
    }
    replaced = former if former is not None and _is_same(former, desk, results.query) else None
    with desk.transaction() as session:
        if replaced is not None:
            session.execute(update(SearchEvent).where(col(SearchEvent.id) == replaced.id).values(row))
        else:
            session.execute(insert(SearchEvent).values(row | {"searcher": key(person)}))


def opened(desk: Desk, person: Person, article_id: int) -> None:
    """Note that the article was opened from this person's last search, if that search showed it."""
    with desk.reading() as session:
        event = _last(session, desk, person)
    if event and event.opened_id is None and article_id in event.shown_ids and desk.now() - event.at < OPENING:
        event.opened_id, event.opened_rank = article_id, event.shown_ids.index(article_id) + 1
        with desk.transaction() as session:
            session.merge(event)


def _last(session: Session, desk: Desk, person: Person) -> SearchEvent | None:
    if not key(person):
        return None
    query = select(SearchEvent).where(SearchEvent.searcher == key(person), col(SearchEvent.at) <= desk.now())
    return session.exec(query.order_by(col(SearchEvent.at).desc(), col(SearchEvent.id).desc()).limit(1)).first()


def _is_same(event: SearchEvent, desk: Desk, query: str) -> bool:
    if event.opened_id is not None or desk.now() - event.at > TYPING:
        return False
    former, query = event.query.lower(), query.lower()
    return query.startswith(former) or former.startswith(query)


def key(person: Person) -> str:
    """Who searched; empty for a guest without a browser key, whose searches can't be told apart."""
    return person.rater if person.id is not None or person.visitor else ""
