"""One incident, as far as the person may see it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlmodel import Session, col, func, select

from kb import outbox
from kb.desk import Desk
from kb.incidents import family
from kb.incidents.access import Standing, is_reporter, reach
from kb.incidents.fields import number
from kb.labels import CATEGORY, ArticleStatus, Audience, Category, Role, Severity, Status, Target, words
from kb.person import Person
from kb.tables import (
    Account,
    Article,
    Attachment,
    Incident,
    IncidentArticle,
    IncidentType,
    Prediction,
    Satisfaction,
    Service,
    Team,
    TimelineEntry,
    Watcher,
)

SEEN_BY_WATCHERS = ("reported", "status", "article", family.TOGETHER)


@dataclass(frozen=True, slots=True)
class Entry:
    """One thing that happened. `is_staff` says that somebody of support did it."""

    kind: str
    actor: str
    body: str
    field: str
    old: str
    new: str
    is_public: bool
    is_staff: bool
    at: datetime


@dataclass(frozen=True, slots=True)
class File:
    """An attachment; its bytes are at /files/<id>."""

    id: str
    file_name: str
    size_bytes: int
    is_public: bool


@dataclass(frozen=True, slots=True)
class LinkedArticle:
    """An article tied to the incident."""

    id: int
    title: str
    is_solution: bool


@dataclass(frozen=True, slots=True)
class Opinion:
    """What the assistant said when the incident came; `n_right` of `n_alike` answers as sure were right, 0 where that
    isn't known. Confidences are 0-1."""

    label: str
    confidence: float
    is_sure: bool
    candidates: tuple[tuple[str, float], ...]
    n_alike: int
    n_right: int


@dataclass(frozen=True, slots=True)
class IncidentView:
    """Everything the page shows. A watcher gets neither `body` nor what others than support wrote."""

    id: int
    number: str
    title: str
    body: str
    standing: Standing
    is_mine: bool
    """The person reported it."""
    source: str
    status: Status
    type: str
    type_name: str
    severity: Severity
    impact: str
    urgency: str
    reporter: str
    service: str
    team_id: int | None
    team: str
    assignee_id: int | None
    assignee: str
    cause: str
    resolution: str
    affected: int
    parent: str
    """Number of the major incident it belongs to; empty when it stands alone."""
    reports: int
    """How many reports stand under it."""
    created_at: datetime
    updated_at: datetime
    responded_at: datetime | None
    resolved_at: datetime | None
    response_due_at: datetime | None
    resolution_due_at: datetime | None
    is_response_breached: bool
    is_resolution_breached: bool
    is_demo: bool
    guest_key: str
    """For the guest who reported it: the secret of the link, to go on with."""
    timeline: tuple[Entry, ...]
    files: tuple[File, ...]
    articles: tuple[LinkedArticle, ...]
    opinions: dict[str, Opinion]
    """By target (type, severity); empty for those below agent."""
    score: int | None
    """How satisfied the reporter was (1-5), once answered."""

    @property
    def is_stopped(self) -> bool:
        return CATEGORY[self.status] is Category.STOPPED


def get(desk: Desk, person: Person, incident_id: int, *, key: str = "") -> IncidentView:
    """The incident for its reporter, watchers and agents. `key` is the secret of a guest's link. Raises NotFound."""
    with desk.reading() as session:
        incident, standing = reach(session, person, incident_id, key=key)
        is_mine = is_reporter(person, incident, key)
        return IncidentView(
            standing=standing,
            is_mine=is_mine,
            guest_key=outbox.guest_key(desk, incident.key) if is_mine and incident.guest_key_hash else "",
            timeline=_timeline(session, incident, standing),
            files=_files(session, incident, standing),
            articles=_articles(session, incident, standing),
            opinions=_opinions(session, incident) if standing is Standing.STAFF else {},
            score=session.exec(select(Satisfaction.score).where(Satisfaction.incident_id == incident.id)).first(),
            affected=1 + session.exec(_affected(incident)).one(),
            **_facts(session, incident, standing),
        )


