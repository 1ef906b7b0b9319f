"""Retention: what is kept for a while only."""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import ColumnElement
from sqlmodel import Session, and_, col, delete, select

from kb import drafts
from kb.desk import Desk
from kb.labels import Role
from kb.person import Person
from kb.tables import Attachment, Base, JobRun, LoginFailure, LoginSession, OneTimeLink, OutboxRow, SignInRequest

JOB_RUNS = timedelta(days=90)
FAILURES = timedelta(days=1)
SIGN_INS = timedelta(days=7)
"""How long after their end sessions and links are kept, so that one can still see who was signed in."""
DRAFTS = timedelta(days=30)
NOTICES = timedelta(days=180)


def tidy(desk: Desk, person: Person) -> int:
    """Remove what has outlived its use: rows, and the files of drafts never sent. Gives how many rows went."""
    person.require(Role.ADMIN, "tidy up")
    now = desk.now()
    with desk.transaction() as session:
        removed = sum(session.exec(delete(table).where(old)).rowcount for table, old in _outlived(now))
        orphans = _orphans(session, now)
    for attachment_id in orphans:
        (desk.folder("attachments") / attachment_id).unlink(missing_ok=True)
    return removed + len(orphans) + drafts.forget_old(desk)


def _outlived(now: datetime) -> tuple[tuple[type[Base], ColumnElement[bool]], ...]:
    is_settled = and_(col(OutboxRow.channel) != "person", col(OutboxRow.next_at).is_(None))
    return (
        (JobRun, col(JobRun.started_at) < now - JOB_RUNS),
        (LoginFailure, col(LoginFailure.at) < now - FAILURES),
        (LoginSession, col(LoginSession.expires_at) < now - SIGN_INS),
        (OneTimeLink, col(OneTimeLink.expires_at) < now - SIGN_INS),
        (SignInRequest, col(SignInRequest.expires_at) < now),
        (OutboxRow, col(OutboxRow.read_at) < now - NOTICES),
        (OutboxRow, and_(is_settled, col(OutboxRow.created_at) < now - NOTICES)),
    )


def _orphans(session: Session, now: datetime) -> list[str]:
    """Ids of the attachments whose draft was never sent; their rows go here, their files after the commit."""
    is_old = and_(col(Attachment.incident_id).is_(None), col(Attachment.at) < now - DRAFTS)
    ids = list(session.exec(select(Attachment.id).where(is_old).order_by(Attachment.id)))
    session.exec(delete(Attachment).where(is_old))
    return ids
