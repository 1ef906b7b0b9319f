"""Signing in and staying signed in: a random token in the cookie, its SHA-256 in the database."""

from __future__ import annotations

import hashlib
import secrets
from dataclasses import dataclass
from datetime import timedelta

from sqlmodel import Session, col, delete, func, select, update

from kb.desk import Desk
from kb.errors import NotAllowed
from kb.labels import Role
from kb.people.passwords import is_right
from kb.person import Person
from kb.tables import Account, LoginFailure, LoginSession

LASTS, IDLE = timedelta(hours=12), timedelta(minutes=60)
WINDOW = timedelta(minutes=15)
LIMIT_ACCOUNT, LIMIT_ADDRESS = 5, 30
TOUCH = timedelta(seconds=60)
WRONG = "That e-mail address and password don't fit together."


class TooManyAttempts(NotAllowed):
    """Raised when an account or address failed too often; the right password doesn't help then."""


@dataclass(frozen=True, slots=True)
class SignedIn:
    """A living session and whose it is."""

    session_id: int
    person: Person


def token_hash(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()


def person_of(account: Account) -> Person:
    return Person(account.id, account.name, account.email, Role(account.role), account.team_id)


def sign_in(desk: Desk, *, email: str, password: str, address: str) -> str:
    """Check a password and give the token of a new session. `address` is the client's, for the slow-down.

    Raises NotAllowed for a wrong name or password, alike, and TooManyAttempts after five failures of one
    name or thirty of one address within fifteen minutes.
    """
    email = email.strip().lower()[:200]
    buckets = {f"account:{email}": LIMIT_ACCOUNT, f"address:{address}": LIMIT_ADDRESS}
    with desk.reading() as session:
        _check_failures(session, desk, buckets)
        account = session.exec(select(Account).where(Account.email == email)).first()
    is_known = is_right(password, account.password_hash if account else "")
    with desk.transaction() as session:
        if account is None or not is_known or account.is_disabled:
            session.add_all(LoginFailure(bucket=bucket, at=desk.now()) for bucket in buckets)
            token = ""
        else:
            session.exec(delete(LoginFailure).where(col(LoginFailure.bucket) == f"account:{email}"))
            token = start_session(session, desk, account)
    if not token:
        raise NotAllowed(WRONG)
    return token


def start_session(session: Session, desk: Desk, account: Account) -> str:
    """A new session row inside the caller's transaction; gives its token."""
    token, now = secrets.token_urlsafe(32), desk.now()
    session.add(
        LoginSession(
            token_hash=token_hash(token),
            account_id=account.id or 0,
            created_at=now,
            seen_at=now,
            expires_at=now + LASTS,
        )
    )
    return token


def resolve(desk: Desk, token: str) -> SignedIn | None:
    """Who holds this cookie; None when the session has expired, idled out, been revoked or disabled."""
    return _living(desk, LoginSession.token_hash == token_hash(token)) if token else None


def resume(desk: Desk, session_id: int) -> SignedIn | None:
    """As `resolve`, for a session known by its id: what every rerun of an open page asks."""
    return _living(desk, LoginSession.id == session_id)


def sign_out(desk: Desk, session_id: int) -> None:
    with desk.transaction() as session:
        session.exec(update(LoginSession).where(col(LoginSession.id) == session_id).values(is_revoked=True))


def end_sessions(session: Session, account_id: int, *, but: int | None = None) -> None:
    """Revoke all sessions of an account, except the one numbered `but`."""
    query = update(LoginSession).where(col(LoginSession.account_id) == account_id)
    session.exec(query.where(col(LoginSession.id).is_distinct_from(but)).values(is_revoked=True))


def _living(desk: Desk, condition: object) -> SignedIn | None:
    now = desk.now()
    query = (
        select(LoginSession, Account)
        .join(Account, col(Account.id) == col(LoginSession.account_id))
        .where(condition)  # type: ignore[arg-type]
        .where(col(LoginSession.is_revoked).is_(False), col(Account.is_disabled).is_(False))
        .where(LoginSession.expires_at > now, LoginSession.seen_at > now - IDLE)
    )
    with desk.reading() as session:
        row = session.exec(query).first()
    if row is None or row[0].id is None:
        return None
    if now - row[0].seen_at > TOUCH:
        with desk.transaction() as session:
            session.exec(update(LoginSession).where(col(LoginSession.id) == row[0].id).values(seen_at=now))
    return SignedIn(row[0].id, person_of(row[1]))


def _check_failures(session: Session, desk: Desk, buckets: dict[str, int]) -> None:
    for bucket, limit in buckets.items():
        query = select(func.count()).where(LoginFailure.bucket == bucket, LoginFailure.at > desk.now() - WINDOW)
        if session.exec(query).one() >= limit:
            raise TooManyAttempts("Too many attempts. Try again in 15 minutes.")
