"""What more labels would bring, which two labels are mixed up, and which single ones are probably wrong."""

from __future__ import annotations

from collections.abc import Mapping

import streamlit as st

from kb import incidents
from kb.assessing import Curve, Report
from kb.desk import Desk
from kb.labels import Target, in_100
from kb.person import Person
from pages.ui import charts
from pages.ui.assistant.choosing import CAP, choose, named, names, of, origin, share_range
from pages.ui.frame import PAGES, as_text

MOST_PAIRS, MOST_DOUBTS = 5, 10


def show(desk: Desk, person: Person) -> None:
    report = choose(desk, person, "labels")
    if report is None:
        return
    known = names(desk, report)
    st.subheader("What more labels bring")
    if report.curve is None:
        st.write("Too few labels of your own, or too little left to gain, to say what more of them bring.")
    else:
        _show_curve(report.curve)
        origin(report, "curve")
    st.subheader("Taken for each other")
    _pairs(report, known)
    st.subheader("Look at these again")
    _doubts(report, known)


def sentence(curve: Curve) -> str:
    """How many labels more bring the next mark, as far as the curve tells."""
    if curve.more is None:
        return f"More labels alone will hardly bring macro-F1 {curve.target:.2f}: the curve flattens before."
    if curve.high is None:
        return (
            f"About {_round(curve.more):,} more labels may bring macro-F1 {curve.target:.2f}, but those so far tell it "
            f"badly: it may take {_round(curve.low or 0):,}, or more than can be had."
        )
    span = f"{_round(curve.low or 0):,} to {_round(curve.high):,}"
    return f"About {_round(curve.more):,} more labels ({span}) bring macro-F1 {curve.target:.2f}."


def _round(count: int) -> int:
    """To two digits: the forecast knows no more."""
    return round(count, 2 - len(str(count)))


def _show_curve(curve: Curve) -> None:
    st.markdown(f"**{as_text(sentence(curve))}** Each review is one; {CAP}.")
    measured = [{"n": n, "score": score} for n, score in zip(curve.counts, curve.scores, strict=True)]
    fitted = [{"n": n, "score": score} for n, score in zip(curve.counts, curve.fitted, strict=True)]
    across = {
        "field": "n",
        "type": "quantitative",
        "axis": {"title": "Labels of your own", "format": ",.0f", "grid": False, "tickMinStep": 1},
    }
    up = {
        "field": "score",
        "type": "quantitative",
        "scale": {"zero": False},
        "axis": {"title": "Macro-F1", "format": ".2f", "tickCount": 5, "tickMinStep": 0.01},
    }
    line = {"type": "line", "strokeDash": [5, 4], "strokeWidth": 1.5, "color": charts.TEXT, "opacity": 0.6}
    point = {"type": "point", "filled": True, "size": 110, "opacity": 1, "color": charts.accent()}
    told = [{"field": "n", "title": "Labels"}, {"field": "score", "title": "Macro-F1", "format": ".3f"}]
    spec = {
        "height": 240,
        "encoding": {"x": across, "y": up},
        "layer": [
            {"data": {"values": fitted}, "mark": line},
            {"data": {"values": measured}, "mark": point, "encoding": {"tooltip": told}},
        ],
    }
    st.vega_lite_chart(spec, alt="Macro-F1 after so many labels of your own", key="learning-curve")
    st.caption("Dots: measured on the latest incidents. Line: the curve through them.")


def _pairs(report: Report, known: Mapping[str, str]) -> None:
    often = [pair for pair in report.pairs if pair.is_too_often]
    for pair in often:
        advice = (
            " Merge them under Run, or say in what they mean what tells them apart."
            if report.target is Target.TYPE
            else " Agree on what tells them apart."
        )
        one, other = named(pair.one, known), named(pair.other, known)
        st.warning(f"**{one}** and **{other}** are taken for each other in {of(pair.mixed)}.{advice}")
    if not often:
        st.write("No two labels are surely taken for each other in more than one of ten.")
    if report.pairs:
        rows = [
            {
                "Labels": f"{named(pair.one, known)}, {named(pair.other, known)}",
                "Mixed up": of(pair.mixed),
                "95 % interval": share_range(pair.mixed),
            }
            for pair in report.pairs[:MOST_PAIRS]
        ]
        st.table(rows, hide_index=True, border="horizontal", alt="Labels that are taken for each other")
    origin(report, "pairs")


def _doubts(report: Report, known: Mapping[str, str]) -> None:
    if not report.doubts:
        st.write("No confirmed label stands out as wrong.")
    else:
        st.write(
            "Everything else speaks for another label, so one of the two is wrong: the label, or the assistant. "
            "The plainest first; some may well be right as they are."
        )
    for doubt in report.doubts[:MOST_DOUBTS]:
        number = incidents.number(doubt.incident_id)
        with st.container(border=True, horizontal=True, vertical_alignment="center"):
            said = f"is **{named(doubt.label, known)}**, sounds like **{named(doubt.likelier, known)}**"
            st.markdown(f"{as_text(doubt.title)}  \n{said} ({in_100(doubt.confidence)})", width="stretch")
            st.page_link(PAGES / "incident.py", label=number, query_params={"id": number}, width="content")
    origin(report, "doubts")
