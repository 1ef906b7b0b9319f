"""What keeps the portal running: services, targets, costs, outages, models, outbox, jobs."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import JSON, Column, UniqueConstraint
from sqlmodel import Field

from kb.labels import OutageKind, SupportModel
from kb.tables.base import Base


class Service(Base, table=True):
    """Something people use and report about."""

    id: int | None = Field(default=None, primary_key=True)
    name: str = Field(unique=True)
    team_id: int | None = Field(default=None, foreign_key="team.id")
    support_model: str = SupportModel.IN_HOUSE
    is_active: bool = True
    is_demo: bool = False


class IncidentType(Base, table=True):
    """A type an incident can have; `slug` is its label in the models."""

    slug: str = Field(primary_key=True)
    name: str
    description: str = ""
    team_id: int | None = Field(default=None, foreign_key="team.id")
    """The team that gets incidents of this type when the service names none."""
    skill: str = ""
    """What somebody must know to solve it: where its team is away, others who know it get it."""
    merged_into: str = ""
    """The type that has taken this one in: labels people once gave count for it."""
    position: int = 0
    is_active: bool = True


class SlaTarget(Base, table=True):
    """Minutes to the first answer and to the resolution, per severity."""

    severity: str = Field(primary_key=True)
    response_minutes: int
    resolution_minutes: int
    is_around_the_clock: bool = False
    """True counts every minute, False only business hours."""


class Preference(Base, table=True):
    """An installation-wide choice: business_hours, holidays, ..."""

    name: str = Field(primary_key=True)
    value: Any = Field(sa_column=Column(JSON, nullable=False))


class Cost(Base, table=True):
    """A cost setting from `valid_from` on. kind monthly: label is a support model, amount what it costs a month;
    kind saved: label is an incident type, amount what an article saves when it solves one."""

    __table_args__ = (UniqueConstraint("kind", "label", "valid_from"),)
    id: int | None = Field(default=None, primary_key=True)
    kind: str
    label: str
    amount: float
    valid_from: date
    is_demo: bool = False


class Outage(Base, table=True):
    """A recorded or announced outage of a service."""

    id: int | None = Field(default=None, primary_key=True)
    service_id: int = Field(foreign_key="service.id", index=True)
    kind: str = OutageKind.UNPLANNED
    message: str = ""
    started_at: datetime = Field(index=True)
    ended_at: datetime | None = None
    incident_id: int | None = Field(default=None, foreign_key="incident.id", index=True)
    """The major incident it belongs to; it ends with it."""
    is_demo: bool = False


class Milestone(Base, table=True):
    """A change of how support works, drawn into the trends: kind automation or monitoring."""

    id: int | None = Field(default=None, primary_key=True)
    kind: str
    name: str
    at: datetime
    is_demo: bool = False


class ModelVersion(Base, table=True):
    """A trained model: its file, hash, scores and what it was trained on."""

    id: int | None = Field(default=None, primary_key=True)
    target: str = Field(index=True)
    file_name: str
    sha256: str
    scores: dict[str, Any] = Field(sa_column=Column(JSON, nullable=False))
    data_stamp: str
    """SHA-256 over the training rows, in order."""
    n_train: int
    n_reviews: int = 0
    """How many of the training rows are labels a person confirmed; the others are the starter set."""
    trained_at: datetime
    trained_by: str
    note: str = ""
    audit: dict[str, Any] = Field(default_factory=dict, sa_column=Column(JSON, nullable=False))
    """The duel with the version that served, and the words found to weigh too much."""


class ActiveModel(Base, table=True):
    """Which version of a target serves. Rolling back is writing this one row."""

    target: str = Field(primary_key=True)
    version_id: int = Field(foreign_key="modelversion.id")
    since_at: datetime


class ShadowModel(Base, table=True):
    """Which version of a target runs in the shadow: it answers new incidents, and nobody sees the answers."""

    target: str = Field(primary_key=True)
    version_id: int = Field(foreign_key="modelversion.id")
    since_at: datetime


class OutboxRow(Base, table=True):
    """Something one person, address or webhook must be told; also the entry under the person's bell."""

    id: int | None = Field(default=None, primary_key=True)
    channel: str
    """person (portal, and mail when it is set up), mail (an address without account) or webhook"""
    account_id: int | None = Field(default=None, foreign_key="account.id", index=True)
    address: str = ""
    subject: str
    body: str = ""
    link: str = ""
    payload: dict[str, Any] | None = Field(default=None, sa_column=Column(JSON))
    created_at: datetime = Field(index=True)
    read_at: datetime | None = None
    delivered_at: datetime | None = Field(default=None, index=True)
    attempts: int = 0
    next_at: datetime | None = Field(default=None, index=True)
    """When to try (again); empty when there is nothing to send."""
    error: str = ""


class Lease(Base, table=True):
    """Whoever holds it runs the job; others wait until `until`."""

    name: str = Field(primary_key=True)
    holder: str
    until: datetime


class JobRun(Base, table=True):
    """A run of a job and how it ended."""

    id: int | None = Field(default=None, primary_key=True)
    name: str = Field(index=True)
    started_at: datetime = Field(index=True)
    finished_at: datetime | None = None
    is_ok: bool | None = None
    message: str = ""


class Stamp(Base, table=True):
    """A counter raised in the transaction that changes something processes keep a copy of (corpus, ...)."""

    name: str = Field(primary_key=True)
    value: int = 0


class AuditEntry(Base, table=True):
    """Something done that changes who may do what, or what is promised. Append-only, each sealed with the one before.

    Holds numbers of accounts, never names: an erased person needs no change of it.
    """

    number: int = Field(primary_key=True, sa_column_kwargs={"autoincrement": False})
    """1, 2, 3 ... without a gap."""
    at: datetime
    actor_id: int | None = None
    """An account; empty for the operator at the command line."""
    action: str = Field(index=True)
    subject: str = ""
    """What it was done to, such as account:7."""
    detail: dict[str, Any] = Field(default_factory=dict, sa_column=Column(JSON, nullable=False))
    seal: str
    """HMAC-SHA256 over this entry and the seal of the one before, under a key made from the portal's secret."""