def _facts(session: Session, incident: Incident, standing: Standing) -> dict[str, Any]:
    names = _names(session, incident)
    is_staff, is_watcher = standing is Standing.STAFF, standing is Standing.WATCHER
    return {
        **incident.model_dump(
            include={
                "id", "title", "source", "type", "impact", "urgency", "team_id", "assignee_id", "resolution",
                "created_at", "updated_at", "responded_at", "resolved_at", "response_due_at", "resolution_due_at",
                "is_response_breached", "is_resolution_breached", "is_demo",
            }
        ),
        **names,
        "number": number(incident.id),
        "parent": number(incident.parent_id) if incident.parent_id else "",
        "reports": family.count(session, incident.id),
        "status": Status(incident.status),
        "severity": Severity(incident.severity),
        "body": "" if is_watcher else incident.body,
        "cause": incident.cause if is_staff else "",
        "reporter": "" if is_watcher else names["reporter"] or incident.guest_email,
    }  # fmt: skip


def _names(session: Session, incident: Incident) -> dict[str, str]:
    reporter = session.get(Account, incident.reporter_id) if incident.reporter_id else None
    assignee = session.get(Account, incident.assignee_id) if incident.assignee_id else None
    team = session.get(Team, incident.team_id) if incident.team_id else None
    service = session.get(Service, incident.service_id) if incident.service_id else None
    type_ = session.get(IncidentType, incident.type) if incident.type else None
    return {
        "reporter": reporter.name if reporter else "",
        "assignee": assignee.name if assignee else "",
        "team": team.name if team else "",
        "service": service.name if service else "",
        "type_name": type_.name if type_ else words(incident.type),
    }


def _timeline(session: Session, incident: Incident, standing: Standing) -> tuple[Entry, ...]:
    query = (
        select(TimelineEntry, Account.role)
        .outerjoin(Account, col(Account.id) == col(TimelineEntry.actor_id))
        .where(TimelineEntry.incident_id == incident.id)
        .order_by(col(TimelineEntry.at), col(TimelineEntry.id))
    )
    if standing is not Standing.STAFF:
        query = query.where(col(TimelineEntry.is_public))
    entries = tuple(_entry(row, role, incident) for row, role in session.exec(query))
    return entries if standing is not Standing.WATCHER else tuple(filter(_is_for_watchers, entries))


def _entry(row: TimelineEntry, role: str | None, incident: Incident) -> Entry:
    is_staff = role is not None and Role(role).rank >= Role.AGENT.rank and row.actor_id != incident.reporter_id
    return Entry(row.kind, row.actor, row.body, row.field, row.old, row.new, row.is_public, is_staff, row.at)


def _is_for_watchers(entry: Entry) -> bool:
    return entry.is_staff or (entry.kind in SEEN_BY_WATCHERS and not entry.body)


def _files(session: Session, incident: Incident, standing: Standing) -> tuple[File, ...]:
    if standing is Standing.WATCHER:
        return ()
    query = select(Attachment).where(Attachment.incident_id == incident.id)
    if standing is not Standing.STAFF:
        query = query.where(col(Attachment.is_public))
    rows = session.exec(query.order_by(col(Attachment.at), col(Attachment.id)))
    return tuple(File(row.id, row.file_name, row.size_bytes, row.is_public) for row in rows)


def _articles(session: Session, incident: Incident, standing: Standing) -> tuple[LinkedArticle, ...]:
    query = (
        select(Article.id, Article.title, IncidentArticle.is_solution)
        .join(IncidentArticle, col(IncidentArticle.article_id) == col(Article.id))
        .where(IncidentArticle.incident_id == incident.id)
        .order_by(col(IncidentArticle.is_solution).desc(), col(Article.id))
    )
    if standing is not Standing.STAFF:
        query = query.where(Article.status == ArticleStatus.PUBLISHED, Article.audience == Audience.PUBLIC)
    return tuple(LinkedArticle(id or 0, title, is_solution) for id, title, is_solution in session.exec(query))


def _opinions(session: Session, incident: Incident) -> dict[str, Opinion]:
    query = select(Prediction).where(
        Prediction.incident_id == incident.id, col(Prediction.target).in_((Target.TYPE, Target.SEVERITY))
    )
    return {
        row.target: Opinion(
            row.label,
            row.confidence,
            row.is_sure,
            tuple((c[0], c[1]) for c in row.candidates),
            n_alike=row.n_alike,
            n_right=row.n_right,
        )
        for row in session.exec(query.order_by(col(Prediction.id)))
    }


def _affected(incident: Incident) -> Any:
    return select(func.count()).where(Watcher.incident_id == incident.id, col(Watcher.is_affected))
