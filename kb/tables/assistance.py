"""Own types and rules beside the assistant, and what was measured of it."""

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, Column
from sqlmodel import Field

from kb.tables.base import Base


class TypeChange(Base, table=True):
    """Something that happened to an incident type. Append-only."""

    id: int | None = Field(default=None, primary_key=True)
    slug: str = Field(foreign_key="incidenttype.slug", index=True)
    kind: str
    """added, renamed, merged, retired or revived"""
    old: str = ""
    new: str = ""
    """Names; of a merge, the name of the type it went into."""
    incidents: int = 0
    """How many were moved by a merge."""
    account_id: int | None = Field(default=None, foreign_key="account.id")
    at: datetime


class RoutingRule(Base, table=True):
    """What leads know better than the assistant: the first rule that fits names the team, or the type, or both."""

    id: int | None = Field(default=None, primary_key=True)
    position: int = Field(index=True)
    name: str
    words: list[Any] = Field(sa_column=Column(JSON, nullable=False))
    """One of them must stand in the text; none means any text."""
    type: str = ""
    service_id: int | None = Field(default=None, foreign_key="service.id")
    least_severity: str = ""
    team_id: int | None = Field(default=None, foreign_key="team.id")
    sets_type: str = ""
    is_live: bool = False
    tried_at: datetime | None = None
    """When it was last tried on past incidents; empty after a change to any rule, unless it is live."""
    account_id: int | None = Field(default=None, foreign_key="account.id")
    at: datetime


class Assessment(Base, table=True):
    """How well the assistant does on this installation's own incidents, as it was measured once. Append-only."""

    id: int | None = Field(default=None, primary_key=True)
    target: str = Field(index=True)
    stamp: str
    """SHA-256 over the rows it was measured on: while they stay, so does the result."""
    result: dict[str, Any] = Field(sa_column=Column(JSON, nullable=False))
    at: datetime


class DriftCheck(Base, table=True):
    """A comparison of the latest incidents with those before. Append-only."""

    id: int | None = Field(default=None, primary_key=True)
    result: dict[str, Any] = Field(sa_column=Column(JSON, nullable=False))
    is_alarm: bool
    at: datetime = Field(index=True)
