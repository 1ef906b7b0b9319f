"""Signing in by an identity provider: who was sent there, and whose account the identity opens that comes back."""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from datetime import timedelta

from sqlalchemy.exc import IntegrityError
from sqlmodel import Session, col, delete, select

from kb import audit
from kb.desk import Desk
from kb.errors import Conflict, NotAllowed, NotValid
from kb.labels import Role
from kb.people.directory import check_not_last_admin
from kb.people.rows import new_account, person_of
from kb.people.sessions import start_session, token_hash
from kb.person import Person
from kb.tables import Account, SignInRequest

WAITS = timedelta(minutes=10)
STALE = "This sign-in is too old or was begun elsewhere. Please start again."
CLOSED = "Your account here is closed. Ask an administrator."
UNVERIFIED = "Your e-mail address isn't verified there, so it cannot be used here. Ask an administrator."
NO_ADDRESS = "No usable e-mail address came along, and an account here needs one. Ask an administrator."
TAKEN = "Your e-mail address belongs to somebody else's account here. Ask an administrator."


@dataclass(frozen=True, slots=True)
class Identity:
    """What a provider vouches for; made only from a token whose signature and claims were checked."""

    issuer: str
    subject: str
    email: str
    is_email_verified: bool
    name: str
    groups: tuple[str, ...] = ()


def begin(desk: Desk, *, browser: str, following: str) -> str:
    """Note that this browser is sent to the provider; gives the state it must bring back, within ten minutes."""
    state = secrets.token_urlsafe(32)
    with desk.transaction() as session:
        session.exec(delete(SignInRequest).where(col(SignInRequest.expires_at) <= desk.now()))
        session.add(
            SignInRequest(
                state_hash=token_hash(state),
                browser_hash=token_hash(browser),
                following=following,
                expires_at=desk.now() + WAITS,
            )
        )
    return state


def come_back(desk: Desk, *, browser: str, state: str) -> str:
    """Use the state up; gives where the person wanted to go. Raises NotAllowed for one not of this browser."""
    query = select(SignInRequest).where(
        SignInRequest.state_hash == token_hash(state),
        SignInRequest.browser_hash == token_hash(browser),
        SignInRequest.expires_at > desk.now(),
    )
    with desk.transaction() as session:
        request = session.exec(query).first()
        used = delete(SignInRequest).where(col(SignInRequest.id) == (request.id if request else None))
        if request is None or session.exec(used).rowcount != 1:  # another came at the same moment
            raise NotAllowed(STALE)
        return request.following


def sign_in_as(desk: Desk, identity: Identity) -> str:
    """Sign in whom a provider vouches for and give the token of a new session.

    The account is the one that came with this issuer and subject before. The first time it is the one with the same
    e-mail address, or a new one; the provider must say that the address is verified. Raises NotAllowed.
    """
    try:
        return _sign_in(desk, identity)
    except (IntegrityError, Conflict):  # two first sign-ins at once: the other has made the account
        return _sign_in(desk, identity)


def _sign_in(desk: Desk, identity: Identity) -> str:
    with desk.transaction() as session:
        known = select(Account).where(Account.issuer == identity.issuer, Account.subject == identity.subject)
        account = session.exec(known).first() or _welcome(session, desk, identity)
        if account.is_disabled:
            raise NotAllowed(CLOSED)
        _follow_groups(session, desk, account, identity)
        return start_session(session, desk, account)


def _welcome(session: Session, desk: Desk, identity: Identity) -> Account:
    """The account of somebody who comes this way for the first time."""
    email = identity.email.strip().lower()
    # Some letters become ASCII when they are made small: such an address looks like another one's.
    if not identity.is_email_verified or email.isascii() is not identity.email.isascii():
        raise NotAllowed(UNVERIFIED)
    account = session.exec(select(Account).where(Account.email == email)).first()
    action = "linked"
    if account is None:
        action, account = "add", _new(session, desk, identity)
    elif account.issuer == identity.issuer:
        if account.subject != identity.subject:  # the address was given to another person there
            raise NotAllowed(TAKEN)
        return account  # another sign-in at the same moment has made it
    account.issuer, account.subject = identity.issuer, identity.subject
    _note(session, desk, account, action)
    return account


def _new(session: Session, desk: Desk, identity: Identity) -> Account:
    try:
        return new_account(session, desk, name=_name(identity), email=identity.email, role=Role.USER)
    except NotValid as error:
        raise NotAllowed(NO_ADDRESS) from error


def _follow_groups(session: Session, desk: Desk, account: Account, identity: Identity) -> None:
    """Give the role the groups stand for. A role no group stands for was given in the portal and is not taken away."""
    roles = dict(desk.settings.oidc_roles)
    now = Role(account.role)
    theirs = [roles[group] for group in identity.groups if group in roles]
    new = max(theirs, default=Role.USER, key=lambda role: role.rank)
    if not roles or new is now or (new.rank < now.rank and now not in roles.values()):
        return
    try:
        check_not_last_admin(session, account)
    except Conflict:  # a portal without an administrator could not be mended
        return
    account.role = new
    _note(session, desk, account, "role", role=new)


def _note(session: Session, desk: Desk, account: Account, action: str, **detail: str) -> None:
    actor: Person = person_of(account)
    audit.note(session, desk, actor, action, subject=f"account:{account.id}", by="provider", **detail)


def _name(identity: Identity) -> str:
    name = "".join(letter for letter in identity.name if letter.isprintable() or letter.isspace())
    return (" ".join(name.split()) or identity.email.partition("@")[0])[:100]
