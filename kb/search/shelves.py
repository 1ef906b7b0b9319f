"""What is offered without a query: popular, recent and related articles."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

from sqlalchemy import ColumnElement, Integer, Select, bindparam, func, select
from sqlmodel import col

from kb.articles import ArticleView
from kb.articles.reading import ratings
from kb.articles.rows import FINDABLE
from kb.desk import Desk
from kb.labels import Audience, Role
from kb.person import Person
from kb.search.finding import SHOWN, search
from kb.search.results import ArticleHit
from kb.tables import Article, Deflection, Rating
from models.ranking import Snippet

LATELY = timedelta(days=90)
_NOTHING = Snippet("", (), "")
_VOTES: Any = (
    select(col(Rating.article_id).label("article_id"))
    .where(col(Rating.is_helpful), col(Rating.at) >= bindparam("since"))
    .union_all(select(col(Deflection.article_id)).where(col(Deflection.at) >= bindparam("since")))
    .subquery()
)


def for_readers(make: Callable[[ColumnElement[bool]], Select[Any]]) -> dict[bool, Select[Any]]:
    """One statement for agents (True) and one for others; they are made once, for each costs more than its answer."""
    return {is_agent: make(findable).limit(bindparam("most", type_=Integer)) for is_agent, findable in FINDABLE.items()}


_POPULAR = for_readers(
    lambda findable: (
        select(*SHOWN)
        .join(_VOTES, _VOTES.c.article_id == Article.id)
        .where(findable)
        .group_by(col(Article.id))
        .order_by(func.count(_VOTES.c.article_id).desc(), col(Article.published_at).desc(), col(Article.id))
    )
)
_RECENT = for_readers(
    lambda findable: select(*SHOWN).where(findable).order_by(col(Article.published_at).desc(), col(Article.id).desc())
)


def popular(desk: Desk, person: Person, *, limit: int = 6) -> tuple[ArticleHit, ...]:
    """The articles that helped most often in the last 90 days; none while nobody has said so."""
    return shelf(desk, _POPULAR[person.may(Role.AGENT)], limit, since=desk.now() - LATELY)


def recent(desk: Desk, person: Person, *, limit: int = 6) -> tuple[ArticleHit, ...]:
    """The articles published last."""
    return shelf(desk, _RECENT[person.may(Role.AGENT)], limit)


def related(desk: Desk, person: Person, article: ArticleView, *, limit: int = 4) -> tuple[ArticleHit, ...]:
    """Articles about the same thing, found by the article's own title and tags."""
    query = " ".join((article.title, *article.tags))
    hits = search(desk, person, query, exact=True, limit=limit + 1).hits
    return tuple(hit for hit in hits if hit.id != article.id)[:limit]


def shelf(desk: Desk, query: Select[Any], limit: int, **given: object) -> tuple[ArticleHit, ...]:
    """What a statement of `for_readers` finds."""
    with desk.reading() as session:
        rows = session.connection().execute(query, {"most": limit, **given}).all()
        counts = ratings(session, [row.id for row in rows])
    return tuple(
        ArticleHit(
            row.id, row.title, (), row.type, _NOTHING, *counts.get(row.id, (0, 0)), row.verified_at, row.updated_at,
            None, Audience(row.audience),
        )
        for row in rows
    )  # fmt: skip
