"""Reading: an article as a person may see it."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import bindparam, func
from sqlalchemy.orm import aliased
from sqlmodel import Session, case, col, select

from kb.articles.rows import may_find, tags_of
from kb.desk import Desk
from kb.errors import NotFound
from kb.labels import ArticleStatus, Audience, Role
from kb.person import Person
from kb.tables import Account, Article, ArticleRevision, Rating

_RATINGS = (
    select(Rating.article_id, func.sum(case((col(Rating.is_helpful), 1), else_=0)), func.count())
    .where(col(Rating.article_id).in_(bindparam("ids", expanding=True)))
    .group_by(col(Rating.article_id))
)
_NUMBER = re.compile(r"(?:KB-)?([1-9]\d{0,8})", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class ArticleView:
    """An article as it is read. `rated` counts ratings, `helped` those that say it helped."""

    id: int
    title: str
    body: str
    type: str
    tags: tuple[str, ...]
    environment: str
    status: ArticleStatus
    audience: Audience
    author: str
    owner: str
    owner_id: int | None
    incident_id: int | None
    revision: int
    has_pending: bool
    """A newer revision waits for review; only agents are told."""
    created_at: datetime
    updated_at: datetime
    published_at: datetime | None
    verified_at: datetime | None
    needs_verifying: bool
    helped: int
    rated: int

    @property
    def number(self) -> str:
        return label(self.id)


def label(article_id: int) -> str:
    """12 -> KB-12."""
    return f"KB-{article_id}"


def number(text: str) -> int:
    """KB-12 or 12 -> 12; NotFound for anything else, since such an article can't be."""
    found = _NUMBER.fullmatch(text.strip())
    if not found:
        raise NotFound("There is no such article.")
    return int(found.group(1))


def get(desk: Desk, person: Person, article_id: int) -> ArticleView:
    """The article; agents also see drafts, archived and internal ones, to others these are NotFound."""
    owner = aliased(Account)
    author = aliased(Account)
    query = (
        select(Article, author.name, owner.name)
        .join(author, col(author.id) == Article.author_id, isouter=True)
        .join(owner, col(owner.id) == Article.owner_id, isouter=True)
        .where(Article.id == article_id)
    )
    if not person.may(Role.AGENT):
        query = query.where(may_find(person))
    with desk.reading() as session:
        found = session.exec(query).first() if 0 < article_id < 2**31 else None
        if found is None:
            raise NotFound("There is no such article.")
        return _view(session, desk, person, found)


def titles(desk: Desk, person: Person, ids: Sequence[int]) -> dict[int, str]:
    """id -> title of those this person may find."""
    with desk.reading() as session:
        rows = session.exec(select(Article.id, Article.title).where(col(Article.id).in_(ids), may_find(person))).all()
    return {article_id or 0: title for article_id, title in rows}


def ratings(session: Session, ids: Sequence[int]) -> dict[int, tuple[int, int]]:
    """id -> (helped, rated), only of articles that have ratings."""
    found = session.connection().execute(_RATINGS, {"ids": ids}) if ids else ()
    return {article_id: (int(helped), rated) for article_id, helped, rated in found}


def _view(session: Session, desk: Desk, person: Person, found: tuple[Article, str | None, str | None]) -> ArticleView:
    article, author, owner = found
    helped, rated = ratings(session, [article.id or 0]).get(article.id or 0, (0, 0))
    newest = session.exec(
        select(func.max(ArticleRevision.number)).where(ArticleRevision.article_id == article.id)
    ).one()
    checked_at = article.verified_at or article.published_at
    limit = desk.now() - timedelta(days=desk.settings.verify_days)
    return ArticleView(
        id=article.id or 0, title=article.title, body=article.body, type=article.type,
        tags=tags_of(session, article.id), environment=article.environment, status=ArticleStatus(article.status),
        audience=Audience(article.audience), author=author or "", owner=owner or "", owner_id=article.owner_id,
        incident_id=article.incident_id if person.may(Role.AGENT) else None, revision=article.revision,
        has_pending=person.may(Role.AGENT) and (newest or 0) > article.revision, created_at=article.created_at,
        updated_at=article.updated_at, published_at=article.published_at, verified_at=article.verified_at,
        needs_verifying=checked_at is not None and checked_at < limit, helped=helped, rated=rated,
    )  # fmt: skip
