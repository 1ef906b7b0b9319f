"""What is offered without a query: popular, recent and related articles."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from sqlalchemy import func
from sqlmodel import col, select

from kb.articles import ArticleView
from kb.articles.reading import ratings
from kb.articles.rows import may_find
from kb.desk import Desk
from kb.person import Person
from kb.search.finding import search
from kb.search.results import ArticleHit
from kb.tables import Article, Deflection, Rating
from models.ranking import Snippet

LATELY = timedelta(days=90)
_NOTHING = Snippet("", (), "")


def popular(desk: Desk, person: Person, *, limit: int = 6) -> tuple[ArticleHit, ...]:
    """The articles that helped most often in the last 90 days; none while nobody has said so."""
    since = desk.now() - LATELY
    votes: Any = (
        select(col(Rating.article_id).label("article_id")).where(col(Rating.is_helpful), col(Rating.at) >= since)
    ).union_all(select(col(Deflection.article_id)).where(col(Deflection.at) >= since))
    counted = votes.subquery()
    total = func.count(counted.c.article_id)
    query = (
        select(Article)
        .join(counted, counted.c.article_id == Article.id)
        .where(may_find(person))
        .group_by(col(Article.id))
        .order_by(total.desc(), col(Article.published_at).desc(), col(Article.id))
    )
    return shelf(desk, query, limit)


def recent(desk: Desk, person: Person, *, limit: int = 6) -> tuple[ArticleHit, ...]:
    """The articles published last."""
    query = select(Article).where(may_find(person))
    return shelf(desk, query.order_by(col(Article.published_at).desc(), col(Article.id).desc()), limit)


def related(desk: Desk, person: Person, article: ArticleView, *, limit: int = 4) -> tuple[ArticleHit, ...]:
    """Articles about the same thing, found by the article's own title and tags."""
    query = " ".join((article.title, *article.tags))
    hits = search(desk, person, query, exact=True, limit=limit + 1).hits
    return tuple(hit for hit in hits if hit.id != article.id)[:limit]


def shelf(desk: Desk, query: Any, limit: int) -> tuple[ArticleHit, ...]:
    with desk.reading() as session:
        rows = session.exec(query.limit(limit)).all()
        counts = ratings(session, [row.id for row in rows])
    return tuple(
        ArticleHit(
            row.id, row.title, (), row.type, _NOTHING, *counts.get(row.id, (0, 0)), row.verified_at, row.updated_at,
            None, row.audience,
        )
        for row in rows
    )  # fmt: skip
