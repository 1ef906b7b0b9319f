"""Searches that were made and what came of them: one row per finished search."""

from __future__ import annotations

from datetime import timedelta

from sqlalchemy import String, bindparam, func, insert, or_, update
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
_LAST_ID = (
    select(SearchEvent.id)
    .where(SearchEvent.searcher == bindparam("who"), col(SearchEvent.at) <= bindparam("now"))
    .order_by(col(SearchEvent.at).desc(), col(SearchEvent.id).desc())
    .limit(1)
    .scalar_subquery()
)
_LAST = select(SearchEvent).where(col(SearchEvent.id) == _LAST_ID)
_TYPED, _FORMER = bindparam("typed", type_=String()), col(SearchEvent.query)
_GROWS = func.substr(_TYPED, 1, func.length(_FORMER)) == _FORMER
_SHRINKS = func.substr(_FORMER, 1, func.length(_TYPED)) == _TYPED
_CHANGE = update(SearchEvent).where(
    col(SearchEvent.id) == _LAST_ID,
    col(SearchEvent.opened_id).is_(None),
    col(SearchEvent.at) >= bindparam("since"),
    or_(_GROWS, _SHRINKS),
)
"""Change the searcher's last search, if nothing came of it yet and what is typed grows out of it or shrinks from it."""
_ADD = insert(SearchEvent)


def record(desk: Desk, person: Person, results: Results) -> None:
    """Keep a finished search for the figures; it takes the place of the one typed on the way to it.

    Everybody's searches write here, one at a time: all is masked before the statements that hold the lock.
    """
    if not results.query:
        return
    query = masked(clean(results.query))
    row = {
        "query": query,
        "shown_query": masked(clean(results.shown_query)) if results.shown_query != results.query else query,
        "shown_ids": [hit.id for hit in results.hits],
        "found": results.found,
        "milliseconds": results.milliseconds,
        "at": desk.now(),
    }
    searcher, now = key(person), desk.now()
    before = {"who": searcher, "now": now, "since": now - TYPING, "typed": query}
    with desk.transaction() as session:
        connection = session.connection()  # statements alone: what the session adds takes longer than they do
        if not searcher or not connection.execute(_CHANGE, row | before).rowcount:
            connection.execute(_ADD, row | {"searcher": searcher})


def opened(desk: Desk, person: Person, article_id: int) -> None:
    """Note that the article was opened from this person's last search, if that search showed it."""
    with desk.reading() as session:
        event = _last(session, desk, person)
    if event and event.opened_id is None and article_id in event.shown_ids and desk.now() - event.at < OPENING:
        event.opened_id, event.opened_rank = article_id, event.shown_ids.index(article_id) + 1
        with desk.transaction() as session:
            session.merge(event)


def _last(session: Session, desk: Desk, person: Person) -> SearchEvent | None:
    return session.exec(_LAST, params={"who": key(person), "now": desk.now()}).first() if key(person) else None


def key(person: Person) -> str:
    """Who searched; empty for a guest without a browser key, whose searches can't be told apart."""
    return person.rater if person.id is not None or person.visitor else ""
