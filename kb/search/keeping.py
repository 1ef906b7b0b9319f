"""What a reader keeps at hand: favourites, and the articles opened last."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from sqlalchemy import ColumnElement, Select, bindparam
from sqlalchemy import select as columns_of
from sqlmodel import Session, col, delete, select

from kb.articles.rows import may_find
from kb.desk import Desk
from kb.errors import NotFound
from kb.labels import Role
from kb.person import Person
from kb.search.events import key
from kb.search.finding import SHOWN
from kb.search.results import ArticleHit
from kb.search.shelves import for_readers, shelf
from kb.tables import Article, Favourite, Reading

KEPT = 20
"""So many articles opened last are remembered of each reader."""
AGAIN = timedelta(minutes=1)
"""A page that runs again within this time is still the same reading."""


def _latest(kept: type[Favourite] | type[Reading], is_mine: ColumnElement[bool]) -> dict[bool, Select[Any]]:
    """The articles somebody keeps, the newest first."""
    return for_readers(
        lambda findable: (
            columns_of(*SHOWN)
            .join(kept, col(kept.article_id) == col(Article.id))
            .where(is_mine, findable)
            .order_by(col(kept.at).desc(), col(Article.id))
        )
    )


_FAVOURITES = _latest(Favourite, col(Favourite.account_id) == bindparam("account_id"))
_LAST_READ = _latest(Reading, col(Reading.reader) == bindparam("reader"))


def favourites(desk: Desk, person: Person, *, limit: int = 50) -> tuple[ArticleHit, ...]:
    """The articles this person keeps, the newest first; none for guests."""
    query = _FAVOURITES[person.may(Role.AGENT)]
    return shelf(desk, query, limit, account_id=person.id) if person.id else ()


def is_favourite(desk: Desk, person: Person, article_id: int) -> bool:
    """Whether this person keeps the article."""
    if person.id is None or not _is_number(article_id):
        return False
    with desk.reading() as session:
        return session.get(Favourite, (person.id, article_id)) is not None


def set_favourite(desk: Desk, person: Person, article_id: int, *, is_favourite: bool = True) -> None:
    """Keep an article, or keep it no longer; a second time changes nothing."""
    person.require(Role.USER, "keep favourites")
    if not _is_number(article_id):
        raise NotFound("There is no such article.")
    with desk.transaction() as session:
        row = session.get(Favourite, (person.id, article_id))
        if row and not is_favourite:
            session.delete(row)
        elif row is None and is_favourite:
            _findable(session, person, article_id)
            session.add(Favourite(account_id=person.id or 0, article_id=article_id, at=desk.now()))


def note_read(desk: Desk, person: Person, article_id: int) -> None:
    """Note that this person or browser opened an article; one it may not find, or no known reader, leaves no trace."""
    reader, now = key(person), desk.now()
    with desk.reading() as session:
        last = session.get(Reading, (reader, article_id)) if reader and _is_number(article_id) else None
    if not reader or not _is_number(article_id) or (last and now - last.at < AGAIN):
        return
    with desk.transaction() as session:
        if session.exec(select(Article.id).where(Article.id == article_id, may_find(person))).first() is None:
            return
        session.merge(Reading(reader=reader, article_id=article_id, at=now))
        session.flush()
        _forget_older(session, reader)


def last_read(desk: Desk, person: Person, *, limit: int = 6) -> tuple[ArticleHit, ...]:
    """The articles this person or browser opened last, the newest first."""
    query = _LAST_READ[person.may(Role.AGENT)]
    return shelf(desk, query, limit, reader=key(person)) if key(person) else ()


def _findable(session: Session, person: Person, article_id: int) -> None:
    query = select(Article.id).where(Article.id == article_id, may_find(person))
    if session.exec(query).first() is None:
        raise NotFound("There is no such article.")


def _is_number(article_id: int) -> bool:
    """Whether an article can have this number; databases fail on greater ones."""
    return 0 < article_id < 2**31


def _forget_older(session: Session, reader: str) -> None:
    mine = select(Reading.article_id).where(Reading.reader == reader)
    old = session.exec(mine.order_by(col(Reading.at).desc(), col(Reading.article_id)).offset(KEPT)).all()
    if old:
        session.exec(delete(Reading).where(col(Reading.reader) == reader, col(Reading.article_id).in_(old)))
