"""The life of an article: draft, in review, published, archived; and whether it still holds."""

from __future__ import annotations

from collections.abc import Iterable

from sqlmodel import Session

from kb import outbox
from kb.articles.reading import label
from kb.articles.rows import VERIFIED, Text, add_revision, existing, latest, raise_stamp, show
from kb.desk import Desk
from kb.errors import Conflict
from kb.labels import ArticleStatus, Role, words
from kb.people import leads
from kb.person import Person
from kb.tables import Article


def submit_for_review(desk: Desk, person: Person, article_id: int) -> None:
    """Hand a draft, or a waiting change, to the leads, who are told."""
    person.require(Role.AGENT, "hand in articles")
    with desk.transaction() as session:
        article = existing(session, article_id)
        newest = latest(session, article)
        if article.status == ArticleStatus.DRAFT:
            _enter(session, desk, person, article, ArticleStatus.IN_REVIEW)
        elif article.status != ArticleStatus.PUBLISHED or newest.number == article.revision:
            raise Conflict(f"{label(article_id)} is {words(article.status).lower()}; only a draft can be handed in.")
        _tell(session, desk, article, leads(session), f"{label(article_id)} waits for review: {newest.title}")


def return_to_draft(desk: Desk, person: Person, article_id: int, *, note: str = "") -> None:
    """Give an article in review back to its writer, who is told why."""
    person.require(Role.LEAD, "return articles")
    with desk.transaction() as session:
        article = existing(session, article_id)
        if article.status != ArticleStatus.IN_REVIEW:
            raise Conflict(f"{label(article_id)} is not in review.")
        _enter(session, desk, person, article, ArticleStatus.DRAFT, note=note)
        _tell(session, desk, article, [article.author_id], f"{label(article_id)} comes back to you: {note}".strip(": "))


def publish(desk: Desk, person: Person, article_id: int, *, revision: int | None = None) -> None:
    """Show the newest text to readers; publishing also verifies it.

    Conflict when it is shown already, or when it is no longer the `revision` the lead has read.
    """
    person.require(Role.LEAD, "publish articles")
    with desk.transaction() as session:
        article = existing(session, article_id)
        newest = latest(session, article)
        if article.status == ArticleStatus.PUBLISHED and newest.number == article.revision:
            raise Conflict(f"{label(article_id)} is published already.")
        if revision not in (None, newest.number):
            raise Conflict("Somebody has changed this article since you read it. Read it again before you publish it.")
        article.published_at = article.published_at or desk.now()
        article.verified_at = desk.now()
        _enter(session, desk, person, article, ArticleStatus.PUBLISHED)
        raise_stamp(session)
        writers = {newest.author_id, article.author_id} - {person.id}
        _tell(session, desk, article, writers, f"{label(article_id)} is published: {newest.title}")


def archive(desk: Desk, person: Person, article_id: int, *, note: str = "") -> None:
    """Withdraw an article; it is found no more. It can be published again."""
    person.require(Role.LEAD, "archive articles")
    with desk.transaction() as session:
        article = existing(session, article_id)
        if article.status == ArticleStatus.ARCHIVED:
            raise Conflict(f"{label(article_id)} is archived already.")
        _enter(session, desk, person, article, ArticleStatus.ARCHIVED, note=note)
        raise_stamp(session)


def verify(desk: Desk, person: Person, article_id: int) -> None:
    """Say that a published article still holds today."""
    person.require(Role.AGENT, "verify articles")
    with desk.transaction() as session:
        article = existing(session, article_id)
        if article.status != ArticleStatus.PUBLISHED:
            raise Conflict(f"{label(article_id)} is not published.")
        article.verified_at = desk.now()
        session.add(article)
        raise_stamp(session, VERIFIED)


def _enter(
    session: Session, desk: Desk, person: Person, article: Article, status: ArticleStatus, *, note: str = ""
) -> None:
    """Change the status; the newest text becomes the article's, and the step a revision of its own."""
    newest = latest(session, article)
    text = Text(newest.title, newest.body, newest.type, tuple(newest.tags), newest.environment)
    article.status = status
    note = note or words(status)
    revision = add_revision(session, desk, person, article, text=text, status=status, note=note)
    show(session, desk, article, text, revision=revision)


def _tell(session: Session, desk: Desk, article: Article, accounts: Iterable[int | None], subject: str) -> None:
    outbox.queue(session, desk, accounts=accounts, subject=subject, link=f"/write?id={label(article.id or 0)}")
