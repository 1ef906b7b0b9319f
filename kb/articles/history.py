"""The history of an article: every revision, what changed between two, and the way back."""

from __future__ import annotations

import difflib
from dataclasses import dataclass
from datetime import datetime

from sqlmodel import Session, col, select

from kb.articles.rows import Text, existing
from kb.articles.writing import change
from kb.desk import Desk
from kb.errors import NotFound
from kb.labels import ArticleStatus, Role
from kb.person import Person
from kb.tables import Account, ArticleRevision


@dataclass(frozen=True, slots=True)
class Revision:
    """One line of the history."""

    number: int
    title: str
    status: ArticleStatus
    author: str
    note: str
    at: datetime


def revisions(desk: Desk, person: Person, article_id: int) -> tuple[Revision, ...]:
    """All revisions, newest first."""
    person.require(Role.AGENT, "see the history of articles")
    query = (
        select(ArticleRevision, Account.name)
        .join(Account, col(Account.id) == ArticleRevision.author_id, isouter=True)
        .where(ArticleRevision.article_id == article_id)
        .order_by(col(ArticleRevision.number).desc())
    )
    with desk.reading() as session:
        rows = session.exec(query).all()
    return tuple(
        Revision(row.number, row.title, ArticleStatus(row.status), author or "", row.note, row.at)
        for row, author in rows
    )


def diff(desk: Desk, person: Person, article_id: int, *, old: int, new: int) -> str:
    """What changed from revision `old` to `new`, as a unified diff; empty when they say the same."""
    person.require(Role.AGENT, "see the history of articles")
    with desk.reading() as session:
        before, after = (_lines(_revision(session, article_id, number)) for number in (old, new))
    return "\n".join(difflib.unified_diff(before, after, f"revision {old}", f"revision {new}", lineterm=""))


def restore(desk: Desk, person: Person, article_id: int, number: int, *, revision: int) -> int:
    """Make the text of revision `number` the newest again; as any change it starts from `revision`."""
    person.require(Role.AGENT, "change articles")
    with desk.transaction() as session:
        article = existing(session, article_id)
        old = _revision(session, article_id, number)
        text = Text(old.title, old.body, old.type, tuple(old.tags), old.environment)
        note = f"Restored revision {number}"
        return change(session, desk, person, article, text=text, base=revision, note=note)


def _revision(session: Session, article_id: int, number: int) -> ArticleRevision:
    query = select(ArticleRevision).where(ArticleRevision.article_id == article_id, ArticleRevision.number == number)
    row = session.exec(query).first()
    if row is None:
        raise NotFound(f"There is no revision {number}.")
    return row


def _lines(row: ArticleRevision) -> list[str]:
    head = [f"Title: {row.title}", f"Type: {row.type}", f"Tags: {', '.join(row.tags)}"]
    return [*head, f"Environment: {row.environment}", "", *row.body.splitlines()]
