"""Accounts: who may sign in, in which role and team, with which skills."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from sqlmodel import Session, col, delete, func, select

from kb import audit
from kb.desk import Desk
from kb.errors import Conflict, NotFound, NotValid
from kb.labels import Role
from kb.people.links import invite_within
from kb.people.rows import existing, new_account
from kb.people.sessions import end_sessions
from kb.person import Person
from kb.tables import Account, PersonSkill, Team

SUGGESTED_SKILLS = ("system_administration", "databases", "networking", "troubleshooting")


@dataclass(frozen=True, slots=True)
class AccountView:
    """An account as the people page lists it. `is_invited` means that there is no way to sign in to it yet."""

    id: int
    name: str
    email: str
    role: Role
    team_id: int | None
    team: str
    skills: tuple[str, ...]
    is_invited: bool
    is_disabled: bool
    away_until: datetime | None = None


@dataclass(frozen=True, slots=True)
class Invited:
    """A new account and the token of the link that sets its password; shown once, kept nowhere."""

    account_id: int
    token: str


def accounts(desk: Desk, person: Person) -> tuple[AccountView, ...]:
    """Everybody by name; for agents and above, who assign work to each other."""
    person.require(Role.AGENT, "see who works here")
    query = select(Account, Team.name).outerjoin(Team, col(Team.id) == col(Account.team_id))
    with desk.reading() as session:
        rows = session.exec(query.order_by(func.lower(Account.name), col(Account.id))).all()
        skills = defaultdict(list)
        for skill in session.exec(select(PersonSkill).order_by(col(PersonSkill.skill))):
            skills[skill.account_id].append(skill.skill)
    return tuple(_view(account, team or "", tuple(skills[account.id or 0])) for account, team in rows)


def add(desk: Desk, person: Person, *, name: str, email: str, role: Role, team_id: int | None = None) -> Invited:
    """Add somebody, who sets a password by the link. Raises Conflict when the e-mail address is taken."""
    person.require(Role.ADMIN, "add people")
    if role is Role.GUEST:
        raise NotValid("role", "A guest needs no account. Choose another role.")
    with desk.transaction() as session:
        account = new_account(session, desk, name=name, email=email, role=role)
        account.team_id = _existing_team(session, team_id)
        audit.note(session, desk, person, "add", subject=f"account:{account.id}", role=role)
        return Invited(account.id or 0, invite_within(session, desk, account))


def find(desk: Desk, person: Person, email: str) -> AccountView:
    """The account with this e-mail address."""
    person.require(Role.ADMIN, "look people up")
    with desk.reading() as session:
        account = session.exec(select(Account).where(Account.email == email.strip().lower())).first()
    if account is None:
        raise NotFound(f"Nobody here has the e-mail address {email.strip()}.")
    return _view(account, "", ())


def set_role(desk: Desk, person: Person, account_id: int, role: Role) -> None:
    """Takes effect at the person's next click. The last administrator stays one."""
    person.require(Role.ADMIN, "change roles")
    if role is Role.GUEST:
        raise NotValid("role", "A guest needs no account. Disable it instead.")
    with desk.transaction() as session:
        account = existing(session, account_id)
        if role is not Role.ADMIN:
            check_not_last_admin(session, account)
        account.role = role
        audit.note(session, desk, person, "role", subject=f"account:{account_id}", role=role)


def set_team(desk: Desk, person: Person, account_id: int, team_id: int | None) -> None:
    person.require(Role.ADMIN, "change teams")
    with desk.transaction() as session:
        existing(session, account_id).team_id = _existing_team(session, team_id)
        audit.note(session, desk, person, "team", subject=f"account:{account_id}", team_id=team_id)


def set_skills(desk: Desk, person: Person, account_id: int, skills: Iterable[str]) -> None:
    """Replace a person's skills; kept as slugs, so that `Data bases` and `data_bases` are one."""
    person.require(Role.ADMIN, "change skills")
    slugs = sorted({re.sub(r"\W+", "_", skill.lower()).strip("_")[:60] for skill in skills} - {""})
    with desk.transaction() as session:
        existing(session, account_id)
        session.exec(delete(PersonSkill).where(col(PersonSkill.account_id) == account_id))
        session.add_all(PersonSkill(account_id=account_id, skill=slug) for slug in slugs)


def set_away(desk: Desk, person: Person, until: datetime | None, *, account_id: int | None = None) -> None:
    """Nothing is routed to the person until then; None says that they are here. One's own, or another's for leads."""
    person.require(Role.AGENT if account_id in (None, person.id) else Role.LEAD, "say when somebody is away")
    with desk.transaction() as session:
        existing(session, account_id or person.id or 0).away_until = until


def away_until(desk: Desk, person: Person, account_id: int) -> datetime | None:
    """When somebody is back; None when they are here."""
    person.require(Role.AGENT, "see who is away")
    with desk.reading() as session:
        until = existing(session, account_id).away_until
    return until if until and until > desk.now() else None


def disable(desk: Desk, person: Person, account_id: int) -> None:
    """Ends all sessions at once and closes the account; nothing the person wrote is lost."""
    person.require(Role.ADMIN, "disable people")
    with desk.transaction() as session:
        account = existing(session, account_id)
        check_not_last_admin(session, account)
        account.is_disabled = True
        end_sessions(session, account_id)
        audit.note(session, desk, person, "disable", subject=f"account:{account_id}")


def enable(desk: Desk, person: Person, account_id: int) -> None:
    person.require(Role.ADMIN, "enable people")
    with desk.transaction() as session:
        existing(session, account_id).is_disabled = False
        audit.note(session, desk, person, "enable", subject=f"account:{account_id}")


def skills(desk: Desk, person: Person) -> tuple[str, ...]:
    """Every skill somebody has, and the suggested ones."""
    person.require(Role.AGENT, "see skills")
    with desk.reading() as session:
        known = session.exec(select(PersonSkill.skill).distinct()).all()
    return tuple(sorted({*SUGGESTED_SKILLS, *known}))


def _existing_team(session: Session, team_id: int | None) -> int | None:
    if team_id is not None and session.get(Team, team_id) is None:
        raise NotFound("There is no such team.")
    return team_id


def check_not_last_admin(session: Session, account: Account) -> None:
    others = select(Account.id).where(
        Account.role == Role.ADMIN, col(Account.is_disabled).is_(False), Account.id != account.id
    )
    # The lock makes two administrators who demote each other at once take turns; SQLite's BEGIN IMMEDIATE does too.
    if account.role == Role.ADMIN and not session.exec(others.with_for_update()).first():
        raise Conflict("This is the last administrator. Make somebody else one first.")


def _view(account: Account, team: str, skills: tuple[str, ...]) -> AccountView:
    return AccountView(
        account.id or 0,
        account.name,
        account.email,
        Role(account.role),
        account.team_id,
        team,
        skills,
        not account.password_hash and not account.subject,
        account.is_disabled,
        account.away_until,
    )
