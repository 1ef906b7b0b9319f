"""Bursts of like reports on the review page: announce a major incident, add to one, or say that it is none."""

from __future__ import annotations

from collections.abc import Callable

import streamlit as st

from kb import services
from kb.desk import Desk
from kb.errors import FirstlineError
from kb.incidents import outages
from kb.incidents.outages import BurstView
from kb.labels import Role
from kb.person import Person
from pages.ui.frame import as_text, enter

MOST_MESSAGE = 300


def show_bursts(desk: Desk, person: Person) -> None:
    """Above everything else on the page: these wait for nobody's turn."""
    for burst in outages.waiting(desk, person):
        with st.container(border=True, key=f"burst_{burst.id}"):
            if burst.parent:
                _newcomers(burst)
            else:
                _candidate(desk, burst)


def _candidate(desk: Desk, burst: BurstView) -> None:
    st.markdown(f"**Perhaps a major incident: {burst.people} people report the same.** {_by_chance(burst)}")
    known = {service.id: service.name for service in services.services(desk)}
    with st.form(f"burst_form_{burst.id}", border=False):
        for report in burst.reports:
            st.checkbox(f"{report.number}: {as_text(report.title)}", value=True, key=_key(burst, f"in_{report.id}"))
        st.text_input(
            "What everybody should know, on top of Find and Report",
            burst.reports[0].title,
            max_chars=MOST_MESSAGE,
            key=_key(burst, "message"),
        )
        st.selectbox(
            "Service that is down",
            list(known),
            index=list(known).index(burst.service_id) if burst.service_id in known else None,
            format_func=lambda one: known.get(one, ""),
            placeholder="None, or not known yet",
            key=_key(burst, "service"),
        )
        with st.container(horizontal=True):
            st.form_submit_button(
                "Announce", key=_key(burst, "announce"), type="primary", on_click=_announce, args=(burst,)
            )
            st.form_submit_button("Not one", key=_key(burst, "dismiss"), on_click=_dismiss, args=(burst,))


def _newcomers(burst: BurstView) -> None:
    more = "One more person reports" if len(burst.reports) == 1 else f"{len(burst.reports)} more report"
    st.markdown(f"**{more} what looks like {burst.parent}.**")
    for report in burst.reports:
        st.markdown(f"{report.number}: {as_text(report.title)}")
    st.button(f"Add to {burst.parent}", key=_key(burst, "add"), on_click=_add, args=(burst,))


def _by_chance(burst: BurstView) -> str:
    """The false-alarm rate in words; it is an upper bound from simulated months of unrelated reports."""
    rate = burst.chance_a_month
    often = f"up to {rate:.0f} times a month" if rate >= 1 else f"at most once in {int(1 / max(rate, 0.01))} months"
    if burst.is_joined:
        return f"Chance alone brings as many reports together {often}. That is for reports alone, not for “Me too”."
    return f"Chance alone brings as many together {often}."


def _announce(burst: BurstView) -> None:
    said = st.session_state
    alone = [report.id for report in burst.reports if not said[_key(burst, f"in_{report.id}")]]
    message, service_id = said[_key(burst, "message")], said[_key(burst, "service")]

    def announce(desk: Desk, person: Person) -> str:
        number = outages.announce(desk, person, burst.id, message=message, service_id=service_id, but=alone)
        return f"{number} is announced; what resolves it resolves all."

    _do(announce)


def _add(burst: BurstView) -> None:
    def add(desk: Desk, person: Person) -> str:
        return f"Added to {outages.announce(desk, person, burst.id)}."

    _do(add)


def _dismiss(burst: BurstView) -> None:
    def dismiss(desk: Desk, person: Person) -> str:
        outages.dismiss(desk, person, burst.id)
        return "Noted: no major incident."

    _do(dismiss)


def _do(verb: Callable[[Desk, Person], str]) -> None:
    desk, person = enter(Role.LEAD)  # who clicks may have lost the role since the page was drawn
    try:
        st.toast(verb(desk, person))
    except FirstlineError as error:
        st.session_state["review_error"] = str(error)


def _key(burst: BurstView, name: str) -> str:
    return f"burst_{burst.id}_{name}"
