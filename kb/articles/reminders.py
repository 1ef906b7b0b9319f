"""Owners are reminded of articles nobody has verified for long."""

from __future__ import annotations

from datetime import timedelta

from sqlalchemy import func
from sqlmodel import col, select

from kb import outbox
from kb.desk import Desk
from kb.labels import ArticleStatus, Role
from kb.person import Person
from kb.tables import Article, OutboxRow

PAUSE = timedelta(days=7)
LINK = "/write?show=to_verify"


def remind_to_verify(desk: Desk, person: Person) -> int:
    """Tell each owner how many articles wait, at most once a week; gives how many were told."""
    person.require(Role.ADMIN, "send reminders")
    checked_at = func.coalesce(col(Article.verified_at), col(Article.published_at))
    now = desk.now()
    due = (
        select(Article.owner_id, func.count())
        .where(Article.status == ArticleStatus.PUBLISHED, col(Article.owner_id).is_not(None))
        .where(checked_at < now - timedelta(days=desk.settings.verify_days))
        .group_by(col(Article.owner_id))
        .order_by(col(Article.owner_id))
    )
    told = select(OutboxRow.account_id).where(OutboxRow.link == LINK, col(OutboxRow.created_at) > now - PAUSE)
    with desk.transaction() as session:
        recent = set(session.exec(told).all())
        waiting = [(owner, count) for owner, count in session.exec(due).all() if owner not in recent]
        for owner, count in waiting:
            waits = "1 article of yours waits" if count == 1 else f"{count} articles of yours wait"
            outbox.queue(session, desk, accounts=[owner], subject=f"{waits} to be verified", link=LINK)
    return len(waiting)
