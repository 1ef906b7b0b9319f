"""The reviewer's day: how much waits and fits, the way back from the last decision, how far reviewers agree."""

from __future__ import annotations

import streamlit as st

from kb import review
from kb.desk import Desk
from kb.errors import FirstlineError
from kb.labels import Role
from kb.person import Person
from kb.review import Queue
from pages.ui.frame import enter

MINUTES = "review_minutes"


def show_day(queue: Queue) -> None:
    """What waits, and what of it fits into the minutes this person gives a day."""
    today, waits = queue.today, f"{queue.count} to look at, about {queue.minutes} min"
    fits = min(today.fits, queue.count)
    st.caption(f"{waits}. Today {today.used:.0f} of {today.minutes} min used; the first {fits} fit.")
    with st.popover("Minutes a day", type="tertiary"):
        st.number_input(
            "Minutes I give to this a day", 1, 480, today.minutes, step=5, key=MINUTES, on_change=_set_minutes
        )


def is_over(queue: Queue) -> bool:
    """Whether the day's minutes are used and the person has not said to go on; shows a sentence then."""
    today = queue.today
    if not today.is_over or not queue.count or st.session_state.get("review_goes_on"):
        return False
    used = "Your minute of today is used." if today.minutes == 1 else f"Your {today.minutes} minutes of today are used."
    wait = "1 waits" if queue.count == 1 else f"{queue.count} wait"
    st.success(f"{used} What was worth most came first; {wait} till tomorrow, or for others.")
    st.button("Go on all the same", key="review_go_on", on_click=_go_on)
    return True


def offer_undo(desk: Desk, person: Person) -> None:
    number = review.last(desk, person)
    if number:
        st.button(f"Take back {number}", key="review_undo", shortcut="U", type="tertiary", on_click=_undo)


def show_agreement(desk: Desk, person: Person) -> None:
    """Kappa of type and severity with n; what it rests on while there is too little."""
    found = review.agreements(desk, person)
    told = [
        f"{name} kappa {one.kappa:.2f} ({one.low:.2f} to {one.high:.2f}, n = {one.n})"
        for name, one in (("type", found.type), ("severity", found.severity))
        if one is not None
    ]
    help = (
        "1 is always the same, 0 as if by chance. One of ten incidents is judged by two people, unseen by each other."
    )
    st.caption(f"Reviewers agree: {', '.join(told)}" if told else "Nothing judged by two people yet.", help=help)


def _set_minutes() -> None:
    desk, person = enter(Role.LEAD)
    try:
        review.set_budget(desk, person, st.session_state[MINUTES])
    except FirstlineError as error:
        st.session_state["review_error"] = str(error)


def _go_on() -> None:
    st.session_state["review_goes_on"] = True


def _undo() -> None:
    """Take back the last decision and show the incident again."""
    desk, person = enter(Role.LEAD)
    try:
        incident_id = review.undo(desk, person)
    except FirstlineError as error:
        st.session_state["review_error"] = str(error)
    else:
        st.query_params["id"] = f"INC-{incident_id}"
        st.toast(f"INC-{incident_id} is as it was before.")
