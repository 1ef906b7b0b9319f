"""What people search: how search does, and the queries that lead nowhere."""

from __future__ import annotations

import streamlit as st

from kb.analytics import Cell, Unit
from kb.desk import Desk
from kb.person import Person
from kb.search import insights
from kb.search.insights import Order, Overview, QueryRow
from pages.ui import charts, period

ORDERS = {
    Order.TOP: "Asked most",
    Order.WITHOUT_RESULT: "Found nothing",
    Order.WITHOUT_CLICK: "Found, nothing opened",
    Order.REPORTED: "Reported in the end",
}
ABOUT = {
    Order.TOP: "What people ask for. An article opened far from the first place deserves a better title, or a pin.",
    Order.WITHOUT_RESULT: "Articles to write, or words that need a synonym.",
    Order.WITHOUT_CLICK: "Something was found, and nobody thought that it was the answer.",
    Order.REPORTED: "The same person reported an incident within an hour. Guests are not counted.",
}
EMPTY = {
    Order.TOP: "Nobody searched in this period. Choose a longer one.",
    Order.WITHOUT_RESULT: "Every search of this period found something.",
    Order.WITHOUT_CLICK: "Something was opened after every kind of search.",
    Order.REPORTED: "Nobody reported an incident within an hour of a search.",
}


def show(desk: Desk, person: Person) -> None:
    """The figures of the period, then the queries behind them."""
    scope = period.choose_days(desk)
    seen = insights.overview(desk, person, scope)
    _show_overview(seen)
    options = list(ORDERS)
    chosen = st.segmented_control(
        "Queries", options, default=Order.TOP, required=True, format_func=lambda one: ORDERS[one], key="insights-order"
    )
    order = Order(chosen)
    rows = insights.queries(desk, person, scope, order)
    if not rows:
        st.info(EMPTY[order] if seen.searches else EMPTY[Order.TOP])
        return
    st.caption(ABOUT[order])
    st.dataframe([_columns(row) for row in rows], hide_index=True, alt=f"Queries: {ORDERS[order]}")
    st.download_button(
        "CSV",
        lambda: insights.to_csv(rows).encode(),
        f"searches-{order}.csv",
        "text/csv",
        key="insights-csv",
        icon=":material/download:",
        on_click="ignore",
        type="tertiary",
        help="Download these queries with n and interval of each figure",
    )


def _show_overview(seen: Overview) -> None:
    cells = (
        ("Found nothing", seen.without_result, Unit.SHARE),
        ("Found, nothing opened", seen.without_click, Unit.SHARE),
        ("Place of what was opened", seen.rank, Unit.COUNT),
        ("Reported within an hour", seen.reported, Unit.SHARE),
    )
    columns = st.columns(len(cells) + 1)
    with columns[0].container(border=True, height="stretch"):
        st.metric("Searches", f"{seen.searches:,}")
    for column, (label, cell, unit) in zip(columns[1:], cells, strict=True):
        with column.container(border=True, height="stretch"):
            st.metric(
                label, _place(cell.value) if unit is Unit.COUNT and not cell.is_small else charts.value_of(cell, unit)
            )
            spread = _places(cell) if unit is Unit.COUNT else charts.interval(cell, unit)
            st.caption(" · ".join(filter(None, (f"n = {cell.n:,}", spread))))


def _columns(row: QueryRow) -> dict[str, str | int]:
    """In words: of few searches how many, of many also the interval of the share."""
    return {
        "Query": row.query,
        "Searches": row.searches,
        "Found nothing": _share(row.without_result),
        "Nothing opened": _share(row.without_click),
        "Place opened": _rank(row.rank),
        "Reported": _share(row.reported),
    }


def _share(cell: Cell) -> str:
    if not cell.n:
        return ""
    counted = f"{round((cell.value or 0) * cell.n):,} of {cell.n:,}"
    return counted if cell.is_small else f"{counted} ({charts.interval(cell, Unit.SHARE)})"


def _rank(cell: Cell) -> str:
    if not cell.n:
        return ""
    spread = "" if cell.is_small else f", {_places(cell)}"
    return f"{_place(cell.value)} (n = {cell.n:,}{spread})"


def _place(value: float | None) -> str:
    return f"{value or 0:.1f}"


def _places(cell: Cell) -> str:
    """From low to high; no place comes before the first."""
    if cell.low is None or cell.high is None or cell.is_small:
        return ""
    return f"{max(1.0, cell.low):.1f}–{cell.high:.1f}"
