"""What people search, and what comes of it: for leads, over a period, each share with n and interval."""

from __future__ import annotations

import csv
import io
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum
from typing import Any

from sqlalchemy import ColumnElement, extract
from sqlmodel import Integer, case, cast, col, func, select

from kb.analytics import Cell, Scope
from kb.analytics.export import defused
from kb.analytics.figure import mean_cell, share_cell
from kb.desk import Desk
from kb.labels import Role
from kb.person import Person
from kb.tables import Incident, SearchEvent

REPORTED = timedelta(hours=1)
"""Who reports an incident so soon after a search did not find what was needed."""
LONGEST = 50


class Order(StrEnum):
    """Which queries come first: those asked most, found nothing, found but not opened, or reported in the end."""

    TOP = "top"
    WITHOUT_RESULT = "without_result"
    WITHOUT_CLICK = "without_click"
    REPORTED = "reported"


@dataclass(frozen=True, slots=True)
class Overview:
    """All searches of the period. `rank` is the mean place of the article opened, from 1.

    `reported`: an incident of the same person within an hour; of searches by people who were signed in, since guests
    can't be told from reporters.
    """

    searches: int
    without_result: Cell
    without_click: Cell
    rank: Cell
    reported: Cell


@dataclass(frozen=True, slots=True)
class QueryRow:
    """One query, in small letters, with the same figures."""

    query: str
    searches: int
    without_result: Cell
    without_click: Cell
    rank: Cell
    reported: Cell


def overview(desk: Desk, person: Person, scope: Scope) -> Overview:
    """How search did in the period."""
    person.require(Role.LEAD, "see what people search")
    with desk.reading() as session:
        row = session.execute(select(*_counts()).where(*scope.holds(SearchEvent.at))).one()
    return Overview(row[0], *_cells(row))


def queries(
    desk: Desk, person: Person, scope: Scope, order: Order = Order.TOP, *, limit: int = LONGEST
) -> tuple[QueryRow, ...]:
    """The queries of the period that come first in this order; what does not apply to a query leaves it out."""
    person.require(Role.LEAD, "see what people search")
    text = func.lower(func.trim(SearchEvent.query)).label("text")
    counts = _counts()
    weight = counts[ORDERED_BY[order]]
    query = select(text, *counts).where(*scope.holds(SearchEvent.at)).group_by(text).having(weight > 0)
    with desk.reading() as session:
        rows = session.execute(query.order_by(weight.desc(), text).limit(limit)).all()
    return tuple(QueryRow(row[0], row[1], *_cells(row[1:])) for row in rows)


def to_csv(rows: Sequence[QueryRow]) -> str:
    """The rows with n and interval of each figure; text that a spreadsheet would run gets an apostrophe (OWASP)."""
    file = io.StringIO()
    writer = csv.writer(file)
    names = ("without_result", "without_click", "rank", "reported")
    writer.writerow(
        ("query", "searches", *(f"{name}_{part}" for name in names for part in ("value", "n", "low", "high")))
    )
    for row in rows:
        cells = (getattr(row, name) for name in names)
        writer.writerow(
            (
                defused(row.query),
                row.searches,
                *(v for cell in cells for v in (cell.value, cell.n, cell.low, cell.high)),
            )
        )
    return file.getvalue()


def _counts() -> tuple[Any, ...]:
    """n, without result, with result, of these without click, n mean and mean square of rank, signed in, reported."""
    is_found, is_opened = col(SearchEvent.found) > 0, col(SearchEvent.opened_id).is_not(None)
    rank = col(SearchEvent.opened_rank)
    is_signed_in = SearchEvent.searcher.like("p:%")  # type: ignore[attr-defined]
    return (
        func.count(),
        _number(~is_found),
        _number(is_found),
        _number(is_found & ~is_opened),
        func.count(rank),
        func.avg(rank),
        func.avg(rank * rank),
        _number(is_signed_in),
        _number(is_signed_in & _is_reported()),
    )


ORDERED_BY = {Order.TOP: 0, Order.WITHOUT_RESULT: 1, Order.WITHOUT_CLICK: 3, Order.REPORTED: 8}
"""Which of the counts decides."""


def _cells(counts: Sequence[Any]) -> tuple[Cell, Cell, Cell, Cell]:
    n, empty, found, unopened, opened, mean, square, signed_in, reported = counts
    return (
        share_cell("without_result", "Found nothing", empty or 0, n),
        share_cell("without_click", "Found, but nothing was opened", unopened or 0, found or 0),
        mean_cell("rank", "Place of what was opened", (opened, mean, square)),
        share_cell("reported", "Reported within an hour", reported or 0, signed_in or 0),
    )


def _is_reported() -> ColumnElement[bool]:
    """The searcher reported an incident within an hour."""
    at, reported_at = extract("epoch", col(SearchEvent.at)), extract("epoch", col(Incident.created_at))
    searcher: Any = SearchEvent.searcher
    account_id = case((searcher.like("p:%"), cast(func.substr(searcher, 3), Integer)))
    query = select(Incident.id).where(
        Incident.reporter_id == account_id, reported_at.between(at, at + int(REPORTED.total_seconds()))
    )
    return query.correlate(SearchEvent).exists()


def _number(condition: ColumnElement[bool]) -> Any:
    return func.sum(case((condition, 1), else_=0))
