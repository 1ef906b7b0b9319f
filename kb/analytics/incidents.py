"""Figures over incidents: how fast they are answered and resolved, and what they are about."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement
from sqlmodel import Session, and_, case, col, func, literal, or_, select, true

from kb.analytics.figure import Cell, mean_cell, share_cell, share_cells
from kb.analytics.scope import Scope, midnight
from kb.analytics.sql import counts, mean_of, seconds, type_names
from kb.labels import LIVE, Severity, Source, words
from kb.tables import Account, ArticleRevision, Incident, IncidentArticle, Team

HOUR = 3600.0
NONE = (0, None, None)
NAMES = {severity.value: words(severity) for severity in Severity}


def response_minutes_by_team(session: Session, scope: Scope) -> tuple[Cell, ...]:
    """Wall-clock minutes from report to first answer, of incidents reported in the period."""
    minutes = seconds(Incident.created_at, Incident.responded_at) / 60.0
    columns: tuple[Any, ...] = (Team.slug, Team.name, *mean_of(minutes))
    query = (
        select(*columns)
        .join(Incident, col(Incident.team_id) == col(Team.id))
        .where(col(Incident.responded_at).is_not(None), *scope.incidents(Incident.created_at))
        .group_by(Team.slug, Team.name)
        .order_by(Team.slug)
    )
    return tuple(mean_cell(slug, name, moments) for slug, name, *moments in session.execute(query))


def severity_share(session: Session, scope: Scope) -> tuple[Cell, ...]:
    """Severity of the incidents reported in the period."""
    query = select(Incident.severity, func.count()).where(*scope.incidents(Incident.created_at))
    found = counts(session, query.group_by(Incident.severity))
    return share_cells({severity.value: found.get(severity, 0) for severity in Severity}, NAMES)


def incident_type_share(session: Session, scope: Scope) -> tuple[Cell, ...]:
    """Type of the incidents reported in the period, among those that have one; most frequent first."""
    query = (
        select(Incident.type, func.count())
        .where(Incident.type != "", *scope.incidents(Incident.created_at))
        .group_by(Incident.type)
        .order_by(func.count().desc(), Incident.type)
    )
    return share_cells(counts(session, query), type_names(session))


def resolution_hours_by_type(session: Session, scope: Scope) -> tuple[Cell, ...]:
    """Wall-clock hours from report to resolution, of incidents resolved in the period; longest first."""
    hours = seconds(Incident.created_at, Incident.resolved_at) / HOUR
    query = (
        select(Incident.type, *mean_of(hours))
        .where(Incident.type != "", *scope.incidents(Incident.resolved_at))
        .group_by(Incident.type)
        .order_by(func.avg(hours).desc(), Incident.type)
    )
    names = type_names(session)
    return tuple(mean_cell(slug, names.get(slug, slug), moments) for slug, *moments in session.execute(query))


def resolution_hours_by_linked_article(session: Session, scope: Scope) -> tuple[Cell, ...]:
    """Hours to resolution of incidents an article is linked to, and of the others."""
    is_linked = select(IncidentArticle.incident_id).where(IncidentArticle.incident_id == Incident.id).exists()
    return _hours_by(session, scope, is_linked, ("linked", "With an article"), ("not_linked", "Without"))


def resolution_hours_by_knowledge_sharing(session: Session, scope: Scope) -> tuple[Cell, ...]:
    """Hours to resolution with and without regular knowledge sharing.

    An incident counts as regular when somebody of its team wrote or revised at least one article in the ISO week
    (Monday to Sunday in the portal's time zone) in which it was resolved.
    """
    spans = [
        and_(Incident.team_id == team_id, col(Incident.resolved_at) >= begin, col(Incident.resolved_at) < end)
        for team_id, begin, end in _sharing_spans(session, scope)
    ]
    is_regular = case(*((span, true()) for span in spans), else_=~true()) if spans else ~true()
    return _hours_by(session, scope, is_regular, ("regular", "Shared that week"), ("none", "Not shared"))


def sla_kept_share_by_severity(session: Session, scope: Scope) -> tuple[Cell, ...]:
    """Share of incidents resolved in the period by the time they were due."""
    rows = session.execute(_kept(scope, Incident.severity).group_by(Incident.severity))
    found = {severity: (kept or 0, n) for severity, n, kept in rows}
    counted = {severity: found.get(severity, (0, 0)) for severity in Severity}
    return tuple(share_cell(label.value, NAMES[label], kept, n) for label, (kept, n) in counted.items())


def sla_kept(session: Session, scope: Scope) -> Cell:
    """The same over all severities."""
    _, n, kept = session.execute(_kept(scope, literal("all"))).one()
    return share_cell("all", "All", kept or 0, n)


def live_by_severity(session: Session, scope: Scope) -> tuple[Cell, ...]:
    """Incidents that are open now (whatever the period), worst first; value: how many of them are overdue."""
    is_late = and_(col(Incident.resolution_due_at) < scope.now, col(Incident.paused_at).is_(None))
    query = (
        select(Incident.severity, func.count(), func.sum(case((is_late, 1), else_=0)))
        .where(col(Incident.status).in_(LIVE), *scope.chosen())
        .group_by(Incident.severity)
    )
    found = {severity: (n, late) for severity, n, late in session.execute(query)}
    counted = {severity: found.get(severity, (0, 0)) for severity in reversed(Severity)}
    return tuple(Cell(label.value, NAMES[label], float(late), n, is_exact=True) for label, (n, late) in counted.items())


def _kept(scope: Scope, label: Any) -> Any:
    """(label, n, kept) over what was resolved: against its due time, or as the old system noted it when imported."""
    in_time = or_(col(Incident.resolution_due_at).is_(None), Incident.resolved_at <= Incident.resolution_due_at)  # type: ignore[operator]
    is_kept = and_(col(Incident.is_resolution_breached).is_(False), in_time)
    is_promised = or_(col(Incident.resolution_due_at).is_not(None), Incident.source == Source.IMPORT)
    query = select(label, func.count(), func.sum(case((is_kept, 1), else_=0)))
    return query.where(is_promised, *scope.incidents(Incident.resolved_at))


def _hours_by(
    session: Session, scope: Scope, condition: ColumnElement[bool], *labels: tuple[str, str]
) -> tuple[Cell, ...]:
    """Mean hours to resolution where the condition holds (first label) and where it doesn't (second)."""
    hours = seconds(Incident.created_at, Incident.resolved_at) / HOUR
    flagged = select(case((condition, 1), else_=0).label("flag"), hours.label("hours"))
    row = flagged.where(*scope.incidents(Incident.resolved_at)).subquery().c
    found = {
        flag: values for flag, *values in session.execute(select(row.flag, *mean_of(row.hours)).group_by(row.flag))
    }
    return tuple(
        mean_cell(label, name, found.get(flag, NONE)) for flag, (label, name) in zip((1, 0), labels, strict=True)
    )


def _sharing_spans(session: Session, scope: Scope) -> Iterator[tuple[int, datetime, datetime]]:
    """Per team the runs of weeks in which it wrote: (team, first instant, first instant after)."""
    week = timedelta(days=7)
    query = (
        select(Account.team_id, ArticleRevision.at)
        .join(ArticleRevision, col(ArticleRevision.author_id) == col(Account.id))
        .where(col(Account.team_id).is_not(None))
        .where(col(ArticleRevision.at) >= scope.begin - week, col(ArticleRevision.at) < scope.end + week)
    )
    mondays = defaultdict(set)
    for team_id, at in session.exec(query):
        day = at.astimezone(scope.zone).date()
        mondays[team_id].add(day - timedelta(days=day.weekday()))
    for team_id, weeks in mondays.items():
        for first in sorted(day for day in weeks if day - week not in weeks):
            last = first
            while last in weeks:
                last += week
            yield team_id or 0, midnight(first, scope.zone), midnight(last, scope.zone)
