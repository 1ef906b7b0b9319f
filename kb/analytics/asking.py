"""Asking for figures: for leads and administrators."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace

from sqlmodel import Session, select

from kb.analytics import feedback, incidents, knowledge, money, trends
from kb.analytics.catalogue import CATALOGUE, CONTRACT
from kb.analytics.feedback import Comment
from kb.analytics.figure import Cell, Figure, share_cells
from kb.analytics.findings import finding
from kb.analytics.knowledge import Deflected
from kb.analytics.money import Saved
from kb.analytics.scope import Scope
from kb.analytics.trends import Mark
from kb.desk import Desk
from kb.errors import NotFound
from kb.labels import Role
from kb.person import Person
from kb.tables import Incident, Rating, SearchEvent


@dataclass(frozen=True, slots=True)
class Headline:
    """The four figures a lead looks at first."""

    satisfaction: Cell
    deflected: Deflected
    sla_kept: Cell
    median_hours: Cell


def figures(desk: Desk, person: Person, scope: Scope, names: Sequence[str] = CONTRACT) -> tuple[Figure, ...]:
    """The figures of these names, in this order. Raises NotFound for a name that is none."""
    person.require(Role.LEAD, "see the figures")
    if unknown := [name for name in names if name not in CATALOGUE]:
        raise NotFound(f"There is no figure called {unknown[0]}.")
    with desk.reading() as session:
        return tuple(_figure(session, scope, name) for name in names)


def among(figure: Figure, labels: Collection[str]) -> Figure:
    """The shares of some labels among themselves."""
    counts = {cell.label: round((cell.value or 0.0) * cell.n) for cell in figure.cells if cell.label in labels}
    cells = share_cells(counts, {cell.label: cell.name for cell in figure.cells})
    return replace(figure, cells=cells, finding=finding(figure.name, figure.unit, figure.shape, cells))


def headline(desk: Desk, person: Person, scope: Scope) -> Headline:
    """Satisfaction, problems solved without an incident, SLA kept, median time to resolve."""
    person.require(Role.LEAD, "see the figures")
    with desk.reading() as session:
        return Headline(
            feedback.satisfaction_mean(session, scope),
            knowledge.deflected(session, scope),
            incidents.sla_kept(session, scope),
            trends.median_hours(session, scope),
        )


def comments(desk: Desk, person: Person, scope: Scope, *, sentiment: str = "", limit: int = 20) -> tuple[Comment, ...]:
    """The newest comments to articles and after resolutions, all or those of one sentiment."""
    person.require(Role.LEAD, "see the comments")
    with desk.reading() as session:
        return feedback.latest_comments(session, scope, sentiment, limit)


def milestones(desk: Desk, person: Person, scope: Scope) -> tuple[Mark, ...]:
    """The milestones to be drawn into the trends of the period."""
    person.require(Role.LEAD, "see the milestones")
    with desk.reading() as session:
        return trends.marks(session, scope)


def saved(desk: Desk, person: Person, scope: Scope) -> Saved:
    """What articles saved in the period, of the confirmed cases alone."""
    person.require(Role.LEAD, "see what was saved")
    with desk.reading() as session:
        return money.saved_total(session, scope)


def has_data(desk: Desk, person: Person) -> bool:
    """Whether there is anything to count yet: an incident, a rating or a search."""
    person.require(Role.LEAD, "see the figures")
    with desk.reading() as session:
        return any(session.exec(select(table.id).limit(1)).first() for table in (Incident, Rating, SearchEvent))


def _figure(session: Session, scope: Scope, name: str) -> Figure:
    entry = CATALOGUE[name]
    cells = entry.compute(session, scope)
    said = finding(name, entry.unit, entry.shape, cells)
    return Figure(name, entry.title, said, entry.about, entry.unit, entry.shape, cells)
