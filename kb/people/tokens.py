"""API tokens: bearer tokens that act as the account which made them."""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlmodel import col, select, update

from kb import audit
from kb.cleaning import one_line
from kb.desk import Desk
from kb.errors import NotFound, NotValid
from kb.labels import Role
from kb.people.rows import person_of
from kb.people.sessions import TOUCH, token_hash
from kb.person import Person
from kb.tables import Account, ApiToken

USUAL_DAYS, MOST_DAYS = 90, 365


@dataclass(frozen=True, slots=True)
class TokenView:
    """A token as its owner sees it: never the secret itself."""

    id: int
    name: str
    created_at: datetime
    used_at: datetime | None
    expires_at: datetime


def tokens(desk: Desk, person: Person) -> tuple[TokenView, ...]:
    """The person's own tokens that are not revoked, newest first; those past their end among them."""
    person.require(Role.USER, "have API tokens")
    query = select(ApiToken).where(ApiToken.account_id == person.id, col(ApiToken.is_revoked).is_(False))
    with desk.reading() as session:
        rows = session.exec(query.order_by(col(ApiToken.id).desc())).all()
    return tuple(TokenView(row.id or 0, row.name, row.created_at, row.used_at, row.expires_at) for row in rows)


def create_token(desk: Desk, person: Person, name: str, *, days: int = USUAL_DAYS) -> str:
    """The secret of a new token, good for so many days; only its hash is kept, so this once it can be shown."""
    person.require(Role.USER, "make API tokens")
    name = one_line(name)
    if not 1 <= len(name) <= 80 or person.id is None:
        raise NotValid("name", "Say in up to 80 characters what the token is for.")
    if not 1 <= days <= MOST_DAYS:
        raise NotValid("days", f"A token lasts 1 to {MOST_DAYS} days.")
    secret, now = "fl_" + secrets.token_urlsafe(32), desk.now()
    with desk.transaction() as session:
        ends = now + timedelta(days=days)
        row = ApiToken(name=name, token_hash=token_hash(secret), account_id=person.id, created_at=now, expires_at=ends)
        session.add(row)
        audit.note(session, desk, person, "token", subject=f"account:{person.id}", days=days)
    return secret


def revoke_token(desk: Desk, person: Person, token_id: int) -> None:
    person.require(Role.USER, "revoke API tokens")
    own = update(ApiToken).where(col(ApiToken.id) == token_id, col(ApiToken.account_id) == person.id)
    with desk.transaction() as session:
        if session.exec(own.values(is_revoked=True)).rowcount != 1:
            raise NotFound("There is no such token of yours.")
        audit.note(session, desk, person, "token revoked", subject=f"token:{token_id}")


def by_token(desk: Desk, secret: str) -> Person | None:
    """Whose bearer token this is; None when it is revoked, past its end, unknown or its account disabled."""
    query = (
        select(ApiToken, Account)
        .join(Account, col(Account.id) == col(ApiToken.account_id))
        .where(ApiToken.token_hash == token_hash(secret), ApiToken.expires_at > desk.now())
        .where(col(ApiToken.is_revoked).is_(False), col(Account.is_disabled).is_(False))
    )
    with desk.reading() as session:
        row = session.exec(query).first()
    if row is None:
        return None
    token, account = row
    if token.used_at is None or desk.now() - token.used_at > TOUCH:
        with desk.transaction() as session:
            session.exec(update(ApiToken).where(col(ApiToken.id) == token.id).values(used_at=desk.now()))
    return person_of(account)
