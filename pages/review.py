"""Review: what the assistant was not sure of, the most valuable first, decided with one key."""

from collections.abc import Callable

import streamlit as st

from kb import incidents, people, review, services
from kb.errors import FirstlineError
from kb.labels import Role
from pages.ui import reviewing
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
    st.query_params.pop("id", None)


def chosen(incident_id: int) -> dict[str, object]:
    """Severity and team as they stand in their fields."""
    severity, team_id = (st.session_state[f"review_{name}_{incident_id}"] for name in ("severity", "team"))
    return {"severity": severity, "team_id": team_id}


def accept(incident_id: int) -> None:
    judge(review.accept, incident_id, **chosen(incident_id))


def correct(incident_id: int, slug: str) -> None:
    judge(review.correct, incident_id, type=slug, **chosen(incident_id))


desk, person = enter(Role.LEAD)
queue = review.queue(desk, person, limit=12)
names = {kind.slug: kind.name for kind in services.types(desk)}
st.title("Review")
if "review_error" in st.session_state:
    st.error(st.session_state.pop("review_error"))
asked = st.query_params.get("id", "")
if not queue.count and not asked:
    st.info(f"Nothing waits for you. The assistant was sure {queue.sure_this_week} times this week.")
    st.page_link("assistant.py", label="How sure?")
    st.stop()
try:
    seen = review.details(desk, person, incidents.id_of(asked) if asked else queue.items[0].id)
except FirstlineError as error:
    st.error(str(error))
    st.stop()
if st.session_state.get("review_opened", (0,))[0] != seen.id:
    st.session_state["review_opened"] = (seen.id, desk.now())

waiting, shown = st.columns([1, 2.6], gap="large")
with waiting:
    st.caption(f"{queue.count} to look at, about {queue.minutes} min")
    reviewing.show_waiting(queue.items, seen.id, desk.now(), open_one)
    st.caption("Keys: 1 to 9 set the type, Enter accepts, U is not sure")
with shown:
    reviewing.show_text(seen, names.get(seen.shown_type, seen.shown_type))
    labels, rest = st.columns(2, gap="large")
    with labels:
        st.markdown("**Type**")
        reviewing.show_candidates(seen, names, correct)
    with rest:
        reviewing.choose_severity(seen)
        reviewing.choose_team(seen, people.teams(desk, person))
        reviewing.show_similar(seen, names)
    name = names.get(seen.shown_type, seen.shown_type)
    with st.container(horizontal=True):
        label = f"Accept {name}" if name else "Accept"
        key, args = f"review_accept_{seen.id}", (seen.id,)
        st.button(label, key=key, type="primary", shortcut="Enter", on_click=accept, args=args, disabled=not name)
        st.button(
            "Not sure", key=f"review_unsure_{seen.id}", shortcut="U", on_click=judge, args=(review.unsure, seen.id)
        )
