"""How far the assistant can be trusted here: what it misses, beside its rivals, by confidence, team and language."""

from __future__ import annotations

import streamlit as st

from kb.assessing import AS_OF, Group, Report, Rival, Share, costs
from kb.desk import Desk
from kb.error_budget import CHOICES, allowed_errors, set_error_budget
from kb.errors import FirstlineError
from kb.labels import Role
from kb.person import Person
from pages.ui import charts
from pages.ui.assistant.choosing import CAP, choose, of, origin, share_range, span_text
from pages.ui.frame import as_text, enter

BUDGET = "error-budget"
RIVALS = {
    "assistant": "The assistant",
    "reporter": "Impact × urgency, as reported",
    "keywords": "Ten words a label",
    "majority": "Always the most frequent",
}


def show(desk: Desk, person: Person) -> None:
    report = choose(desk, person, "trust")
    if report is not None:
        _about(report)
        _headline(report)
    _set_budget(desk, person, report)
    if report is not None:
        _closely(report)


def _closely(report: Report) -> None:
    st.subheader("Beside its rivals")
    rivals = [{"Who labels": RIVALS[rival.name], **_figures(rival)} for rival in report.rivals]
    st.table(rivals, hide_index=True, border="horizontal", alt="Assistant and rivals")
    st.caption(f"With 95 % intervals. Cost in looks of a person: {costs.WORDS[report.target]}")
    origin(report, "rivals")
    st.subheader("Is it as sure as it should be?")
    _reliability(report)
    st.subheader("For whom it does better or worse")
    _groups(report)


def _about(report: Report) -> None:
    repeats = f" {report.n_repeats:,} like ones were left out." if report.n_repeats else ""
    over = f" {report.n_over_cap:,} more it did not learn, as in a training: {CAP}." if report.n_over_cap else ""
    st.markdown(
        f"Learned from {report.n_starter:,} starter rows and {report.n_train:,} of the oldest confirmed incidents of "
        f"this house, then asked about the **{report.n_test:,} latest**, {report.from_at:%d %b %Y} to "
        f"{report.to_at:%d %b %Y}.{repeats}{over} Leads see mostly what it was not sure of; over all it does better."
    )


def _headline(report: Report) -> None:
    """What costs most first."""
    first, second, third, fourth = st.columns(4)
    missed = report.assistant.missed
    if missed is not None:
        _metric(first, "Critical, called less than high", of(missed), share_range(missed))
    else:
        _metric(first, "Wrong among those given alone", of(report.wrong_sure), _budget(report))
    macro = report.assistant.macro_f1
    _metric(second, "Macro-F1", f"{macro.value:.2f}", f"{macro.low:.2f}–{macro.high:.2f}")
    _metric(third, "Given alone", of(report.sure), share_range(report.sure))
    if missed is not None:
        _metric(fourth, "Wrong among those", of(report.wrong_sure), _budget(report))
    else:
        _metric(fourth, "Confidence off by", *_off(report))
    origin(report, "rivals[0], sure, wrong_sure, calibration_error")


def _metric(place: st.delta_generator.DeltaGenerator, label: str, value: str, about: str) -> None:
    with place.container(border=True, height="stretch"):
        st.metric(label, value)
        st.caption(as_text(about))


def _budget(report: Report) -> str:
    return f"{share_range(report.wrong_sure)}; aims at {report.target_error * 100:.0f}\u00a0% or less"


def _set_budget(desk: Desk, person: Person, report: Report | None) -> None:
    """How many wrong answers a lead allows; the figures on the page are of the time they were measured."""
    now = allowed_errors(desk, person)
    st.segmented_control(
        "Of 100 answers given alone, so many may be wrong",
        CHOICES,
        default=now,
        required=True,
        format_func=lambda share: f"{share * 100:g}",
        key=BUDGET,
        on_change=_save_budget,
        help="Fewer means surer answers and more of them left to people. It holds from the next report on.",
    )
    if report is not None and report.target_error != now:
        st.caption(
            f"The figures here were measured with {report.target_error * 100:g} of 100. Measure now to see the others."
        )


