"""Pins: the articles a lead puts first for a query."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement
from sqlmodel import Session, col, func, select

from kb.articles.rows import raise_stamp
from kb.cleaning import one_line
from kb.desk import Desk
from kb.errors import Conflict, NotFound, NotValid
from kb.labels import ArticleStatus, Role
from kb.person import Person
from kb.search.asking import asked
from kb.tables import Account, Article, Pin

PINS = "pins"
"""The stamp raised by every change to them."""
MOST = 2
"""So many articles can stand first for one query: whatever is pinned, the best match is still among the first three."""
MOST_CHARACTERS = 200


@dataclass(frozen=True, slots=True)
class PinView:
    """A pin as leads see it. `is_shown` False: the article is published no longer, so nobody sees it."""

    id: int
    query: str
    article_id: int
    title: str
    is_shown: bool
    by: str
    at: datetime


def pin(desk: Desk, person: Person, query: str, article_id: int) -> int:
    """Put a published article first for a query, after those pinned to it before; whoever may find it sees it there.

    The query is matched by its words, whatever their order, form and case.
    """
    person.require(Role.LEAD, "pin articles")
    query = one_line(query)
    words = asked(query)
    if not words or len(query) > MOST_CHARACTERS:
        raise NotValid("query", f"Say for which words it shall stand first, in at most {MOST_CHARACTERS} characters.")
    with desk.transaction() as session:
        article = session.get(Article, article_id, with_for_update=True) if 0 < article_id < 2**31 else None
        if article is None or article.status != ArticleStatus.PUBLISHED:
            raise NotFound("There is no such published article.")
        rows = session.exec(select(Pin).where(Pin.asked == words, _stands()).order_by(col(Pin.position))).all()
        if any(row.article_id == article_id for row in rows):
            raise Conflict("This article is pinned to these words already.")
        if len(rows) >= MOST:
            raise Conflict(f"{MOST} articles are pinned to these words already. Take one of them away first.")
        position = rows[-1].position + 1 if rows else 1
        row = Pin(query=query, asked=words, article_id=article_id, position=position, by_id=person.id, at=desk.now())
        session.add(row)
        raise_stamp(session, PINS)
    return row.id or 0


def unpin(desk: Desk, person: Person, pin_id: int) -> None:
    """Take a pin away; who did it and when is kept."""
    person.require(Role.LEAD, "unpin articles")
    with desk.transaction() as session:
        row = _standing(session, pin_id)
        row.removed_at, row.removed_by_id = desk.now(), person.id
        session.add(row)
        raise_stamp(session, PINS)


def put_first(desk: Desk, person: Person, pin_id: int) -> None:
    """Put a pin before the others of its query."""
    person.require(Role.LEAD, "order pins")
    with desk.transaction() as session:
        row = _standing(session, pin_id)
        first = session.exec(select(func.min(Pin.position)).where(Pin.asked == row.asked, _stands())).one()
        row.position = row.position if row.position == first else first - 1
        session.add(row)
        raise_stamp(session, PINS)


def listed(desk: Desk, person: Person) -> tuple[PinView, ...]:
    """All pins, by query, in their order."""
    person.require(Role.LEAD, "see the pins")
    query = (
        select(Pin, Article.title, Article.status, Account.name)
        .join(Article, col(Article.id) == col(Pin.article_id))
        .join(Account, col(Account.id) == col(Pin.by_id), isouter=True)
        .where(_stands())
        .order_by(col(Pin.asked), col(Pin.position), col(Pin.id))
    )
    with desk.reading() as session:
        rows = session.exec(query).all()
    return tuple(
        PinView(row.id or 0, row.query, row.article_id, title, status == ArticleStatus.PUBLISHED, name or "", row.at)
        for row, title, status, name in rows
    )


def for_query(desk: Desk, session: Session, stamps: Mapping[str, int], words: str) -> tuple[str, ...]:
    """The ids pinned to what is `asked`, in their order; who may not find one is not to be shown it."""
    return desk.kept(PINS, stamps.get(PINS), lambda: _read(session)).get(words, ())


def _read(session: Session) -> dict[str, tuple[str, ...]]:
    rows = session.exec(select(Pin).where(_stands()).order_by(col(Pin.position), col(Pin.id))).all()
    found: dict[str, tuple[str, ...]] = {}
    for row in rows:
        found[row.asked] = (*found.get(row.asked, ()), str(row.article_id))
    return found


def _standing(session: Session, pin_id: int) -> Pin:
    row = session.get(Pin, pin_id, with_for_update=True) if 0 < pin_id < 2**31 else None
    if row is None or row.removed_at:
        raise NotFound("There is no such pin any more.")
    return row


def _stands() -> ColumnElement[bool]:
    return col(Pin.removed_at).is_(None)
