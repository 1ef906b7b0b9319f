"""The demo year's incidents with their timelines, reviews and answers."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import insert
from sqlmodel import Session

from kb.demo import texts
from kb.demo.plan import Case, Year
from kb.demo.stage import MAIL, Stage, favourite
from kb.labels import Severity, Source, Status
from kb.tables import Account, Incident, IncidentArticle, Prediction, Review, TimelineEntry, Watcher
from kb.triage import Labels

CLOSES_AFTER = timedelta(days=7)
REVIEWED = timedelta(days=35)
"""All resolved incidents at most so old have been reviewed: only live ones wait."""


def put(session: Session, stage: Stage, year: Year, labels: Sequence[Labels | None]) -> list[Incident]:
    """Store all cases; gives their incidents in the same order. `labels`: what the assistant says of each, or None."""
    rows = [_incident(stage, year, case, place) for place, case in enumerate(year.cases)]
    session.add_all(rows)
    session.flush()
    entries: list[dict[str, Any]] = []
    for case, row, said in zip(year.cases, rows, labels, strict=True):
        entries.extend(_story(stage, case, row))
        session.add_all(_ties(stage, year, case, row))
        if said is not None:
            session.add_all(_predictions(row, said))
        is_recent = year.now - row.created_at < REVIEWED
        if row.resolved_at and (is_recent or stage.random.random() < 0.3):
            session.add(_review(stage, case, row, said))
    session.flush()
    session.execute(insert(TimelineEntry), entries)
    return rows


def _incident(stage: Stage, year: Year, case: Case, place: int) -> Incident:
    random, team = stage.random, stage.teams[case.team]
    response_due, resolution_due = stage.rules.due(case.severity, case.created_at)
    agent = random.choice(stage.agents[case.team][1:]) if case.responded_at else None
    reporter = random.choice(stage.reporters) if random.random() < 0.9 else None
    status, paused_at = _status(stage, year, case)
    touched = [case.created_at, case.responded_at, paused_at, case.resolved_at]
    return Incident(
        key=f"demo-{place}",
        title=case.title[:200],
        body=case.body,
        source=Source.PORTAL,
        reporter_id=reporter.id if reporter else None,
        guest_email="" if reporter else f"visitor{place}@{MAIL}",
        service_id=random.choice(stage.services[case.team]).id,
        impact=case.impact,
        urgency=case.urgency,
        type=case.type,
        severity=case.severity,
        status=status,
        team_id=team.id,
        assignee_id=agent.id if agent else None,
        cause=random.choice(texts.CAUSES) if case.resolved_at else "",
        resolution=random.choice(texts.RESOLUTIONS[case.type]) if case.resolved_at else "",
        created_at=case.created_at,
        updated_at=max(at for at in touched if at),
        responded_at=case.responded_at,
        resolved_at=case.resolved_at,
        closed_at=case.resolved_at + CLOSES_AFTER if case.resolved_at and status is Status.CLOSED else None,
        response_due_at=response_due,
        resolution_due_at=resolution_due,
        paused_at=paused_at,
        is_response_breached=(case.responded_at or year.now) > response_due,
        is_resolution_breached=paused_at is None and (case.resolved_at or year.now) > resolution_due,
        is_demo=True,
    )


def _status(stage: Stage, year: Year, case: Case) -> tuple[Status, datetime | None]:
    """Where it stands, and since when it is on hold."""
    if case.resolved_at:
        is_old = year.now - case.resolved_at > CLOSES_AFTER
        return (Status.CLOSED if is_old else Status.RESOLVED), None
    if case.responded_at is None:
        return Status.NEW, None
    is_waiting = stage.random.random() < 0.2 and case.severity in (Severity.LOW, Severity.MEDIUM)
    return (Status.ON_HOLD, case.responded_at + timedelta(minutes=10)) if is_waiting else (Status.OPEN, None)


def _story(stage: Stage, case: Case, row: Incident) -> Iterator[dict[str, Any]]:
    """The timeline."""
    random, agent = stage.random, stage.person(row.assignee_id)
    yield _entry(row, stage.person(row.reporter_id), row.created_at, "reported", new=row.source)
    if agent and row.responded_at:
        yield _entry(row, agent, row.responded_at, "status", field="status", old=Status.NEW, new=Status.OPEN)
        yield _entry(row, agent, row.responded_at, "comment", body=random.choice(texts.ANSWERS))
    if agent and row.paused_at:
        yield _entry(row, agent, row.paused_at, "comment", body=random.choice(texts.QUESTIONS))
        yield _entry(row, agent, row.paused_at, "status", field="status", old=Status.OPEN, new=Status.ON_HOLD)
    if agent and row.resolved_at:
        if row.cause:
            yield _entry(row, agent, row.resolved_at, "comment", body=f"Cause: {row.cause}", is_public=False)
        solved = {"field": "status", "old": Status.OPEN, "new": Status.RESOLVED}
        yield _entry(row, agent, row.resolved_at, "status", body=row.resolution, **solved)
    if row.closed_at:
        yield _entry(row, None, row.closed_at, "status", field="status", old=Status.RESOLVED, new=Status.CLOSED)


def _ties(stage: Stage, year: Year, case: Case, row: Incident) -> Iterator[IncidentArticle | Watcher]:
    """The article it is tied to, and somebody else who has the same problem."""
    articles, other = stage.articles.get(case.type), stage.random.choice(stage.reporters)
    if row.resolved_at and case.is_linked and articles:
        yield IncidentArticle(
            incident_id=row.id or 0,
            article_id=favourite(stage.random, articles).id or 0,
            is_solution=stage.random.random() < 0.8,
            account_id=row.assignee_id,
            at=row.resolved_at,
            is_demo=True,
        )
    if not row.resolved_at and other.id != row.reporter_id and stage.random.random() < 0.3:
        who = f"p:{other.id}"
        yield Watcher(incident_id=row.id or 0, who=who, account_id=other.id, is_affected=True, at=year.now)


def _entry(row: Incident, actor: Account | None, at: datetime, kind: str, **fields: Any) -> dict[str, Any]:
    """A timeline entry as plain values: there are too many for objects."""
    name = actor.name if actor else ("Guest" if kind == "reported" else "Clock")
    known = {"incident_id": row.id, "kind": kind, "actor_id": actor.id if actor else None, "actor": name, "at": at}
    return {"body": "", "field": "", "old": "", "new": "", "is_public": True, "is_demo": True, **known, **fields}


def _predictions(row: Incident, said: Labels) -> Iterator[Prediction]:
    pairs = (("type", said.type, said.type_version_id), ("severity", said.severity, said.severity_version_id))
    for target, guess, version_id in pairs:
        if guess is not None:
            yield Prediction(
                incident_id=row.id or 0,
                target=target,
                label=guess.label,
                confidence=guess.confidence,
                is_sure=guess.is_sure,
                candidates=[[candidate.label, candidate.confidence] for candidate in guess.candidates],
                words=[list(word) for word in guess.words],
                model_version_id=version_id,
                at=row.created_at,
                is_demo=True,
            )


def _review(stage: Stage, case: Case, row: Incident, said: Labels | None) -> Review:
    is_right = said is None or said.type is None or said.type.label == row.type
    return Review(
        incident_id=row.id or 0,
        reviewer_id=stage.agents[case.team][0].id,
        decision="accepted" if is_right else "corrected",
        type=row.type,
        severity=row.severity,
        team_id=row.team_id,
        seconds=round(stage.random.uniform(8, 70), 1),
        at=(row.responded_at or row.created_at) + timedelta(minutes=1),
        is_demo=True,
    )
