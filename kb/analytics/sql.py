"""SQL expressions that SQLite and PostgreSQL understand alike."""

from __future__ import annotations

from typing import Any

from sqlalchemy import ColumnElement, Float, Select, cast, extract, func
from sqlmodel import Session, select

from kb.tables import IncidentType


def seconds(begin: Any, end: Any) -> ColumnElement[float]:
    """Seconds from one instant to another."""
    return cast(extract("epoch", end) - extract("epoch", begin), Float)


def mean_of(value: ColumnElement[float]) -> tuple[Any, Any, Any]:
    """The three columns a mean and its interval need: n, mean of x, mean of x²."""
    return func.count(value), func.avg(value), func.avg(value * value)


def ranked(value: ColumnElement[float], group: ColumnElement[Any]) -> tuple[Any, Any, Any, Any]:
    """The columns a median needs: group, value, its place within the group from 1, and the group's size."""
    place = func.row_number().over(partition_by=group, order_by=value)
    size = func.count().over(partition_by=group)
    return group.label("group"), value.label("value"), place.label("place"), size.label("size")


def medians(rows: Select[Any]) -> Select[Any]:
    """(group, n, median) from a selection of `ranked` columns."""
    row = rows.subquery().c
    is_middle = (row.place * 2 >= row.size) & (row.place * 2 <= row.size + 2)
    return (
        select(row.group, row.size, func.avg(row.value))
        .where(is_middle)
        .group_by(row.group, row.size)
        .order_by(row.group)
    )


def counts(session: Session, query: Any) -> dict[str, int]:
    """The rows of a query of two columns, label and count, in their order."""
    return {row[0]: row[1] for row in session.execute(query)}


def type_names(session: Session) -> dict[str, str]:
    """slug -> name of every incident type."""
    return {row.slug: row.name for row in session.exec(select(IncidentType).order_by(IncidentType.slug))}
