"""The versions of the models: how good the one that serves is, told in counts, the way back, and training now."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import streamlit as st

from kb import training
from kb.desk import Desk
from kb.errors import FirstlineError
from kb.labels import Target, words
from kb.person import Person
from kb.training import Outcome, Scores, ShadowRow, VersionRow
from pages.ui.frame import as_text

_RESULTS = {
    "live": "a new version serves now",
    "not_better": "the new version was worse and does not serve",
    "held": "a word alone turned its answers, so it does not serve and runs in the shadow until you have looked",
    "unchanged": "nothing new to learn, all stays as it was",
}


def show(desk: Desk, person: Person) -> None:
    versions = training.versions(desk, person)
    st.markdown("A new version serves only if it is not worse on the same incidents, none of which it had seen.")
    for outcome in st.session_state.pop("assistant_outcomes", ()):
        st.success(outcome_sentence(outcome))
    show_problems([version for version in versions if version.is_live and version.problem])
    shadows = training.shadows(desk, person)
    st.button("Train now", type="primary", on_click=_train, args=(desk, person))
    for target in Target:
        st.subheader(words(target))
        mine = [version for version in versions if version.target == target]
        live = next((version for version in mine if version.is_live), None)
        if live is None:
            st.info("No version serves yet: people label every incident. Press Train now, or wait for the clock.")
        else:
            show_live(live)
        _show_shadow(desk, person, next((row for row in shadows if row.target == target), None))
        for version in mine:
            _show_version(desk, person, version)
        if mine:
            st.caption("Of each of these: `firstline evaluate version NUMBER --json`: measured")


def outcome_sentence(outcome: Outcome) -> str:
    told = f"{words(outcome.target)}: {_RESULTS[outcome.result]}. Macro-F1 {outcome.macro_f1:.2f}."
    return f"{told} {as_text(outcome.note)}" if outcome.result in ("held", "not_better") else told


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
    _origin(version.id, "measured")


def _show_version(desk: Desk, person: Person, version: VersionRow) -> None:
    """One line of the list: when, by whom, from what, how good, and the way back to it."""
    zone = desk.settings.zone
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
            key, args = f"roll_back_{version.id}", (desk, person, version.id)
            st.button("Let it serve", key=key, on_click=_do, args=(training.roll_back, *args))
            if version.target in training.LEARNED:
                key = f"shadow_{version.id}"
                st.button("Try it unseen", key=key, on_click=_do, args=(training.put_in_shadow, *args))


def _show_shadow(desk: Desk, person: Person, row: ShadowRow | None) -> None:
    """How the version in the shadow does beside the one that serves, on incidents that came since."""
    if row is None:
        return
    duel, since = row.duel, f"{row.since_at.astimezone(desk.settings.zone):%d %b %Y}"
    with st.container(border=True, horizontal=True, vertical_alignment="center"):
        told = (
            f"**Version {row.version_id} runs in the shadow** since {since}: it answers new incidents, nobody sees it. "
        )
        told += f"It said the same as the one that serves in {row.agreed:,} of {row.seen:,}. "
        if duel.n:
            told += f"Of {duel.n:,} that a person judged since, it was right on {duel.second_right:,}, "
            told += f"the one that serves on {duel.first_right:,}."
        else:
            told += "None of them has been judged by a person yet."
        st.markdown(told)
        _origin(row.version_id, "shadow")
        key, args = f"end_shadow_{row.target}", (training.end_shadow, desk, person, row.target)
        st.button("End it", key=key, on_click=_do, args=args)


def _origin(version_id: int, part: str) -> None:
    """The command that gives the figures again, and where they stand in what it prints."""
    st.caption(f"`firstline evaluate version {version_id} --json`: {part}")


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


def _train(desk: Desk, person: Person) -> None:
    try:
        with st.spinner("Training in the background of this server. It takes about a minute."):
            st.session_state["assistant_outcomes"] = training.train_aside(desk, person)
    except FirstlineError as error:
        st.session_state["assistant_error"] = str(error)


def _do(verb: Callable[[Desk, Person, Any], None], desk: Desk, person: Person, subject: object) -> None:
    try:
        verb(desk, person, subject)
    except FirstlineError as error:
        st.session_state["assistant_error"] = str(error)
