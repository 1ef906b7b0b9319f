"""Whether what is reported changes, so that the assistant may no longer know it."""

from __future__ import annotations

import streamlit as st

from kb import assessing
from kb.assessing import Alarm, Drift
from kb.assessing.drift import sentence
from kb.desk import Desk
from kb.errors import FirstlineError
from kb.person import Person
from pages.ui.frame import as_text

MOST_CHANGES = 5
FOUND = "assistant-drift"
TITLES = {"words": "Words", "types": "Types, as the assistant reads them", "agreement": "Reviews"}
NAMES = {"agreement": "The assistant's type was right"}


def show(desk: Desk, person: Person) -> None:
    st.markdown(
        "The last 30 days against the 180 before. Once a week the clock compares; leads get a notice when something "
        "changes beyond chance (less than once in a thousand checks) and by at least 5 of 100."
    )
    st.button("Compare now", on_click=_compare, args=(desk, person))
    found: Drift | None = st.session_state.get(FOUND) or assessing.latest_drift(desk, person)
    if found is None:
        st.info("Nothing was compared yet. It takes 50 incidents in each of the two periods, or 20 reviews.")
        return
    if found.is_demo:
        st.warning("These are incidents of the demo year.")
    if not found.checks:
        st.info("There are too few incidents to compare: 50 in each of the two periods, or 20 reviews.")
    for alarm in found.checks:
        _show(alarm)
    st.caption(f"`firstline drift --until {found.at:%Y-%m-%dT%H:%M:%S} --json`")


def _show(alarm: Alarm) -> None:
    tell = st.warning if alarm.is_raised else st.success
    tell(as_text(sentence(alarm)), icon=":material/trending_up:" if alarm.is_raised else ":material/check:")
    chance = "1 or fewer" if alarm.p <= 0.001 else f"{alarm.p * 1000:.0f}"
    rows = [
        {TITLES[alarm.kind]: NAMES.get(one.name, as_text(one.name)), "Before": _of(one.before), "Now": _of(one.now)}
        for one in alarm.changes[:MOST_CHANGES]
    ]
    with st.expander("Numbers", expanded=alarm.is_raised):
        st.table(rows, hide_index=True, border="horizontal", alt=f"{TITLES[alarm.kind]}: before and now")
    st.caption(f"n = {alarm.n_before:,} and {alarm.n_now:,}; chance alone brings as much in {chance} of 1,000 cases.")


def _of(share: float) -> str:
    return f"{100 * share:.0f} of 100"


def _compare(desk: Desk, person: Person) -> None:
    try:
        with st.spinner("Comparing"):
            st.session_state[FOUND] = assessing.check_drift(desk, person)
    except FirstlineError as error:
        st.session_state["assistant_error"] = str(error)
