"""A change of words on its way through the gate: what it does, whether it is held back, what was changed before."""

from __future__ import annotations

from collections.abc import Callable

import streamlit as st

from kb.desk import Desk
from kb.errors import FirstlineError, HeldBack
from kb.person import Person
from kb.search import gate
from kb.search.gate import Comparison, Past, Shift
from kb.search.trial import Figures
from kb.search.wording import Change, Kind
from pages.ui import cards
from pages.ui.frame import as_text

HELD, TRIED, SAID = "tuning-held", "tuning-tried", "tuning-said"
MOST_SHIFTS = 10


def said_of(change: Change) -> str:
    """A change in words."""
    if change.kind is Kind.ADD and change.is_both_ways:
        return f"“{change.typed}” and “{change.meant}” find each other"
    return {
        Kind.ADD: f"“{change.typed}” also finds “{change.meant}”",
        Kind.DROP: f"“{change.typed}” does not find “{change.meant}” any more",
        Kind.IGNORE: f"“{change.typed}” is left out",
        Kind.COUNT: f"“{change.typed}” counts",
        Kind.SILENCE: f"“{change.typed}” is switched off",
        Kind.USE: f"“{change.typed}” is switched on",
    }[change.kind]


def attempt(change: Change, action: Callable[[], Comparison]) -> None:
    """From a callback or form: make the change, or keep it to be decided on when it is held back."""
    for key in (HELD, TRIED):
        st.session_state.pop(key, None)
    try:
        comparison = action()
    except HeldBack:
        st.session_state[HELD] = change
    except FirstlineError as error:
        st.session_state["objection"] = str(error)
    else:
        st.session_state[SAID] = f"{said_of(change)}. {in_short(comparison)}"


def make(desk: Desk, person: Person, change: Change) -> None:
    attempt(change, lambda: gate.apply(desk, person, change))


def take_back(desk: Desk, person: Person, past: Past) -> None:
    attempt(past.change.undone(), lambda: gate.undo(desk, person, past.id))


def show_decision(desk: Desk, person: Person) -> None:
    """What was done, what was tried, or what is held back and waits for a word."""
    if SAID in st.session_state:
        st.success(as_text(st.session_state.pop(SAID)), icon=":material/check:")
    change = st.session_state.get(HELD) or st.session_state.get(TRIED)
    if change is None:
        return
    try:
        comparison = gate.compare(desk, person, change)
    except FirstlineError as error:
        forget()
        st.error(as_text(str(error)))
        return
    with st.container(border=True, key="tuning-decision"):
        if HELD in st.session_state:
            st.error(f"Held back: {as_text(comparison.sentence())}", icon=":material/front_hand:")
        st.markdown(f"**{as_text(said_of(change))}**: {as_text(in_short(comparison))}")
        show_comparison(comparison)
        _ask(desk, person, change)


def forget() -> None:
    for key in (HELD, TRIED):
        st.session_state.pop(key, None)


def in_short(comparison: Comparison) -> str:
    if not comparison.queries:
        return "No query is judged yet, so nothing was measured."
    moved = f"{len(comparison.gained):,} of {comparison.queries:,} judged queries gain, {len(comparison.lost):,} lose"
    return f"{moved}; nDCG@10 {_arrow(comparison.before, comparison.after)}."


def show_comparison(comparison: Comparison) -> None:
    before, after = comparison.before, comparison.after
    if not comparison.queries:
        return
    columns = st.columns(3)
    for column, (label, old, new, tone) in zip(
        columns,
        (
            ("nDCG@10", before.ndcg, after.ndcg, "normal"),
            ("MRR@10", before.mrr, after.mrr, "normal"),
            ("No result", before.zero_share, after.zero_share, "inverse"),
        ),
        strict=True,
    ):
        value, change = (new or 0), (new or 0) - (old or 0)
        text, delta = (f"{value:.1%}", f"{change:+.1%}") if label == "No result" else (f"{value:.3f}", f"{change:+.4f}")
        column.metric(
            label, text, delta if abs(change) > 1e-9 else None, delta_color=tone, border=True, height="stretch"
        )
    left, right = st.columns(2)
    with left:
        _show_shifts("Worse off", comparison.lost)
    with right:
        _show_shifts("Better off", comparison.gained)


def show_history(desk: Desk, person: Person) -> None:
    """What was changed, each with the way back."""
    rows = gate.history(desk, person)
    if not rows:
        st.caption("Nothing has been changed yet.")
    for row in rows:
        with st.container(horizontal=True, vertical_alignment="center", border=True):
            about = as_text(_about(desk, row))
            st.markdown(f"**{as_text(said_of(row.change))}**  \n{about}", width="stretch")
            if row.is_undone:
                st.caption("Taken back", width="content")
            elif not row.is_undoing:
                arguments = (desk, person, row)
                st.button("Undo", key=f"undo-{row.id}", type="tertiary", on_click=take_back, args=arguments)


def _ask(desk: Desk, person: Person, change: Change) -> None:
    """Go ahead or leave it; with a reason where search gets worse."""
    is_held = HELD in st.session_state
    with st.form("tuning-decide", border=False):
        reason = st.text_input("Why all the same (kept with the change)", key="tuning-reason") if is_held else ""
        with st.container(horizontal=True):
            goes = st.form_submit_button("Go ahead all the same" if is_held else "Make it so")
            stays = st.form_submit_button("Leave it", type="tertiary")
    if goes:
        attempt(change, lambda: gate.apply(desk, person, change, anyway=is_held, reason=reason))
        st.rerun()
    if stays:
        forget()
        st.rerun()


def _show_shifts(title: str, shifts: tuple[Shift, ...]) -> None:
    if not shifts:
        st.caption(f"{title}: none")
        return
    more = f", the first {MOST_SHIFTS} of {len(shifts)}" if len(shifts) > MOST_SHIFTS else ""
    st.caption(f"{title}{more}")
    shown = shifts[:MOST_SHIFTS]
    columns = {
        "Query": [as_text(one.text) for one in shown],
        "Asked": [f"{one.asked:,}" for one in shown],
        "nDCG@10": [f"{one.before:.2f} → {one.after:.2f}" for one in shown],
    }
    st.table(columns, hide_index=True, border="horizontal", alt=title)


def _about(desk: Desk, row: Past) -> str:
    figures = f"nDCG@10 {_arrow(row.before, row.after)} (n = {row.queries:,})" if row.queries else "not measured"
    forced = "made though search got worse" if row.is_forced else ""
    undoing = "taken back" if row.is_undoing else ""
    parts = (row.by, cards.age(row.at, desk.now()), figures, undoing, forced, row.reason)
    return " · ".join(filter(None, parts))


def _arrow(before: Figures, after: Figures) -> str:
    old, new = f"{before.ndcg or 0:.3f}", f"{after.ndcg or 0:.3f}"
    return f"stays {new}" if before.ndcg == after.ndcg else f"{old} → {new}"
