"""Review: what the assistant was not sure of, the most valuable first, decided with one key."""

from collections.abc import Callable

import streamlit as st

from kb import incidents, people, review, services
from kb.errors import FirstlineError
from kb.labels import Role
from pages.ui import major, reviewday, reviewing
from pages.ui.frame import enter


def open_one(number: str) -> None:
    st.query_params["id"] = number


def judge(verb: Callable[..., None], incident_id: int, **labels: object) -> None:
    """Send the decision with the seconds it took; without an id in the address the next one opens."""
    desk, person = enter(Role.LEAD)  # who clicks may have lost the role since the page was drawn
    opened_at = st.session_state.pop("review_opened", (incident_id, desk.now()))[1]
    try:
        verb(desk, person, incident_id, seconds=(desk.now() - opened_at).total_seconds(), **labels)
    except FirstlineError as error:
        st.session_state["review_error"] = str(error)
    else:
        st.toast(f"INC-{incident_id} is noted.")
    st.query_params.pop("id", None)


def accept(incident_id: int) -> None:
    judge(review.accept, incident_id, **reviewing.chosen(incident_id))


def correct(incident_id: int, slug: str) -> None:
    judge(review.correct, incident_id, type=slug, **reviewing.chosen(incident_id))


desk, person = enter(Role.LEAD)
queue = review.queue(desk, person, limit=12)
names = {kind.slug: kind.name for kind in services.types(desk)}
st.title("Review")
if "review_error" in st.session_state:
    st.error(st.session_state.pop("review_error"))
major.show_bursts(desk, person)
asked = st.query_params.get("id", "")
if not asked and (not queue.count or reviewday.is_over(queue)):
    if not queue.count:
        st.info(f"Nothing waits for you. The assistant was sure {queue.sure_this_week} times this week.")
        st.page_link("assistant.py", label="How sure?")
    reviewday.offer_undo(desk, person)
    st.stop()
try:
    incident_id = incidents.id_of(asked) if asked else queue.items[0].id
    seen = review.details(desk, person, incident_id, why=reviewing.asked_why(incident_id))
except FirstlineError as error:
    st.error(str(error))
    st.stop()
if st.session_state.get("review_opened", (0,))[0] != seen.id:
    st.session_state["review_opened"] = (seen.id, desk.now())

name = names.get(seen.shown_type, seen.shown_type)
with st.container(key="review"):
    waiting, shown = st.columns([1, 2.6], gap="large")
with waiting, st.container(key="review_list", gap="small"):
    reviewday.show_day(queue)
    reviewing.show_waiting(queue.items, seen.id, desk.now(), open_one)
    reviewday.show_agreement(desk, person)
with shown:
    reviewing.show_text(seen, names)
    reviewing.show_reasons(seen, names)
    with st.container(horizontal=True):
        label, key, args = f"Accept {name}".strip(), f"review_accept_{seen.id}", (seen.id,)
        # Not Enter: Streamlit's shortcut would take it from every focused button and link (seen with 1.67).
        st.button(label, key=key, type="primary", shortcut="A", on_click=accept, args=args, disabled=not name)
        key, args = f"review_unsure_{seen.id}", (review.unsure, seen.id)
        st.button("Not sure", key=key, shortcut="N", on_click=judge, args=args)
        reviewday.offer_undo(desk, person)
    labels, rest = st.columns(2, gap="large")
    with labels:
        reviewing.show_candidates(seen, names, correct)
    with rest:
        reviewing.choose_severity(seen)
        reviewing.choose_team(seen, people.teams(desk, person))
        reviewing.show_others(seen)
        reviewing.show_similar(seen, names)
