"""What the tabs share: which label is looked at, its last assessment, and the command that gives each figure again."""

from __future__ import annotations

from collections.abc import Mapping

import streamlit as st

from kb import assessing, services
from kb.analytics import Unit, say_range
from kb.assessing import Report, Share, Span
from kb.assessing.keeping import TARGETS
from kb.desk import Desk
from kb.errors import FirstlineError
from kb.labels import Target, words
from kb.person import Person
from kb.training import MOST_PER_REVIEWER
from pages.ui.frame import as_text

CAP = f"of one person at most {MOST_PER_REVIEWER} count with one training"


def choose(desk: Desk, person: Person, key: str) -> Report | None:
    """The last assessment of the label the lead chose; says what to do where there is none."""
    with st.container(horizontal=True, vertical_alignment="bottom", horizontal_alignment="distribute"):
        chosen = st.segmented_control(
            "Label", TARGETS, default=TARGETS[0], required=True, format_func=words, key=f"{key}-target"
        )
        st.button("Measure now", key=f"{key}-measure", on_click=_measure, args=(desk, person))
    report = assessing.kept(desk, person, Target(str(chosen)))
    if report is None:
        st.info(
            "Not measured yet. When people have confirmed the labels of 30 incidents under Review, the clock measures "
            "within the hour; Measure now does it at once and takes some minutes."
        )
    elif report.is_demo:
        st.warning("These are incidents of the demo year, made from few texts: real ones are harder.")
    return report


def names(desk: Desk, report: Report) -> Mapping[str, str]:
    """What people read for each label."""
    return services.type_names(desk) if report.target is Target.TYPE else {}


def named(label: str, known: Mapping[str, str]) -> str:
    return as_text(known.get(label, words(label)))


def origin(report: Report, part: str) -> None:
    """The command that gives the figures again, and where they stand in what it prints."""
    until = f"{report.until:%Y-%m-%dT%H:%M:%S}"
    asked = f"--target {report.target} --until {until} --target-error {report.target_error:g}"
    st.caption(f"`firstline assistant {asked} --json`: {report.target}.{part}")


def of(share: Share) -> str:
    """3 of 18"""
    return f"{share.hits:,} of {share.n:,}"


def share_range(share: Share) -> str:
    return say_range(share.low, share.high, Unit.SHARE).replace(" ", "\u00a0") if share.n else "none"


def span_text(span: Span) -> str:
    return f"{span.value:.2f} ({span.low:.2f}–{span.high:.2f})"


def _measure(desk: Desk, person: Person) -> None:
    try:
        with st.spinner("Training and asking in the background of this server. It takes some minutes."):
            assessing.measure_aside(desk, person)
    except FirstlineError as error:
        st.session_state["assistant_error"] = str(error)
