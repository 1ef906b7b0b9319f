"""How much of the time services were there: 1 - unplanned outage seconds / seconds of the period."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlmodel import Session, col, or_, select

from kb.analytics.figure import Cell
from kb.analytics.scope import Scope
from kb.labels import OutageKind, SupportModel, words
from kb.tables import Outage, Service

Span = tuple[datetime, datetime]


@dataclass(frozen=True, slots=True)
class Record:
    """The active services by support model, and the outages of each, merged where they overlap."""

    services: Mapping[str, list[int]]
    outages: Mapping[int, list[Span]]

    def shares(self, service_ids: Iterable[int], begin: datetime, end: datetime) -> list[float]:
        """Availability of each service between two instants, 0-1."""
        whole = (end - begin).total_seconds()
        return [1 - sum(_overlap(span, begin, end) for span in self.outages.get(id, ())) / whole for id in service_ids]


def availability_share_by_support_model(session: Session, scope: Scope) -> tuple[Cell, ...]:
    """Mean over the active services of a support model; n: services. Planned outages don't count."""
    held, end = record(session, scope), min(scope.end, scope.now)
    if end <= scope.begin:
        return tuple(Cell(model.value, words(model), None, 0) for model in SupportModel)
    return tuple(
        mean_share(model.value, words(model), held.shares(held.services.get(model, ()), scope.begin, end))
        for model in SupportModel
    )


def availability_by_month(session: Session, scope: Scope) -> tuple[Cell, ...]:
    """Mean over all active services, month by month."""
    held = record(session, scope)
    everything = [id for ids in held.services.values() for id in ids]
    return tuple(
        mean_share(month.label, month.label, held.shares(everything, month.begin, min(month.end, scope.now)))
        for month in scope.months()
        if month.begin < scope.now
    )


def mean_share(label: str, name: str, shares: list[float]) -> Cell:
    """Mean over services; of all of them, so without interval."""
    value = sum(shares) / len(shares) if shares else None
    return Cell(label, name, value, len(shares), is_exact=True)


def record(session: Session, scope: Scope) -> Record:
    """Active services (of the chosen team) and their unplanned outages that touch the period."""
    query = select(Service.id, Service.support_model).where(col(Service.is_active)).order_by(Service.name)
    if scope.team_id is not None:
        query = query.where(Service.team_id == scope.team_id)
    services: dict[str, list[int]] = defaultdict(list)
    for id, model in session.exec(query):
        services[model].append(id or 0)
    outages = (
        select(Outage.service_id, Outage.started_at, Outage.ended_at)
        .where(Outage.kind == OutageKind.UNPLANNED, col(Outage.started_at) < scope.end)
        .where(or_(col(Outage.ended_at).is_(None), col(Outage.ended_at) > scope.begin))
        .order_by(col(Outage.service_id), col(Outage.started_at))
    )
    merged: dict[int, list[Span]] = defaultdict(list)
    for id, begin, end in session.exec(outages):
        _add(merged[id], begin, end or scope.now)
    return Record(services, merged)


def _add(spans: list[Span], begin: datetime, end: datetime) -> None:
    """Append a span, or lengthen the last one when they overlap; they come by their beginning."""
    if spans and begin <= spans[-1][1]:
        spans[-1] = (spans[-1][0], max(end, spans[-1][1]))
    else:
        spans.append((begin, end))


def _overlap(span: Span, begin: datetime, end: datetime) -> float:
    return max(0.0, (min(span[1], end) - max(span[0], begin)).total_seconds())
