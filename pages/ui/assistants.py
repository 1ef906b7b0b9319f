"""Parts of the assistant page: how good the serving version is, told in counts, and the list of versions."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from zoneinfo import ZoneInfo

import streamlit as st

from kb.labels import words
from kb.training import Outcome, Scores, VersionRow
from pages.ui.frame import as_text

_RESULTS = {
    "live": "a new version serves now",
    "not_better": "the new version was worse and does not serve",
    "unchanged": "nothing new to learn, all stays as it was",
}


def outcome_sentence(outcome: Outcome) -> str:
    return f"{words(outcome.target)}: {_RESULTS[outcome.result]}. Macro-F1 {outcome.macro_f1:.2f}."


def show_problems(broken: Sequence[VersionRow]) -> None:
    """A plain notice for each target that does not serve because its file is missing or damaged."""
    for version in broken:
        st.error(
            f"The {version.target} model does not serve, so people label every incident. {as_text(version.problem)} "
            "Train now to make it anew from the same rows, or roll back to a version below."
        )


def show_live(version: VersionRow) -> None:
    """The scores of the version that serves, each with the n it rests on."""
    rows = f"{version.n_starter:,} starter rows and {version.n_reviews:,} reviews"
    st.markdown(f"**Version {version.id} serves.** Trained on {rows}.")
    if version.scores is None:
        st.caption("Its scores are being measured; the clock does that within a few minutes, Train now at once.")
        return
    scores = version.scores
    if scores.coverage is not None:
        st.markdown(_surety(scores))
    columns = st.columns(4)
    columns[0].metric("Right, of all", f"{scores.accuracy:.0%}", help="With and without being sure.", border=True)
    columns[1].metric(
        "Macro-F1", f"{scores.macro_f1:.2f}", help="Mean over the labels, each counts the same.", border=True
    )
    if scores.ece is not None:
        columns[2].metric(
            "Confidence off by", f"{scores.ece * 100:.0f} of 100", help="Expected calibration error.", border=True
        )
    columns[3].metric(
        "Measured on", f"{scores.n:,}", help="Rows labelled by a model that had not seen them.", border=True
    )
    st.dataframe(
        [
            {"Label": words(row.label), "Precision": row.precision, "Recall": row.recall, "F1": row.f1, "n": row.n}
            for row in scores.labels
        ],
        hide_index=True,
        column_config={name: st.column_config.NumberColumn(format="%.2f") for name in ("Precision", "Recall", "F1")},
        alt="Precision, recall and F1 of each label",
    )


def show_version(version: VersionRow, zone: ZoneInfo, roll_back: Callable[[int], None]) -> None:
    """One line of the list: when, by whom, from what, how good, and the way back to it."""
    with st.container(border=True, horizontal=True, vertical_alignment="center"):
        score = (
            f"macro-F1 {version.scores.macro_f1:.2f} (n = {version.scores.n:,})" if version.scores else "not measured"
        )
        rows = f"{version.n_starter:,} starter rows + {version.n_reviews:,} reviews"
        trained = f"{version.trained_at.astimezone(zone):%d %b %Y %H:%M} by {as_text(version.trained_by)}"
        live = " · **serves**" if version.is_live else ""
        st.markdown(f"**Version {version.id}** · {trained} · {rows} · {score}{live}  \n{as_text(version.note)}")
        if version.problem:
            st.caption("Its file is missing or damaged.")
        elif not version.is_live:
            st.button("Let it serve", key=f"roll_back_{version.id}", on_click=roll_back, args=(version.id,))


def _surety(scores: Scores) -> str:
    """What being sure is worth, in counts."""
    most = round((scores.target_error or 0) * 100)
    if not scores.n_sure or scores.selective_accuracy is None:
        return (
            f"It is not sure of any answer, so people look at all: its rows are too few to promise that at most {most} "
            "of 100 sure answers are wrong. Each review helps."
        )
    right = f"{scores.selective_accuracy * 100:.0f} of 100 were right (n = {scores.n_sure:,})"
    return (
        f"It is sure of {(scores.coverage or 0) * 100:.0f} of 100 incidents. Of the answers it was sure of, {right}; "
        f"it aims at no more than {most} of 100 wrong."
    )
