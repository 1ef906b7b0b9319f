"""Figures over searches and articles, and how often an article made an incident needless."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from sqlalchemy import extract
from sqlmodel import Integer, Session, case, cast, col, func, select

from kb.analytics.figure import Cell, count_cells, share_cell
from kb.analytics.scope import Scope
from kb.analytics.sql import counts, type_names
from kb.labels import ArticleStatus, Source, words
from kb.tables import Article, Deflection, Incident, SearchEvent

LONGEST_LIST = 10
UNDECIDED = timedelta(hours=72)
"""Who opens an article and reports nothing for this long was probably helped."""


@dataclass(frozen=True, slots=True)
class Deflected:
    """Problems solved without an incident: `confirmed` people said so, `probable` ones opened an article and reported
    nothing in 72 hours. The shares are of all problems, these and the reported incidents together."""

    confirmed: int
    probable: int
    incidents: int

    @property
    def low_share(self) -> float | None:
        whole = self.confirmed + self.incidents
        return self.confirmed / whole if whole else None

    @property
    def high_share(self) -> float | None:
        solved = self.confirmed + self.probable
        return solved / (solved + self.incidents) if solved + self.incidents else None


def search_share(session: Session, scope: Scope) -> tuple[Cell, ...]:
    """Searches that found something, and after which an article was opened."""
    query = select(
        func.count(),
        func.sum(case((col(SearchEvent.found) > 0, 1), else_=0)),
        func.sum(case((col(SearchEvent.opened_id).is_not(None), 1), else_=0)),
    ).where(*scope.holds(SearchEvent.at))
    n, found, opened = session.execute(query).one()
    return (
        share_cell("found", "Found something", found or 0, n),
        share_cell("opened", "An article was opened", opened or 0, n),
    )


def top_queries(session: Session, scope: Scope) -> tuple[Cell, ...]:
    """What is searched most."""
    return _queries(session, scope)


def queries_without_result(session: Session, scope: Scope) -> tuple[Cell, ...]:
    """What is searched most and found nothing: articles to write."""
    return _queries(session, scope, col(SearchEvent.found) == 0)


def most_opened(session: Session, scope: Scope) -> tuple[Cell, ...]:
    """Articles opened most from the results of a search."""
    query = (
        select(Article.id, Article.title, func.count())
        .join(SearchEvent, col(SearchEvent.opened_id) == col(Article.id))
        .where(*scope.holds(SearchEvent.at), *_of_type(scope))
        .group_by(col(Article.id), Article.title)
        .order_by(func.count().desc(), col(Article.id))
        .limit(LONGEST_LIST)
    )
    return count_cells((f"KB-{id}", title, n) for id, title, n in session.execute(query))


def articles_by_status(session: Session, scope: Scope) -> tuple[Cell, ...]:
    """Articles as they stand now."""
    query = select(Article.status, func.count()).where(*_of_type(scope)).group_by(Article.status)
    found = counts(session, query)
    return count_cells((status.value, words(status), found.get(status, 0)) for status in ArticleStatus)


def verified_share_by_type(session: Session, scope: Scope) -> tuple[Cell, ...]:
    """Published articles somebody has verified lately, as they stand now; n: published articles of the type."""
    is_fresh = col(Article.verified_at) >= scope.now - timedelta(days=scope.verify_days)
    query = (
        select(Article.type, func.count(), func.sum(case((is_fresh, 1), else_=0)))
        .where(Article.status == ArticleStatus.PUBLISHED, *_of_type(scope))
        .group_by(Article.type)
        .order_by(Article.type)
    )
    names = {"": "No type", **type_names(session)}
    return tuple(
        Cell(slug or "none", names.get(slug, slug), fresh / n, n, is_exact=True)
        for slug, n, fresh in session.execute(query)
    )


def deflected(session: Session, scope: Scope) -> Deflected:
    """How many problems ended without an incident. A team makes no difference: these problems never reached one."""
    confirmed = select(func.count()).select_from(Deflection).where(*scope.holds(Deflection.at))
    incidents = select(func.count()).select_from(Incident)
    incidents = incidents.where(Incident.source != Source.ALERT, *scope.holds(Incident.created_at))
    if scope.type:
        confirmed = confirmed.where(Deflection.type == scope.type)
        incidents = incidents.where(Incident.type == scope.type)
    return Deflected(*(session.exec(query).one() for query in (confirmed, _probable(scope), incidents)))


def _probable(scope: Scope) -> Any:
    """Readers who opened an article from a search, once per article: not those who confirmed that it helped, nor
    those who reported an incident soon after. Guests can't be told apart from reporters: they count as helped."""
    opened = select(
        SearchEvent.searcher, SearchEvent.opened_id, func.max(extract("epoch", col(SearchEvent.at))).label("at")
    ).where(col(SearchEvent.opened_id).is_not(None), *scope.holds(SearchEvent.at))
    row = opened.group_by(SearchEvent.searcher, col(SearchEvent.opened_id)).subquery().c
    account_id = case((row.searcher.like("p:%"), cast(func.substr(row.searcher, 3), Integer)))
    reported_at, soon = extract("epoch", col(Incident.created_at)), row.at + int(UNDECIDED.total_seconds())
    has_reported = (
        select(Incident.id).where(Incident.reporter_id == account_id, reported_at.between(row.at, soon)).exists()
    )
    has_confirmed = (
        select(Deflection.id).where(Deflection.rater == row.searcher, Deflection.article_id == row.opened_id).exists()
    )
    query = select(func.count()).select_from(row.at.table).where(~has_reported, ~has_confirmed)
    if scope.type:
        query = query.where(row.opened_id.in_(select(Article.id).where(Article.type == scope.type)))
    return query


def _queries(session: Session, scope: Scope, *conditions: Any) -> tuple[Cell, ...]:
    text = func.lower(SearchEvent.query)
    query = select(text, func.count()).where(*scope.holds(SearchEvent.at), *conditions)
    query = query.group_by(text).order_by(func.count().desc(), text).limit(LONGEST_LIST)
    return count_cells((words, words, n) for words, n in session.execute(query))


def _of_type(scope: Scope) -> tuple[Any, ...]:
    return (Article.type == scope.type,) if scope.type else ()
