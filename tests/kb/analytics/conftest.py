"""Rows to count: a seeded desk, and a way to add incidents and anything else."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from itertools import count
from typing import Any

import pytest

from kb import analytics, services
from kb.analytics import Cell, Scope
from kb.desk import Desk
from kb.person import OPERATOR
from kb.tables import Incident


@pytest.fixture(autouse=True)
def seeded(desk: Desk) -> None:
    services.seed(desk)


@pytest.fixture
def add(desk: Desk) -> Callable[..., None]:
    """add(row, ...) stores rows."""

    def store(*rows: Any) -> None:
        with desk.transaction() as session:
            session.add_all(rows)

    return store


@pytest.fixture
def incident(desk: Desk, add: Callable[..., None]) -> Callable[..., int]:
    """incident(type=..., created_at=..., answered=minutes, solved=hours) stores one of yesterday; gives its id."""
    numbers = count(1)

    def make(*, answered: float | None = None, solved: float | None = None, **given: Any) -> int:
        at: datetime = given.pop("created_at", desk.now() - timedelta(days=1))
        values = {"key": f"k{next(numbers)}", "title": "T", "impact": "one", "urgency": "low", **given}
        row = Incident(
            created_at=at,
            updated_at=at,
            responded_at=None if answered is None else at + timedelta(minutes=answered),
            resolved_at=None if solved is None else at + timedelta(hours=solved),
            **values,
        )
        add(row)
        return row.id or 0

    return make


@pytest.fixture
def cells(desk: Desk) -> Callable[..., dict[str, Cell]]:
    """cells("severity_share", scope) gives label -> cell, of the last 365 days when no scope is given."""

    def ask(name: str, scope: Scope | None = None) -> dict[str, Cell]:
        figure = analytics.figures(desk, OPERATOR, scope or analytics.scope(desk), [name])[0]
        return {cell.label: cell for cell in figure.cells}

    return ask
