"""Figures over what people say: satisfaction, ratings, comments and their sentiment."""

from __future__ import annotations

from dataclasses import dataclass, fields
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement
from sqlmodel import Float, Session, case, cast, col, func, literal, select, union_all

from kb.analytics.figure import Cell, count_cells, mean_cell, share_cell, share_cells
from kb.analytics.scope import Scope
from kb.analytics.sql import counts, mean_of
from kb.labels import REASONS_NOT_HELPFUL, REASONS_SATISFACTION, SATISFACTION_WORDS, words
from kb.tables import Article, Incident, Rating, Satisfaction

SENTIMENTS = ("positive", "neutral", "negative")
LEAST_RATINGS = 3
LONGEST_LIST = 5
WORDS = {word: words(word) for word in (*SATISFACTION_WORDS.values(), *SENTIMENTS)}


@dataclass(frozen=True, slots=True)
class Comment:
    """What somebody wrote with a rating (of `article_id`) or after a resolution (of `incident_id`)."""

    at: datetime
    text: str
    sentiment: str
    article_id: int | None
    incident_id: int | None


def satisfaction_share(session: Session, scope: Scope) -> tuple[Cell, ...]:
    """Answers to "how satisfied are you": excellent 5, good 4, average 3, poor 2 or 1."""
    query = _answers(scope, Satisfaction.score, func.count()).group_by(col(Satisfaction.score))
    found = dict.fromkeys(SATISFACTION_WORDS.values(), 0)
    for score, n in session.execute(query):
        found[SATISFACTION_WORDS[score]] += n
    return share_cells(found, WORDS)


def satisfaction_mean(session: Session, scope: Scope) -> Cell:
    """Mean score, 1 to 5."""
    row = session.execute(_answers(scope, *mean_of(cast(Satisfaction.score, Float)))).one()
    return mean_cell("all", "All", row)


def sentiment_share(session: Session, scope: Scope) -> tuple[Cell, ...]:
    """Sentiment of the comments to articles and after resolutions, as the classifier read them when they came."""
    row = _comments(scope).subquery().c
    found = counts(session, select(row.sentiment, func.count()).group_by(row.sentiment))
    return share_cells({label: found.get(label, 0) for label in SENTIMENTS}, WORDS)


def helped_least(session: Session, scope: Scope) -> tuple[Cell, ...]:
    """Articles with the lowest share of readers whom they helped, of those rated at least three times."""
    return _helped(session, scope, lambda share: share.asc())


def helped_most(session: Session, scope: Scope) -> tuple[Cell, ...]:
    """Articles with the highest share of readers whom they helped, of those rated at least three times."""
    return _helped(session, scope, lambda share: share.desc())


def helped_share(session: Session, scope: Scope) -> tuple[Cell, ...]:
    """Share of all ratings that say an article helped."""
    helped, n = session.execute(_rated(scope, _HELPED, func.count())).one()
    return (share_cell("helped", "Helped", helped or 0, n),)


def reasons_not_helpful(session: Session, scope: Scope) -> tuple[Cell, ...]:
    """Why an article did not help, most frequent first."""
    query = _rated(scope, Rating.reason, func.count()).where(col(Rating.is_helpful).is_(False), Rating.reason != "")
    query = query.group_by(Rating.reason).order_by(func.count().desc(), Rating.reason)
    return count_cells((slug, REASONS_NOT_HELPFUL.get(slug, slug), n) for slug, n in session.execute(query))


def reasons_satisfaction(session: Session, scope: Scope) -> tuple[Cell, ...]:
    """Why people were satisfied or not, most frequent first."""
    query = _answers(scope, Satisfaction.reason, func.count()).where(Satisfaction.reason != "")
    query = query.group_by(Satisfaction.reason).order_by(func.count().desc(), Satisfaction.reason)
    return count_cells((slug, REASONS_SATISFACTION.get(slug, slug), n) for slug, n in session.execute(query))


def latest_comments(session: Session, scope: Scope, sentiment: str, limit: int) -> tuple[Comment, ...]:
    """The newest comments of one sentiment, or of all when it is empty."""
    row = _comments(scope).subquery().c
    columns = [row[field.name] for field in fields(Comment)]
    query = select(*columns)
    if sentiment:
        query = query.where(row.sentiment == sentiment)
    query = query.order_by(row.at.desc(), row.article_id, row.incident_id).limit(limit)
    return tuple(Comment(*values) for values in session.execute(query))


_HELPED = func.sum(case((col(Rating.is_helpful), 1), else_=0))


def _answers(scope: Scope, *columns: Any) -> Any:
    query = select(*columns).select_from(Satisfaction).where(*scope.holds(Satisfaction.at))
    if chosen := scope.chosen():
        query = query.join(Incident, col(Incident.id) == col(Satisfaction.incident_id)).where(*chosen)
    return query


def _rated(scope: Scope, *columns: Any) -> Any:
    """Ratings of the period, by the type of their article; they belong to no team."""
    query = select(*columns).select_from(Rating).where(*scope.holds(Rating.at))
    if scope.type:
        query = query.join(Article, col(Article.id) == col(Rating.article_id)).where(Article.type == scope.type)
    return query


def _comments(scope: Scope) -> Any:
    """Every comment of the period that has a sentiment; with a team chosen only those to its incidents."""
    nothing: ColumnElement[Any] = cast(literal(None), Satisfaction.__table__.c.incident_id.type)  # type: ignore[attr-defined]
    after_resolution = _answers(
        scope,
        col(Satisfaction.at).label("at"),
        col(Satisfaction.comment).label("text"),
        col(Satisfaction.sentiment).label("sentiment"),
        nothing.label("article_id"),
        col(Satisfaction.incident_id).label("incident_id"),
    ).where(Satisfaction.sentiment != "")
    if scope.team_id is not None:
        return after_resolution
    to_articles = _rated(
        scope, Rating.at, Rating.comment, Rating.sentiment, Rating.article_id, nothing.label("incident_id")
    ).where(Rating.sentiment != "")
    return union_all(after_resolution, to_articles)


def _helped(session: Session, scope: Scope, order: Any) -> tuple[Cell, ...]:
    share = func.avg(case((col(Rating.is_helpful), 1.0), else_=0.0))
    query = (
        select(Article.id, Article.title, _HELPED, func.count())
        .join(Rating, col(Rating.article_id) == col(Article.id))
        .where(*scope.holds(Rating.at), *((Article.type == scope.type,) if scope.type else ()))
        .group_by(col(Article.id), Article.title)
        .having(func.count() >= LEAST_RATINGS)
        .order_by(order(share), func.count().desc(), col(Article.id))
        .limit(LONGEST_LIST)
    )
    return tuple(share_cell(f"KB-{id}", title, helped, n) for id, title, helped, n in session.execute(query))
