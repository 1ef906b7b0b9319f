"""Figures month by month, and the median time to resolve."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement
from sqlmodel import Float, Session, case, cast, col, func, literal, select

from kb.analytics.figure import Cell, count_cells, mean_cell
from kb.analytics.intervals import median_places
from kb.analytics.scope import Scope
from kb.analytics.sql import counts, mean_of, medians, ranked, seconds
from kb.tables import Incident, Milestone, Satisfaction

HOUR = 3600.0


@dataclass(frozen=True, slots=True)
class Mark:
    """A milestone drawn into the trends; `month` is the cell it falls into, `share` where in it (0-1)."""

    kind: str
    name: str
    at: datetime
    month: str


def incidents_by_month(session: Session, scope: Scope) -> tuple[Cell, ...]:
    """Incidents reported."""
    month = _month(scope, Incident.created_at)
    query = select(month.label("month")).where(*scope.incidents(Incident.created_at)).subquery().c
    found = counts(session, select(query.month, func.count()).group_by(query.month))
    return count_cells((label, label, found.get(label, 0)) for label in _labels(scope))


def median_resolution_hours_by_month(session: Session, scope: Scope) -> tuple[Cell, ...]:
    """Median wall-clock hours to resolve what was resolved in the month."""
    rows = select(*ranked(_hours(), _month(scope, Incident.resolved_at)))
    found = {label: (n, value) for label, n, value in session.execute(medians(_resolved(rows, scope)))}
    cells = ((label, *found.get(label, (0, None))) for label in _labels(scope))
    return tuple(Cell(label, label, None if value is None else float(value), n) for label, n, value in cells)


def satisfaction_by_month(session: Session, scope: Scope) -> tuple[Cell, ...]:
    """Mean score of the answers of the month."""
    rows = select(_month(scope, Satisfaction.at).label("month"), cast(Satisfaction.score, Float).label("score"))
    rows = rows.where(*scope.holds(Satisfaction.at))
    if chosen := scope.chosen():
        rows = rows.join(Incident, col(Incident.id) == col(Satisfaction.incident_id)).where(*chosen)
    row = rows.subquery().c
    query = select(row.month, *mean_of(row.score)).group_by(row.month)
    found = {label: values for label, *values in session.execute(query)}
    return tuple(mean_cell(label, label, found.get(label, (0, None, None))) for label in _labels(scope))


def median_hours(session: Session, scope: Scope) -> Cell:
    """Median wall-clock hours to resolve, with the 95 % interval of its ranks."""
    n = session.exec(_resolved(select(func.count(col(Incident.id))), scope)).one()
    if not n:
        return Cell("all", "All", None, 0)
    row = _resolved(select(*ranked(_hours(), literal("all"))), scope).subquery().c
    low, high = median_places(n)
    wanted = {low, high, (n + 1) // 2, (n + 2) // 2}
    query = select(row.place, row.value).where(row.place.in_(wanted)).order_by(row.place)
    at = {place: float(hours) for place, hours in session.execute(query)}
    return Cell("all", "All", (at[(n + 1) // 2] + at[(n + 2) // 2]) / 2, n, at[low], at[high])


def marks(session: Session, scope: Scope) -> tuple[Mark, ...]:
    """The milestones of the period, oldest first."""
    query = select(Milestone).where(*scope.holds(Milestone.at)).order_by(col(Milestone.at), col(Milestone.id))
    return tuple(
        Mark(row.kind, row.name, row.at, f"{row.at.astimezone(scope.zone):%Y-%m}") for row in session.exec(query)
    )


def _hours() -> ColumnElement[float]:
    return seconds(Incident.created_at, Incident.resolved_at) / HOUR


def _resolved(query: Any, scope: Scope) -> Any:
    return query.where(*scope.incidents(Incident.resolved_at))


def _month(scope: Scope, at: Any) -> ColumnElement[str]:
    """The month an instant of the period lies in, by the portal's time zone (no SQL knows that alike everywhere)."""
    *but_last, last = scope.months()
    return (
        case(*((col(at) < month.end, month.label) for month in but_last), else_=last.label)
        if but_last
        else literal(last.label)
    )


def _labels(scope: Scope) -> list[str]:
    return [month.label for month in scope.months()]
