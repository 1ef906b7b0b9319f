"""Signing in and staying signed in: a random token in the cookie, its SHA-256 in the database."""

from __future__ import annotations

import hashlib
import logging
import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlmodel import Session, col, delete, func, select, update

from kb import audit
from kb.desk import Desk
from kb.errors import NotAllowed, NotFound
from kb.labels import Role
from kb.people.passwords import hashed, is_right
from kb.people.rows import person_of
from kb.person import Person
from kb.tables import Account, LoginFailure, LoginSession, OneTimeLink

log = logging.getLogger(__name__)

LASTS, IDLE = timedelta(hours=12), timedelta(minutes=60)
WINDOW = timedelta(minutes=15)
LIMIT_ACCOUNT, LIMIT_ADDRESS = 5, 30
TOUCH = timedelta(seconds=60)
WRONG = "That e-mail address and password don't fit together."
WRONG_OLD = "The present password isn't right."


class TooManyAttempts(NotAllowed):
    """Raised when an account or address failed too often; the right password doesn't help then."""


@dataclass(frozen=True, slots=True)
class SessionView:
    """One's own living session, as its owner sees it."""

    id: int
    created_at: datetime
    seen_at: datetime
    expires_at: datetime


@dataclass(frozen=True, slots=True)
class SignedIn:
    """A living session and whose it is."""

    session_id: int
    person: Person


def token_hash(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()


def sign_in(desk: Desk, *, email: str, password: str, address: str) -> str:
    """Check a password and give the token of a new session. `address` is the client's, for the slow-down.

    Raises NotAllowed for a wrong name or password, alike, and TooManyAttempts after five failures of one
    name or thirty of one address within fifteen minutes.
    """
    account_id = check_password(desk, email=email, password=password, address=address)
    with desk.transaction() as session:
        account = session.get_one(Account, account_id)
        session.exec(delete(LoginFailure).where(col(LoginFailure.bucket) == f"account:{account.email}"))
        return start_session(session, desk, account)


def check_password(desk: Desk, *, email: str, password: str, address: str) -> int:
    """The id of the account this password opens; a failure is counted. Raises as `sign_in`."""
    email = email.strip().lower()[:200]
    tries = _count_try(desk, {f"account:{email}": LIMIT_ACCOUNT, f"address:{address}": LIMIT_ADDRESS})
    with desk.reading() as session:
        account = session.exec(select(Account).where(Account.email == email)).first()
    is_known = is_right(password, account.password_hash if account else "")
    if account is None or account.id is None or not is_known or account.is_disabled:
        # Never the name that was typed: people type passwords there.
        log.warning("Wrong password for %s from %s", f"account {account.id}" if account else "no account", address)
        raise NotAllowed(WRONG)
    _forget(desk, tries)
    return account.id


def change_password(desk: Desk, person: Person, *, old: str, new: str, session_id: int | None) -> None:
    """Set a new password; every other session of this person ends. Raises as `sign_in` when `old` is wrong."""
    person.require(Role.USER, "change a password")
    try:
        account_id = check_password(desk, email=person.email, password=old, address=f"person {person.id}")
    except TooManyAttempts:
        raise
    except NotAllowed as error:
        raise NotAllowed(WRONG_OLD) from error
    password_hash = hashed(new, person.name, person.email)
    with desk.transaction() as session:
        session.get_one(Account, account_id).password_hash = password_hash
        end_sessions(session, account_id, but=session_id)
        audit.note(session, desk, person, "password", subject=f"account:{account_id}")


def start_session(session: Session, desk: Desk, account: Account) -> str:
    """A new session row inside the caller's transaction; gives its token."""
    token, now = secrets.token_urlsafe(32), desk.now()
    log.info("Account %s signs in", account.id)
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
    log.info("Session %s was signed out", session_id)


def sessions(desk: Desk, person: Person) -> tuple[SessionView, ...]:
    """The person's own living sessions, the one seen last first."""
    person.require(Role.USER, "have sessions")
    now = desk.now()
    query = select(LoginSession).where(
        LoginSession.account_id == person.id, col(LoginSession.is_revoked).is_(False),
        LoginSession.expires_at > now, LoginSession.seen_at > now - IDLE,
    )  # fmt: skip
    with desk.reading() as session:
        rows = session.exec(query.order_by(col(LoginSession.seen_at).desc(), col(LoginSession.id).desc())).all()
    return tuple(SessionView(row.id or 0, row.created_at, row.seen_at, row.expires_at) for row in rows)


def end_session(desk: Desk, person: Person, session_id: int) -> None:
    """End one of the person's own sessions, wherever it is open."""
    person.require(Role.USER, "end sessions")
    own = update(LoginSession).where(col(LoginSession.id) == session_id, col(LoginSession.account_id) == person.id)
    with desk.transaction() as session:
        if session.exec(own.values(is_revoked=True)).rowcount != 1:
            raise NotFound("There is no such session of yours.")
    log.info("Session %s was ended by account %s", session_id, person.id)


def end_sessions(session: Session, account_id: int, *, but: int | None = None) -> None:
    """Revoke all sessions of an account, except the one numbered `but`, and links that would set its password."""
    session.exec(delete(OneTimeLink).where(col(OneTimeLink.account_id) == account_id))
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


def _count_try(desk: Desk, limits: dict[str, int]) -> list[int]:
    """Count a try before its password is looked at, so that a hundred at once are counted, too; gives its rows."""
    with desk.transaction() as session:
        rows = [LoginFailure(bucket=bucket, at=desk.now()) for bucket in limits]
        session.add_all(rows)
        session.flush()
        tries = [row.id or 0 for row in rows]
    with desk.reading() as session:
        recent = select(func.count()).where(LoginFailure.at > desk.now() - WINDOW)
        counts = {bucket: session.exec(recent.where(LoginFailure.bucket == bucket)).one() for bucket in limits}
    if any(counts[bucket] > limit for bucket, limit in limits.items()):
        _forget(desk, tries)  # one that was turned away makes nobody wait longer
        log.warning("Too many passwords tried from %s", *(one for one in limits if one.startswith("address:")))
        raise TooManyAttempts("Too many attempts. Try again in 15 minutes.")
    return tries


def _forget(desk: Desk, tries: list[int]) -> None:
    with desk.transaction() as session:
        session.exec(delete(LoginFailure).where(col(LoginFailure.id).in_(tries)))
