"""One-time links: one makes the first administrator, others set the password of an account."""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from datetime import timedelta

from sqlmodel import Session, col, delete, select, update

from kb import audit
from kb.desk import Desk
from kb.errors import NotFound
from kb.labels import Role
from kb.people.passwords import hashed
from kb.people.rows import existing, new_account
from kb.people.sessions import end_sessions, start_session, token_hash
from kb.person import Person
from kb.tables import Account, OneTimeLink

LASTS = timedelta(days=7)
GONE = "This link has been used or has expired. Ask for a new one."


@dataclass(frozen=True, slots=True)
class Invitation:
    """Whom a link is for; name and e-mail address are empty for the first administrator."""

    name: str
    email: str
    is_first: bool


def first_link(desk: Desk) -> str | None:
    """A new token that makes the first administrator; earlier ones stop working. None when there is one."""
    with desk.transaction() as session:
        session.exec(delete(OneTimeLink).where(col(OneTimeLink.account_id).is_(None)))
        return None if _has_admin(session) else _link(session, desk, None)


def invite(desk: Desk, person: Person, account_id: int) -> str:
    """A new token that sets an account's password; earlier ones stop working."""
    person.require(Role.ADMIN, "invite people")
    with desk.transaction() as session:
        audit.note(session, desk, person, "invite", subject=f"account:{account_id}")
        return invite_within(session, desk, existing(session, account_id))


def invite_within(session: Session, desk: Desk, account: Account) -> str:
    session.exec(delete(OneTimeLink).where(col(OneTimeLink.account_id) == account.id))
    return _link(session, desk, account.id)


def invitation(desk: Desk, token: str) -> Invitation:
    """Whom a link is for. Raises NotFound when it is spent."""
    with desk.reading() as session:
        account_id = _open(session, desk, token)
        account = session.get(Account, account_id) if account_id else None
    return Invitation(account.name, account.email, False) if account else Invitation("", "", True)


def make_first_admin(desk: Desk, *, token: str, name: str, email: str, password: str) -> str:
    """Spend the first link; gives the token of a session signed in as the new administrator."""
    invitation(desk, token)  # only who was invited makes us work
    password_hash = hashed(password, name, email)
    with desk.transaction() as session:
        if _spend(session, desk, token) is not None or _has_admin(session):
            raise NotFound(GONE)
        account = new_account(session, desk, name=name, email=email, role=Role.ADMIN)
        account.password_hash = password_hash
        return start_session(session, desk, account)


def accept(desk: Desk, *, token: str, password: str) -> str:
    """Set the password of an invited account; ends its other sessions and gives the token of a new one."""
    whose = invitation(desk, token)
    password_hash = hashed(password, whose.name, whose.email)
    with desk.transaction() as session:
        account_id = _spend(session, desk, token)
        account = session.get(Account, account_id) if account_id else None
        if account is None or account.is_disabled:
            raise NotFound(GONE)
        account.password_hash = password_hash
        end_sessions(session, account.id or 0)
        return start_session(session, desk, account)


def _link(session: Session, desk: Desk, account_id: int | None) -> str:
    token = secrets.token_urlsafe(24)
    session.add(OneTimeLink(token_hash=token_hash(token), account_id=account_id, expires_at=desk.now() + LASTS))
    return token


def _open(session: Session, desk: Desk, token: str) -> int | None:
    query = select(OneTimeLink).where(
        OneTimeLink.token_hash == token_hash(token),
        col(OneTimeLink.used_at).is_(None),
        OneTimeLink.expires_at > desk.now(),
    )
    link = session.exec(query).first()
    if link is None:
        raise NotFound(GONE)
    return link.account_id


def _spend(session: Session, desk: Desk, token: str) -> int | None:
    account_id = _open(session, desk, token)
    spent = session.exec(
        update(OneTimeLink)
        .where(col(OneTimeLink.token_hash) == token_hash(token), col(OneTimeLink.used_at).is_(None))
        .values(used_at=desk.now())
    )
    if spent.rowcount != 1:  # two clicks at once: the other was first
        raise NotFound(GONE)
    return account_id


def _has_admin(session: Session) -> bool:
    query = select(Account.id).where(Account.role == Role.ADMIN, col(Account.is_demo).is_(False))
    return session.exec(query).first() is not None
