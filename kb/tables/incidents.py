"""Incidents, their timelines, labels and answers."""

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, Column, UniqueConstraint
from sqlmodel import Field

from kb.labels import Severity, Source, Status
from kb.tables.base import Base, new_id


class Incident(Base, table=True):
    """What somebody reported. Shown as INC-<id>. All times are UTC instants."""

    id: int | None = Field(default=None, primary_key=True)
    key: str = Field(unique=True)
    """Idempotency key: the same report sent twice is one incident."""
    title: str
    body: str = ""
    source: str = Source.PORTAL
    external_id: str | None = Field(default=None, unique=True)
    """Number in the system it was imported from, or group key of the alert."""
    reporter_id: int | None = Field(default=None, foreign_key="account.id", index=True)
    guest_email: str = ""
    guest_key_hash: str = ""
    """SHA-256 of the secret in a guest's link."""
    service_id: int | None = Field(default=None, foreign_key="service.id", index=True)
    impact: str
    urgency: str
    type: str = Field(default="", index=True)
    """Type by label or by person; empty while nobody knows."""
    severity: str = Field(default=Severity.MEDIUM, index=True)
    status: str = Field(default=Status.NEW, index=True)
    team_id: int | None = Field(default=None, foreign_key="team.id", index=True)
    assignee_id: int | None = Field(default=None, foreign_key="account.id", index=True)
    parent_id: int | None = Field(default=None, foreign_key="incident.id", index=True)
    cause: str = ""
    resolution: str = ""
    created_at: datetime = Field(index=True)
    updated_at: datetime
    responded_at: datetime | None = None
    resolved_at: datetime | None = Field(default=None, index=True)
    closed_at: datetime | None = None
    response_due_at: datetime | None = None
    resolution_due_at: datetime | None = Field(default=None, index=True)
    paused_at: datetime | None = None
    """Set while on hold."""
    paused_seconds: int = 0
    """Business seconds spent on hold so far; the due times have been moved by them."""
    is_response_breached: bool = False
    is_resolution_breached: bool = False
    is_demo: bool = False


class TimelineEntry(Base, table=True):
    """Something that happened to an incident. Append-only."""

    id: int | None = Field(default=None, primary_key=True)
    incident_id: int = Field(foreign_key="incident.id", index=True)
    kind: str
    """reported, comment, status, together, field, article, attachment, label, me_too, alert, breach, satisfaction"""
    actor_id: int | None = Field(default=None, foreign_key="account.id")
    actor: str
    body: str = ""
    field: str = ""
    old: str = ""
    new: str = ""
    is_public: bool = True
    at: datetime
    is_demo: bool = False


class Attachment(Base, table=True):
    """A stored file; its bytes lie under attachments/ in the home folder, named by id."""

    id: str = Field(default_factory=new_id, primary_key=True)
    incident_id: int | None = Field(default=None, foreign_key="incident.id", index=True)
    file_name: str
    media_type: str
    size_bytes: int
    sha256: str
    uploader: str
    """Rater key of who sent it."""
    is_public: bool = True
    at: datetime


class Watcher(Base, table=True):
    """Somebody who is told about an incident: by "me too" or by choice. `who` is p:<account> or an e-mail address."""

    __table_args__ = (UniqueConstraint("incident_id", "who"),)
    id: int | None = Field(default=None, primary_key=True)
    incident_id: int = Field(foreign_key="incident.id", index=True)
    who: str
    account_id: int | None = Field(default=None, foreign_key="account.id")
    is_affected: bool = False
    """True for "me too"."""
    at: datetime


class IncidentArticle(Base, table=True):
    """An article linked to an incident: shown beside it or the one that solved it."""

    incident_id: int = Field(foreign_key="incident.id", primary_key=True)
    article_id: int = Field(foreign_key="article.id", primary_key=True, index=True)
    is_solution: bool = False
    account_id: int | None = Field(default=None, foreign_key="account.id")
    at: datetime
    is_demo: bool = False


