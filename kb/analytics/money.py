"""Figures of money: what support costs a month, and what articles save."""

from __future__ import annotations

from collections import Counter, defaultdict
from dataclasses import dataclass
from datetime import date, timedelta

from sqlmodel import Session, col, func, select

from kb.analytics.figure import Cell
from kb.analytics.scope import Scope
from kb.analytics.sql import counts, type_names
from kb.labels import SupportModel, words
from kb.tables import Article, Cost, Deflection, Incident, IncidentArticle


@dataclass(frozen=True, slots=True)
class Saved:
    """Money saved: the confirmed cases of each type times its setting. `cases` without a setting save nothing."""

    total: float
    cases: int


def monthly_cost_by_support_model(session: Session, scope: Scope) -> tuple[Cell, ...]:
    """What a support model costs a month: mean over the months of the period of the setting in force at their end."""
    amounts = _settings(session, "monthly")
    ends = [(month.end - timedelta(seconds=1)).astimezone(scope.zone).date() for month in scope.months()]
    cells = []
    for model in SupportModel:
        paid = [amount for end in ends if (amount := _in_force(amounts[model], end)) is not None]
        value = sum(paid) / len(paid) if paid else None
        cells.append(Cell(model.value, words(model), value, len(paid), is_exact=True))
    return tuple(cells)


def saved_per_incident_by_type(session: Session, scope: Scope) -> tuple[Cell, ...]:
    """The setting in force of what an article saves when it solves an incident; n: how often one did, confirmed.

    Confirmed are "this fixed it" and incidents resolved in the period with an article linked as the solution.
    """
    cases, names = _cases(session, scope), type_names(session)
    amounts = {slug: _in_force(rows, scope.last) for slug, rows in _settings(session, "saved").items()}
    chosen = sorted((-amount, slug) for slug, amount in amounts.items() if amount and scope.type in ("", slug))
    return tuple(Cell(slug, names.get(slug, slug), -amount, cases[slug], is_exact=True) for amount, slug in chosen)


def saved_total(session: Session, scope: Scope) -> Saved:
    """Confirmed cases times what each saves."""
    cells = saved_per_incident_by_type(session, scope)
    return Saved(sum((cell.value or 0.0) * cell.n for cell in cells), sum(_cases(session, scope).values()))


def _settings(session: Session, kind: str) -> dict[str, list[tuple[date, float]]]:
    """label -> (valid from, amount), oldest first."""
    query = select(Cost).where(Cost.kind == kind).order_by(Cost.label, col(Cost.valid_from))
    found: dict[str, list[tuple[date, float]]] = defaultdict(list)
    for row in session.exec(query):
        found[row.label].append((row.valid_from, row.amount))
    return found


def _in_force(settings: list[tuple[date, float]], day: date) -> float | None:
    """The amount valid on a day; None before the first setting."""
    return next((amount for valid_from, amount in reversed(settings) if valid_from <= day), None)


def _cases(session: Session, scope: Scope) -> Counter[str]:
    """Type -> how often an article solved a problem of it."""
    told = select(Deflection.type, func.count()).where(*scope.holds(Deflection.at)).group_by(Deflection.type)
    is_solved = (
        select(IncidentArticle.incident_id)
        .join(Article, col(Article.id) == col(IncidentArticle.article_id))
        .where(IncidentArticle.incident_id == Incident.id, col(IncidentArticle.is_solution))
        .exists()
    )
    resolved = select(Incident.type, func.count()).where(is_solved, *scope.incidents(Incident.resolved_at))
    found = Counter(counts(session, resolved.group_by(Incident.type)))
    if scope.team_id is None:
        found.update({slug: n for slug, n in counts(session, told).items() if scope.type in ("", slug)})
    return found
