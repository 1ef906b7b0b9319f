"""Accounts, teams, skills, sign-in sessions and tokens."""

from datetime import datetime

from sqlalchemy import UniqueConstraint
from sqlmodel import Field

from kb.labels import Role, SupportModel
from kb.tables.base import Base


class Team(Base, table=True):
    """A group of agents. `support_model` tells whose cost and availability it counts to."""

    id: int | None = Field(default=None, primary_key=True)
    slug: str = Field(unique=True)
    name: str
    support_model: str = SupportModel.IN_HOUSE
    is_demo: bool = False


class Account(Base, table=True):
    """Somebody who can sign in. `email` is lower case; `issuer` and `subject` say who it is to an identity provider."""

    __table_args__ = (UniqueConstraint("issuer", "subject"),)
    id: int | None = Field(default=None, primary_key=True)
    email: str = Field(unique=True)
    name: str
    role: str = Field(default=Role.USER, index=True)
    team_id: int | None = Field(default=None, foreign_key="team.id", index=True)
    password_hash: str = ""
    issuer: str | None = None
    subject: str | None = None
    is_disabled: bool = False
    away_until: datetime | None = None
    """Until then nothing is routed to this person."""
    is_demo: bool = False
    created_at: datetime


class PersonSkill(Base, table=True):
    """One skill of one person."""

    __table_args__ = (UniqueConstraint("account_id", "skill"),)
    id: int | None = Field(default=None, primary_key=True)
    account_id: int = Field(foreign_key="account.id", index=True)
    skill: str = Field(index=True)


class LoginSession(Base, table=True):
    """A sign-in; only the SHA-256 of its cookie is kept."""

    id: int | None = Field(default=None, primary_key=True)
    token_hash: str = Field(unique=True)
    account_id: int = Field(foreign_key="account.id", index=True)
    created_at: datetime
    seen_at: datetime
    expires_at: datetime
    is_revoked: bool = False


class LoginFailure(Base, table=True):
    """A failed sign-in, counted by account and by address to slow guessing down."""

    id: int | None = Field(default=None, primary_key=True)
    bucket: str = Field(index=True)
    at: datetime = Field(index=True)


class SignInRequest(Base, table=True):
    """Somebody who was sent to the identity provider and may come back once, with the same browser."""

    id: int | None = Field(default=None, primary_key=True)
    state_hash: str = Field(unique=True)
    browser_hash: str
    following: str
    expires_at: datetime = Field(index=True)


class OneTimeLink(Base, table=True):
    """An invitation: makes the first admin (no account yet) or sets the password of an account."""

    id: int | None = Field(default=None, primary_key=True)
    token_hash: str = Field(unique=True)
    account_id: int | None = Field(default=None, foreign_key="account.id")
    expires_at: datetime
    used_at: datetime | None = None


class ApiToken(Base, table=True):
    """A bearer token of the REST API, acting as its account."""

    id: int | None = Field(default=None, primary_key=True)
    name: str
    token_hash: str = Field(unique=True)
    account_id: int = Field(foreign_key="account.id", index=True)
    created_at: datetime
    used_at: datetime | None = None
    expires_at: datetime
    is_revoked: bool = False
