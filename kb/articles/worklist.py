"""What writers should look at: drafts, reviews, articles that aged, disappoint or were annotated."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Select, func
from sqlmodel import Session, case, col, or_, select

from kb.desk import Desk
from kb.labels import ArticleStatus, Role
from kb.person import Person
from kb.tables import Annotation, Article, ArticleRevision, Rating

LEAST_RATINGS = 3
LOW_SHARE = 0.5
MOST = 50


@dataclass(frozen=True, slots=True)
class Work:
    """An article to work on; `why` says it in a few words."""

    id: int
    title: str
    status: ArticleStatus
    why: str
    updated_at: datetime


@dataclass(frozen=True, slots=True)
class Worklist:
    """The articles to work on, at most 50 of each kind, the most pressing first."""

    drafts: tuple[Work, ...]
    in_review: tuple[Work, ...]
    to_verify: tuple[Work, ...]
    low_rated: tuple[Work, ...]
    annotated: tuple[Work, ...]
    archived: tuple[Work, ...]


def worklist(desk: Desk, person: Person) -> Worklist:
    """What waits; drafts are the person's own, a lead sees everybody's."""
    person.require(Role.AGENT, "see the list of articles to work on")
    with desk.reading() as session:
        return Worklist(
            _drafts(session, person),
            _in_review(session),
            _to_verify(session, desk),
            _low_rated(session),
            _annotated(session),
            _with_status(session, select(Article).where(Article.status == ArticleStatus.ARCHIVED), "Archived"),
        )


def _drafts(session: Session, person: Person) -> tuple[Work, ...]:
    query = select(Article).where(Article.status == ArticleStatus.DRAFT)
    if not person.may(Role.LEAD):
        query = query.where(Article.author_id == person.id)
    return _with_status(session, query, "Draft")


def _in_review(session: Session) -> tuple[Work, ...]:
    newest = (
        select(func.max(ArticleRevision.number))
        .where(ArticleRevision.article_id == Article.id)
        .correlate(Article)
        .scalar_subquery()
    )
    is_changed = (col(Article.status) == ArticleStatus.PUBLISHED) & (newest > col(Article.revision))
    query = select(Article).where(or_(col(Article.status) == ArticleStatus.IN_REVIEW, is_changed))
    return _with_status(session, query, "Waits for review")


def _to_verify(session: Session, desk: Desk) -> tuple[Work, ...]:
    checked_at = func.coalesce(col(Article.verified_at), col(Article.published_at))
    limit = desk.now() - timedelta(days=desk.settings.verify_days)
    query = select(Article).where(Article.status == ArticleStatus.PUBLISHED, checked_at < limit)
    rows = session.exec(query.order_by(checked_at, col(Article.id)).limit(MOST)).all()
    return tuple(_work(row, "Not verified for long") for row in rows)


def _low_rated(session: Session) -> tuple[Work, ...]:
    helped, rated = func.sum(case((col(Rating.is_helpful), 1), else_=0)), func.count(col(Rating.id))
    query: Select[Any] = (
        select(Article, helped, rated)  # type: ignore[assignment]
        .join(Rating, col(Rating.article_id) == Article.id)
        .where(Article.status == ArticleStatus.PUBLISHED)
        .group_by(col(Article.id))
        .having(rated >= LEAST_RATINGS, helped < LOW_SHARE * rated)
        .order_by((rated - helped).desc(), col(Article.id))
        .limit(MOST)
    )
    return tuple(_work(row, f"Helped {good} of {n}") for row, good, n in session.execute(query).all())


def _annotated(session: Session) -> tuple[Work, ...]:
    count = func.count(col(Annotation.id))
    query = (
        select(Article, count)
        .join(Annotation, col(Annotation.article_id) == Article.id)
        .where(col(Annotation.resolved_at).is_(None))
        .group_by(col(Article.id))
        .order_by(count.desc(), col(Article.id))
        .limit(MOST)
    )
    return tuple(_work(row, f"{n} open annotation{'s' * (n > 1)}") for row, n in session.exec(query).all())


def _with_status(session: Session, query: Any, why: str) -> tuple[Work, ...]:
    ordered = query.order_by(col(Article.updated_at).desc(), col(Article.id)).limit(MOST)
    return tuple(_work(row, why) for row in session.exec(ordered).all())


def _work(row: Article, why: str) -> Work:
    return Work(row.id or 0, row.title, ArticleStatus(row.status), why, row.updated_at)
