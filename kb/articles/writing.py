"""Writing: a draft, a change to an article, a draft from what solved an incident."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from sqlmodel import Session, col, select

from kb.articles.rows import (
    Text,
    add_revision,
    add_tags,
    checked,
    existing,
    latest,
    put_revision,
    raise_stamp,
    show,
)
from kb.desk import Desk
from kb.errors import Conflict, NotAllowed, NotFound
from kb.labels import CATEGORY, ArticleStatus, Audience, Category, Role, Status
from kb.person import Person
from kb.tables import Article, Incident, new_id


@dataclass(frozen=True, slots=True)
class Editing:
    """What a writer starts from: the newest text, and the `revision` to hand back with the change."""

    id: int
    revision: int
    text: Text
    status: ArticleStatus
    audience: Audience
    is_pending: bool
    """The newest text waits for review while readers see an older one."""


def draft(
    desk: Desk,
    person: Person,
    *,
    title: str,
    body: str,
    type: str = "",
    tags: Iterable[str] = (),
    environment: str = "",
    audience: Audience = Audience.PUBLIC,
) -> int:
    """Begin an article; gives its id. Nobody but agents sees it before a lead publishes it."""
    person.require(Role.AGENT, "write articles")
    with desk.transaction() as session:
        text = checked(session, Text(title, body, type, tuple(tags), environment))
        return begin(session, desk, person, text, audience=audience).id or 0


def begin(
    session: Session,
    desk: Desk,
    person: Person,
    text: Text,
    *,
    audience: Audience = Audience.PUBLIC,
    status: ArticleStatus = ArticleStatus.DRAFT,
    note: str = "",
    incident_id: int | None = None,
) -> Article:
    """Add an article and its first revision within the caller's transaction; `text` is checked."""
    now = desk.now()
    article = Article(
        title=text.title, body=text.body, type=text.type, environment=text.environment, status=status,
        audience=audience, author_id=person.id, owner_id=person.id, source_key=f"portal/{new_id()}",
        incident_id=incident_id, created_at=now, updated_at=now, revision=1,
        published_at=now if status is ArticleStatus.PUBLISHED else None,
    )  # fmt: skip
    session.add(article)
    session.flush()
    add_tags(session, article, text)
    put_revision(session, desk, person, article, number=1, text=text, status=status, note=note)
    return article


def editing(desk: Desk, person: Person, article_id: int) -> Editing:
    """The newest text of an article, to be changed."""
    person.require(Role.AGENT, "change articles")
    with desk.reading() as session:
        article = session.get(Article, article_id)
        if article is None:
            raise NotFound("There is no such article.")
        row = latest(session, article)
    text = Text(row.title, row.body, row.type, tuple(row.tags), row.environment)
    status, audience = ArticleStatus(article.status), Audience(article.audience)
    return Editing(article_id, row.number, text, status, audience, row.number > article.revision)


def revise(
    desk: Desk,
    person: Person,
    article_id: int,
    *,
    revision: int,
    title: str,
    body: str,
    type: str = "",
    tags: Iterable[str] = (),
    environment: str = "",
    audience: Audience | None = None,
    note: str = "",
) -> int:
    """Change an article; gives the number of its newest revision.

    A lead's change of a published article is seen at once, an agent's waits for a lead to publish it.
    `revision` is the number the writer started from; Conflict when there is a newer one.
    """
    person.require(Role.AGENT, "change articles")
    with desk.transaction() as session:
        text = checked(session, Text(title, body, type, tuple(tags), environment))
        article = existing(session, article_id)
        _set_audience(session, person, article, audience)
        return change(session, desk, person, article, text=text, base=revision, note=note)


def change(
    session: Session, desk: Desk, person: Person, article: Article, *, text: Text, base: int, note: str = ""
) -> int:
    """Append `text` as the newest revision within the caller's transaction, and show it where that is allowed."""
    newest = latest(session, article)
    if newest.number != base:
        raise Conflict("Somebody else has changed this article meanwhile. Both texts are shown; nothing is lost.")
    if text == Text(newest.title, newest.body, newest.type, tuple(newest.tags), newest.environment):
        return base
    is_published = article.status == ArticleStatus.PUBLISHED
    is_waiting = is_published and not person.may(Role.LEAD)
    status = ArticleStatus.IN_REVIEW if is_waiting else article.status
    revision = add_revision(session, desk, person, article, text=text, status=status, note=note)
    if not is_waiting:
        show(session, desk, article, text, revision=revision)
    if is_published and not is_waiting:
        raise_stamp(session)
    return revision


def draft_from_incident(desk: Desk, person: Person, incident_id: int) -> int:
    """Begin an article from a resolved incident; gives its id, the same when one was begun before.

    Conflict when the incident is not resolved.
    """
    person.require(Role.AGENT, "write articles")
    with desk.transaction() as session:
        incident = session.get(Incident, incident_id, with_for_update=True)
        if incident is None:
            raise NotFound("There is no such incident.")
        if CATEGORY[Status(incident.status)] is not Category.STOPPED:
            raise Conflict("Resolve the incident first; its resolution becomes the article.")
        begun = session.exec(
            select(Article.id).where(Article.incident_id == incident_id).order_by(col(Article.id))
        ).first()
        if begun:
            return begun
        text = checked(session, Text(incident.title[:200], _body(incident), incident.type))
        return begin(session, desk, person, text, incident_id=incident_id).id or 0


def _set_audience(session: Session, person: Person, article: Article, audience: Audience | None) -> None:
    if audience is None or audience == article.audience:
        return
    if article.status == ArticleStatus.PUBLISHED:
        if not person.may(Role.LEAD):
            raise NotAllowed("Only a lead may change who finds a published article.")
        raise_stamp(session)
    article.audience = audience
    session.add(article)


def _body(incident: Incident) -> str:
    parts = (
        ("Symptom", incident.body or incident.title),
        ("Cause", incident.cause or "What was wrong?"),
        ("Steps", incident.resolution or "1. What to do?"),
        ("How to verify", "How does one see that it works again?"),
    )
    return "\n\n".join(f"## {heading}\n\n{text}" for heading, text in parts)
