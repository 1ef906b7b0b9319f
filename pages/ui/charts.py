"""Figures drawn: what they say as the title, the chart, the table under it, and the CSV of both."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from html import escape
from typing import Any

import streamlit as st

from kb import analytics
from kb.analytics import Cell, Figure, Mark, Shape, Unit
from pages.ui.frame import as_text

NARROW = ("availability_share_by_support_model",)
"""Shares so near to one that bars from zero would look alike: drawn as points on a cut axis."""
AXIS = {Unit.MINUTES: "minutes", Unit.HOURS: "hours", Unit.MONEY: "", Unit.SCORE: "of 5", Unit.COUNT: ""}
FAINT = 0.35
ROOM = 1.8
"""Times the longest bar: the words at its end stand beside it on a phone, too, where Vega does not always make room."""
STYLE = "<style>[data-testid='stVegaLiteChart'] svg {overflow: visible}</style>"
"""On a phone the words at the end of a bar may reach into the padding around the chart."""
TEXT = "currentColor"
"""The colour of the text around a chart: it follows when somebody turns from light to dark."""
Spec = dict[str, Any]


def show(figure: Figure, marks: Sequence[Mark] = ()) -> None:
    """One figure with all that belongs to it."""
    st.caption(as_text(figure.title), help=as_text(figure.about))
    st.html(f"<h2 style='margin:-.75rem 0 .25rem;font-size:1.125rem;line-height:1.4'>{escape(figure.finding)}</h2>")
    if figure.is_empty:
        return
    if figure.shape is Shape.LIST:
        show_table(figure)
        return
    st.vega_lite_chart(spec(figure, marks), alt=f"{figure.title}: {figure.finding}", key=f"chart_{figure.name}")
    for mark in marks if figure.shape is Shape.MONTHS else ():
        st.caption(f"{mark.kind.capitalize()} since {mark.at:%d %B %Y}: {as_text(mark.name)}")
    with st.expander("Numbers"):
        show_table(figure)


def show_table(figure: Figure) -> None:
    """The cells in words, and as a file."""
    st.table(table(figure), hide_index=True, border="horizontal", alt=f"{figure.title}: the numbers")
    st.download_button(
        "CSV",
        lambda: analytics.to_csv([figure]).encode(),
        f"{figure.name}.csv",
        "text/csv",
        key=f"csv_{figure.name}",
        icon=":material/download:",
        on_click="ignore",
        type="tertiary",
        help=f"Download: {as_text(figure.title)}",
    )


def table(figure: Figure) -> dict[str, list[str]]:
    """Columns of words. Too few cases have no value: one answer more would turn it over."""
    columns = {
        figure.title: [as_text(cell.name) for cell in figure.cells],
        "Value": [_unbroken(value_of(cell, figure.unit)) for cell in figure.cells],
        "n": [f"{cell.n:,}" for cell in figure.cells],
        "95 % interval": [_unbroken(interval(cell, figure.unit)) for cell in figure.cells],
    }
    if figure.unit is Unit.COUNT and all(cell.value == cell.n for cell in figure.cells):
        del columns["n"]
    if not any(columns["95 % interval"]):
        del columns["95 % interval"]
    return columns


def _unbroken(words: str) -> str:
    """A number and its unit stay on one line."""
    return as_text(words).replace(" ", "\u00a0")


def value_of(cell: Cell, unit: Unit) -> str:
    if not cell.n:
        return "none"
    return "too few" if cell.is_small else analytics.say(cell.value, unit)


def interval(cell: Cell, unit: Unit) -> str:
    """From low to high, as people read it; empty without one."""
    if cell.low is None or cell.high is None or cell.is_small:
        return ""
    return analytics.say_range(cell.low, cell.high, unit)


def spec(figure: Figure, marks: Sequence[Mark] = ()) -> Spec:
    """The Vega-Lite chart of a figure. Colours come from the theme, so it is legible in light and dark."""
    drawn = [cell for cell in figure.cells if cell.value is not None and cell.n]
    if figure.shape is Shape.MONTHS:
        return _line(figure, drawn, marks)
    return _bars(figure, drawn)


def _bars(figure: Figure, cells: Sequence[Cell]) -> Spec:
    is_narrow, rows = figure.name in NARROW, _rows(figure, cells)
    longest = max((row["reach"] for row in rows), default=0)
    scale: Spec = {"zero": not is_narrow}
    if figure.unit is Unit.SHARE and not is_narrow:
        scale = {"domain": [0, 1]}
    elif longest > 0 and not is_narrow:
        scale["domainMax"] = ROOM * longest
    across = {"field": "value", "type": "quantitative", "axis": _axis(figure), "scale": scale}
    down = {"field": "name", "type": "nominal", "sort": None, "title": None, "axis": {"labelLimit": 170}}
    shade = {"field": "shade", "type": "quantitative", "scale": None}
    mark: Spec = {"type": "point", "filled": True, "size": 140} if is_narrow else {"type": "bar", "cornerRadiusEnd": 3}
    mark["color"] = accent()
    layers: list[Spec] = [
        {"mark": mark, "encoding": {"x": across, "opacity": shade, "tooltip": _tooltip()}},
        {
            "mark": {"type": "rule", "strokeWidth": 2, "color": TEXT, "aria": False},
            "encoding": {"x": {"field": "low", "type": "quantitative"}, "x2": {"field": "high"}},
        },
        {
            "mark": {"type": "text", "align": "left", "dx": 8, "fontSize": 12, "color": TEXT},
            "encoding": {"x": {"field": "reach", "type": "quantitative"}, "text": {"field": "text"}},
        },
    ]
    height = {"step": 34}
    return {"data": {"values": rows}, "height": height, "encoding": {"y": down}, "layer": layers}


def _line(figure: Figure, cells: Sequence[Cell], marks: Sequence[Mark]) -> Spec:
    rows = _rows(figure, cells)
    months = [row["month"] for row in rows]
    across: Spec = {
        "field": "month",
        "type": "temporal",
        "title": None,
        "scale": {"type": "utc"},
        "axis": {"values": months, "format": "%b %y", "labelOverlap": True, "grid": False},
    }
    up = {"field": "value", "type": "quantitative", "axis": _axis(figure), "scale": {"zero": _is_from_zero(figure)}}
    layers: list[Spec] = [
        {"mark": {"type": "line", "strokeWidth": 2.5, "color": accent()}, "encoding": {"x": across, "y": up}},
        {
            "mark": {"type": "point", "filled": True, "size": 60, "color": accent()},
            "encoding": {"x": across, "y": up, "tooltip": _tooltip()},
        },
    ]
    if any("low" in row for row in rows):
        band = {"x": across, "y": {"field": "low", "type": "quantitative"}, "y2": {"field": "high"}}
        layers.insert(0, {"mark": {"type": "area", "opacity": 0.2, "color": accent()}, "encoding": band})
    return {"data": {"values": rows}, "height": 240, "layer": [*layers, *_milestones(marks)]}


def _milestones(marks: Sequence[Mark]) -> list[Spec]:
    """A dashed line where support began to work in another way."""
    values = [
        {"at": f"{mark.at:%Y-%m-%d}", "kind": mark.kind.capitalize(), "name": mark.name, "line": 8 + 16 * (place % 2)}
        for place, mark in enumerate(marks)
    ]
    if not values:
        return []
    across = {"field": "at", "type": "temporal", "scale": {"type": "utc"}}
    encoding = {"x": across, "tooltip": [{"field": "kind"}, {"field": "name"}]}
    return [
        {
            "data": {"values": values},
            "mark": {"type": "rule", "strokeDash": [5, 4], "strokeWidth": 1.5, "color": TEXT},
            "encoding": encoding,
        },
        {
            "data": {"values": values},
            "mark": {"type": "text", "align": "left", "dx": 5, "fontSize": 12, "color": TEXT},
            "encoding": {
                "x": across,
                "y": {"field": "line", "type": "quantitative", "scale": None},
                "text": {"field": "kind"},
            },
        },
    ]


def _is_from_zero(figure: Figure) -> bool:
    """Shares and scores stay near their top: from zero no change would be seen."""
    return figure.unit not in (Unit.SHARE, Unit.SCORE)


def _rows(figure: Figure, cells: Sequence[Cell]) -> list[Spec]:
    rows = []
    for cell in cells:
        said = value_of(cell, figure.unit)
        row: Spec = {
            "name": cell.name,
            "value": cell.value,
            "said": said,
            "n": cell.n,
            "text": _label(cell, figure.unit),
            "shade": FAINT if cell.is_small else 1,
            "reach": max(cell.value or 0.0, cell.high or 0.0),
        }
        if cell.low is not None and cell.high is not None and not cell.is_small:
            row |= {"low": cell.low, "high": cell.high}
        if figure.shape is Shape.MONTHS:
            row["month"] = f"{date.fromisoformat(cell.label + '-15')}"
        rows.append(row)
    return rows


def _label(cell: Cell, unit: Unit) -> str:
    """What stands at the end of a bar: the value and n."""
    said = value_of(cell, unit)
    if unit is Unit.COUNT:
        return said if cell.value == cell.n else f"{said} of {cell.n:,}"
    return f"{said} · n = {cell.n:,}"


def accent() -> str:
    """The primary colour of the theme this browser shows: Vega doesn't get it from Streamlit."""
    mode = "dark" if st.context.theme.type == "dark" else "light"
    return str(st.get_option(f"theme.{mode}.primaryColor"))


def _axis(figure: Figure) -> Spec:
    if figure.unit is Unit.SHARE:
        return {"title": None, "format": ".2%" if figure.name.startswith("availability") else ".0%", "tickCount": 5}
    return {"title": AXIS[figure.unit] or None, "format": ",.0f", "tickCount": 5, "tickMinStep": 1}


def _tooltip() -> list[Spec]:
    return [
        {"field": "name", "title": "What"},
        {"field": "said", "title": "Value"},
        {"field": "n", "title": "n"},
    ]
