"""Who must be told what: rows written in the transaction that gives the reason, delivered later by the clock."""

from __future__ import annotations

import base64
import hashlib
import hmac
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import func, update
from sqlmodel import Session, col, select

from kb.desk import Desk
from kb.labels import Role
from kb.person import Person
from kb.tables import Account, OutboxRow

MOST_NOTICES = 100


@dataclass(frozen=True, slots=True)
class Notice:
    """One entry under a person's bell."""

    id: int
    subject: str
    body: str
    link: str
    created_at: datetime
    is_read: bool


def queue(
    session: Session,
    desk: Desk,
    *,
    accounts: Iterable[int | None] = (),
    addresses: Iterable[str] = (),
    subject: str,
    body: str = "",
    link: str = "",
    event: str = "",
    payload: dict[str, Any] | None = None,
) -> None:
    """Add one row for each account that can sign in and each address, and one for the webhook when `event` is named.

    `link` is a path of the portal. `payload` goes to the webhook; its key `guest_of` (an incident's key) makes
    `full_link` add the guest's secret to links in mails.
    """
    now, subject = desk.now(), " ".join(subject.split())[:300]
    mail_at = now if desk.settings.smtp_host else None
    told: dict[str, Any] = {"subject": subject, "body": body, "link": link, "payload": payload, "created_at": now}
    for account_id in _can_sign_in(session, accounts):
        session.add(OutboxRow(channel="person", account_id=account_id, next_at=mail_at, **told))
    for address in sorted(set(filter(None, addresses))):
        session.add(OutboxRow(channel="mail", address=address, next_at=mail_at, **told))
    if event and desk.settings.webhook_url:
        told["payload"] = {"event": event, **{k: v for k, v in (payload or {}).items() if k != "guest_of"}}
        session.add(OutboxRow(channel="webhook", address=desk.settings.webhook_url, next_at=now, **told))


def full_link(desk: Desk, row: OutboxRow) -> str:
    """The address to put into a message; a guest's secret is worked out here and never stored."""
    if not row.link:
        return ""
    guest_of = (row.payload or {}).get("guest_of") if row.channel == "mail" else None
    return desk.settings.base_url + row.link + (f"&key={guest_key(desk, guest_of)}" if guest_of else "")


def guest_key(desk: Desk, incident_key: str) -> str:
    """The secret in a guest's link: only who knows the portal's own secret can work it out."""
    mac = hmac.new(desk.settings.secret.encode(), f"guest-link:{incident_key}".encode(), hashlib.sha256)
    return base64.urlsafe_b64encode(mac.digest()).decode().rstrip("=")


def leads(session: Session, team_id: int | None = None) -> list[int]:
    """Accounts of leads: those of the team where it has any, else all; administrators where there is no lead."""
    found = session.exec(
        select(Account.id, Account.role, Account.team_id)
        .where(col(Account.role).in_((Role.LEAD, Role.ADMIN)), col(Account.is_disabled).is_(False))
        .order_by(col(Account.id))
    ).all()
    of_team = [id for id, role, team in found if role == Role.LEAD and team == team_id and team is not None]
    any_team = [id for id, role, _ in found if role == Role.LEAD]
    return [id for id in of_team or any_team or [id for id, _, _ in found] if id is not None]


def unread(desk: Desk, person: Person) -> int:
    """How many entries under the bell are new."""
    if person.id is None:
        return 0
    with desk.reading() as session:
        return session.exec(
            select(func.count())
            .select_from(OutboxRow)
            .where(col(OutboxRow.account_id) == person.id, col(OutboxRow.read_at).is_(None))
        ).one()


def notices(desk: Desk, person: Person) -> tuple[Notice, ...]:
    """The person's entries, newest first, at most 100."""
    person.require(Role.USER, "have notices")
    with desk.reading() as session:
        rows = session.exec(
            select(OutboxRow)
            .where(OutboxRow.account_id == person.id)
            .order_by(col(OutboxRow.created_at).desc(), col(OutboxRow.id).desc())
            .limit(MOST_NOTICES)
        ).all()
    return tuple(
        Notice(row.id or 0, row.subject, row.body, row.link, row.created_at, row.read_at is not None) for row in rows
    )


def mark_read(desk: Desk, person: Person, ids: Sequence[int] | None = None) -> int:
    """Mark these entries of the person as read, or all; returns how many were new."""
    person.require(Role.USER, "have notices")
    mine = [col(OutboxRow.account_id) == person.id, col(OutboxRow.read_at).is_(None)]
    if ids is not None:
        mine.append(col(OutboxRow.id).in_(ids))
    with desk.transaction() as session:
        return session.execute(update(OutboxRow).where(*mine).values(read_at=desk.now())).rowcount  # type: ignore[attr-defined, no-any-return]


def _can_sign_in(session: Session, accounts: Iterable[int | None]) -> Sequence[int | None]:
    ids = {account_id for account_id in accounts if account_id is not None}
    if not ids:
        return ()
    wanted = select(Account.id).where(col(Account.id).in_(ids), col(Account.is_disabled).is_(False))
    return session.exec(wanted.order_by(col(Account.id))).all()