def _save_budget() -> None:
    desk, person = enter(Role.LEAD)
    try:
        set_error_budget(desk, person, st.session_state[BUDGET])
    except FirstlineError as error:
        st.session_state["assistant_error"] = str(error)


def _off(report: Report) -> tuple[str, str]:
    """The calibration error and its interval, in counts."""
    off = report.calibration_error
    return f"{off.value * 100:.0f} of 100", f"{off.low * 100:.0f}–{off.high * 100:.0f}"


def _figures(one: Rival | Group) -> dict[str, str]:
    missed = {} if one.missed is None else {"Critical missed": f"{of(one.missed)} ({share_range(one.missed)})"}
    right = f"{of(one.right)} ({share_range(one.right)})"
    return {**missed, "Macro-F1": span_text(one.macro_f1), "Right": right, "Cost": span_text(one.cost)}


def _reliability(report: Report) -> None:
    off, spread = _off(report)
    st.markdown(
        f"On average its confidence is off by **{off}** ({spread}). On the line it is right as often as it says; above "
        "it could be surer, below it is too sure."
    )
    rows = [
        {
            "said": one.confidence,
            "right": one.right.value,
            "low": one.right.low,
            "high": one.right.high,
            "n": one.right.n,
            "text": f"n = {one.right.n:,}",
        }
        for one in report.bins
    ]
    st.vega_lite_chart(_diagram(rows), alt="Of the answers of each confidence, how many were right", key="reliability")
    with st.expander("Numbers"):
        bins = [_bin(one.confidence, one.right) for one in report.bins]
        st.table(bins, hide_index=True, border="horizontal", alt="Confidence and right answers")
    origin(report, "bins")


def _bin(confidence: float, right: Share) -> dict[str, str]:
    said = f"{confidence * 100:.0f} of 100"
    return {"It says": said, "Right": of(right), "95 % interval": share_range(right)}


def _diagram(rows: list[dict[str, object]]) -> charts.Spec:
    share = {"type": "quantitative", "scale": {"domain": [0, 1]}}
    axis = {"format": ".0%", "tickCount": 5}
    across = {**share, "field": "said", "axis": {**axis, "title": "It says", "grid": False}}
    up = {**share, "field": "right", "axis": {**axis, "title": "Right"}}
    ends = [{"said": 0, "right": 0}, {"said": 1, "right": 1}]
    line = {"type": "line", "strokeDash": [5, 4], "strokeWidth": 1.5, "color": charts.TEXT, "opacity": 0.6}
    place = {"x": {**across}, "y": {**up}}
    return {
        "height": 300,
        "layer": [
            {"data": {"values": ends}, "mark": line, "encoding": place},
            {
                "data": {"values": rows},
                "mark": {"type": "rule", "strokeWidth": 2, "color": charts.TEXT},
                "encoding": {"x": across, "y": {**share, "field": "low"}, "y2": {"field": "high"}},
            },
            {
                "data": {"values": rows},
                "mark": {"type": "point", "filled": True, "size": 110, "opacity": 1, "color": charts.accent()},
                "encoding": {**place, "tooltip": [{"field": "text", "title": "Answers"}]},
            },
        ],
    }


def _groups(report: Report) -> None:
    for by, title in (("team", "Team"), ("language", "Language")):
        rows = [{title: as_text(group.name), **_figures(group)} for group in report.groups if group.by == by]
        if rows:
            st.table(rows, hide_index=True, border="horizontal", alt=f"Figures by {by}")
        else:
            st.caption(f"No {by} has five of these incidents.")
    st.caption("With 95 % intervals; among a handful of incidents those of macro-F1 and cost are too narrow.")
    origin(report, "groups")
    st.caption(AS_OF)
