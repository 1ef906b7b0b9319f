"""The account row: made, checked and found; joined in others' transactions."""

from __future__ import annotations

import re

from sqlmodel import Session, select

from kb.desk import Desk
from kb.errors import Conflict, NotFound, NotValid
from kb.labels import Role
from kb.person import Person
from kb.tables import Account


def person_of(account: Account) -> Person:
    return Person(account.id, account.name, account.email, Role(account.role), account.team_id)


def new_account(session: Session, desk: Desk, *, name: str, email: str, role: Role) -> Account:
    """A checked, stored account without password, inside the caller's transaction."""
    name, email = " ".join(name.split()), email.strip().lower()
    if not 1 <= len(name) <= 100 or not name.isprintable():
        raise NotValid("name", "Enter a name of up to 100 characters.")
    if not re.fullmatch(r"[^@\s,;<>]+@[^@\s,;<>]+", email) or len(email) > 200 or not email.isprintable():
        raise NotValid("email", "Enter an e-mail address, such as ann@example.com.")
    if session.exec(select(Account.id).where(Account.email == email)).first():
        raise Conflict(f"{email} has an account already.")
    account = Account(name=name, email=email, role=role, created_at=desk.now())
    session.add(account)
    session.flush()
    return account


def existing(session: Session, account_id: int) -> Account:
    account = session.get(Account, account_id)
    if account is None:
        raise NotFound("There is no such person.")
    return account
