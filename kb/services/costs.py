"""Cost settings and milestones: what the money figures and trends are computed from."""

from __future__ import annotations

import math
from dataclasses import dataclass
from datetime import date, datetime

from sqlmodel import col, select

from kb.desk import Desk
from kb.errors import NotValid
from kb.labels import Role, SupportModel
from kb.person import Person
from kb.tables import Cost, IncidentType, Milestone

KINDS = ("monthly", "saved")
MILESTONES = ("automation", "monitoring")


@dataclass(frozen=True, slots=True)
class CostRow:
    """An amount of money in force from a day on."""

    kind: str
    label: str
    amount: float
    valid_from: date


@dataclass(frozen=True, slots=True)
class MilestoneRow:
    """A change of how support works."""

    kind: str
    name: str
    at: datetime


def costs(desk: Desk, person: Person) -> tuple[CostRow, ...]:
    """All cost settings, oldest first within kind and label."""
    person.require(Role.LEAD, "see costs")
    with desk.reading() as session:
        rows = session.exec(select(Cost).order_by(Cost.kind, Cost.label, col(Cost.valid_from))).all()
    return tuple(CostRow(row.kind, row.label, row.amount, row.valid_from) for row in rows)


def set_cost(desk: Desk, person: Person, kind: str, label: str, *, amount: float, valid_from: date) -> None:
    """Set what a support model costs a month (monthly) or an article saves for a type (saved), from a day on."""
    person.require(Role.ADMIN, "change costs")
    if kind not in KINDS:
        raise NotValid("kind", "A cost is monthly or saved.")
    if not math.isfinite(amount) or not 0 <= amount <= 1e9:
        raise NotValid("amount", "An amount is a number from 0 to 1,000,000,000.")
    with desk.transaction() as session:
        known = set(SupportModel) if kind == "monthly" else set(session.exec(select(IncidentType.slug)).all())
        if label not in known:
            raise NotValid("label", f"{label} is not one of {', '.join(sorted(known))}.")
        row = session.exec(
            select(Cost).where(Cost.kind == kind, Cost.label == label, Cost.valid_from == valid_from)
        ).first() or Cost(kind=kind, label=label, amount=amount, valid_from=valid_from)
        row.amount = amount
        session.add(row)


def milestones(desk: Desk, person: Person) -> tuple[MilestoneRow, ...]:
    """All milestones, oldest first."""
    person.require(Role.LEAD, "see milestones")
    with desk.reading() as session:
        rows = session.exec(select(Milestone).order_by(col(Milestone.at), col(Milestone.id))).all()
    return tuple(MilestoneRow(row.kind, row.name, row.at) for row in rows)


def add_milestone(desk: Desk, person: Person, kind: str, *, name: str, at: datetime) -> None:
    """Mark when automation or monitoring began, so that trends can be read before and after."""
    person.require(Role.ADMIN, "add milestones")
    if kind not in MILESTONES:
        raise NotValid("kind", "A milestone is automation or monitoring.")
    if not name.strip():
        raise NotValid("name", "Say what began.")
    with desk.transaction() as session:
        session.add(Milestone(kind=kind, name=name.strip()[:120], at=at))
