"""The frame of every page: who is here, the navigation, the bell and the name."""

from __future__ import annotations

from pathlib import Path

import streamlit as st
from streamlit.navigation.page import StreamlitPage

from kb import people
from kb.desk import Desk
from kb.doors import start
from kb.labels import Role
from kb.person import Person, guest

PAGES = Path(__file__).parent.parent
ICON = str(PAGES / "static" / "favicon.png")
# file, name, address, least role, stands in the navigation
SCREENS = (
    ("search.py", "Find", "", Role.GUEST, True),
    ("submit.py", "Report", "report", Role.GUEST, True),
    ("my_incidents.py", "Mine", "mine", Role.USER, True),
    ("work.py", "Work", "work", Role.AGENT, True),
    ("review.py", "Review", "review", Role.LEAD, True),
    ("write.py", "Write", "write", Role.AGENT, True),
    ("analytics.py", "Figures", "figures", Role.LEAD, True),
    ("assistant.py", "Assistant", "assistant", Role.LEAD, True),
    ("run.py", "Run", "run", Role.ADMIN, True),
    ("people.py", "People", "people", Role.ADMIN, False),
    ("welcome.py", "Welcome", "welcome", Role.ADMIN, False),
    ("article.py", "Article", "article", Role.GUEST, False),
    ("incident.py", "Incident", "incident", Role.GUEST, False),
    ("notices.py", "Notices", "notices", Role.USER, False),
    ("account.py", "Account", "account", Role.USER, False),
)


def enter(role: Role = Role.GUEST) -> tuple[Desk, Person]:
    """Who is here; the first line of every page. Stops the page when the role doesn't suffice."""
    desk = start.the_desk()
    person = _who(desk)
    if not person.may(role):
        st.warning("This page isn't open to you." if person.may(Role.USER) else "Sign in to open this page.")
        st.html(f'<a href="{_sign_in_address()}">Sign in</a>' if not person.may(Role.USER) else "")
        st.stop()
    return desk, person


def pages(person: Person) -> list[StreamlitPage]:
    """The pages this person may open; an address of any other leads to Find."""
    found = [
        st.Page(
            PAGES / file,
            title=title,
            url_path=address,
            default=not address,
            visibility="visible" if is_listed else "hidden",
        )
        for file, title, address, role, is_listed in SCREENS
        if person.may(role) and (PAGES / file).exists()
    ]
    return found or [st.Page(lambda: st.title("Find"), title="Find", url_path="find")]


def show_corner(desk: Desk, person: Person, page: StreamlitPage) -> None:
    """The far right of the top line: bell and name, or the way to sign in."""


def _who(desk: Desk) -> Person:
    """The person the gate let in, asked of the database anew: a revoked session ends at the next rerun."""
    session_id = st.user.get("sid")
    if not session_id:
        return guest(str(st.user.get("visitor", "")))
    signed_in = people.resume(desk, int(str(session_id)))
    if signed_in is None or str(signed_in.person.id) != st.user.get("uid"):
        st.session_state.clear()
        st.warning("Your session has ended.")
        st.html(f'<a href="{_sign_in_address()}">Sign in again</a>')
        st.stop()
    return signed_in.person


def _sign_in_address() -> str:
    return "/login"