class Prediction(Base, table=True):
    """What a model said of an incident when it came. Append-only."""

    id: int | None = Field(default=None, primary_key=True)
    incident_id: int = Field(foreign_key="incident.id", index=True)
    target: str
    label: str
    confidence: float
    is_sure: bool
    candidates: list[Any] = Field(sa_column=Column(JSON, nullable=False))
    """[[label, confidence], ...] most likely first."""
    words: list[Any] = Field(sa_column=Column(JSON, nullable=False))
    """[[word, weight], ...] strongest first."""
    n_covering: int = 0
    """The first so many candidates hold the true label in 90 of 100 incidents."""
    n_alike: int = 0
    n_right: int = 0
    """Of `n_alike` held-out guesses as confident as this one, so many were right."""
    model_version_id: int | None = Field(default=None, foreign_key="modelversion.id")
    at: datetime
    is_demo: bool = False


class ShadowPrediction(Base, table=True):
    """What a version in the shadow would have said of an incident. Shown with no incident, ever."""

    __table_args__ = (UniqueConstraint("incident_id", "version_id"),)
    id: int | None = Field(default=None, primary_key=True)
    incident_id: int = Field(foreign_key="incident.id", index=True)
    version_id: int = Field(foreign_key="modelversion.id", index=True)
    label: str
    confidence: float
    is_sure: bool
    at: datetime


class Review(Base, table=True):
    """A person's judgement of the labels. Append-only; the latest counts, and only these teach the next model."""

    id: int | None = Field(default=None, primary_key=True)
    incident_id: int = Field(foreign_key="incident.id", index=True)
    reviewer_id: int | None = Field(default=None, foreign_key="account.id", index=True)
    decision: str
    """accepted, corrected or unsure"""
    type: str = ""
    severity: str = ""
    team_id: int | None = Field(default=None, foreign_key="team.id")
    is_imported: bool = False
    """A label that came with an imported incident; an administrator said that people had given it."""
    seconds: float = 0.0
    before: dict[str, Any] = Field(default_factory=dict, sa_column=Column(JSON, nullable=False))
    """type, severity, team_id and assignee_id as they were, so that the decision can be taken back."""
    undone_at: datetime | None = None
    """Taken back by its reviewer: it counts no more and teaches nothing."""
    at: datetime = Field(index=True)
    is_demo: bool = False


class Burst(Base, table=True):
    """Like reports of several people in a short time: perhaps one major incident. A lead decides."""

    id: int | None = Field(default=None, primary_key=True)
    incident_id: int = Field(foreign_key="incident.id", index=True)
    """The first report; the parent of the others once it is announced."""
    incident_ids: list[int] = Field(sa_column=Column(JSON, nullable=False))
    people: int
    chance_a_month: float
    """How often a month brings as many like reports by chance, by simulation."""
    found_at: datetime = Field(index=True)
    decision: str = ""
    """announced or dismissed; empty while nobody has decided"""
    message: str = ""
    """What the banner says."""
    decided_by_id: int | None = Field(default=None, foreign_key="account.id")
    decided_at: datetime | None = None


class Satisfaction(Base, table=True):
    """The reporter's answer after resolution: 1 (poor) to 5 (excellent). One per incident, replaced by the next."""

    id: int | None = Field(default=None, primary_key=True)
    incident_id: int = Field(foreign_key="incident.id", unique=True)
    score: int
    reason: str = ""
    comment: str = ""
    sentiment: str = ""
    at: datetime = Field(index=True)
    is_demo: bool = False


class SavedView(Base, table=True):
    """A named filter over the list of incidents."""

    __table_args__ = (UniqueConstraint("account_id", "name"),)
    id: int | None = Field(default=None, primary_key=True)
    account_id: int = Field(foreign_key="account.id", index=True)
    name: str
    filters: dict[str, Any] = Field(sa_column=Column(JSON, nullable=False))
    is_shared: bool = False


class Draft(Base, table=True):
    """Text not yet sent, kept from the first pause on. `owner` is a rater key; `key` becomes the incident's."""

    key: str = Field(primary_key=True)
    owner: str = Field(index=True)
    fields: dict[str, Any] = Field(sa_column=Column(JSON, nullable=False))
    updated_at: datetime = Field(index=True)
