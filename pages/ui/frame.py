"""The frame of every page: who is here, the navigation, the bell and the name."""

from __future__ import annotations

import re
import time
from functools import cache
from html import escape
from pathlib import Path
from threading import Lock
from typing import NoReturn
from urllib.parse import quote, urlencode, urlsplit

import streamlit as st
from streamlit.navigation.page import StreamlitPage

from kb import outbox, people
from kb.desk import Desk
from kb.doors import start
from kb.labels import Role
from kb.person import Person, guest
from kb.settings import DEFAULT_ADDRESS

PAGES = Path(__file__).parent.parent
ICON = str(PAGES / "static" / "favicon.png")
NO_DATABASE = "The database does not answer just now. Nothing is lost, and this page goes on by itself."
PAUSE_SECONDS = 0.5
turn = Lock()
"""Held by whoever draws much. One Python draws for all, and every element takes a lock of Streamlit's settings: threads
that draw at once spend half their time handing both over (measured with 1.67)."""
# file, name, address, least role, whether it stands in the navigation
SCREENS = (
    ("search.py", "Find", "", Role.GUEST, True),
    ("submit.py", "Report", "report", Role.GUEST, True),
    ("my_incidents.py", "Mine", "mine", Role.USER, True),
    ("work.py", "Work", "work", Role.AGENT, True),
    ("review.py", "Review", "review", Role.LEAD, True),
    ("write.py", "Write", "write", Role.AGENT, True),
    ("analytics.py", "Figures", "figures", Role.LEAD, True),
    ("assistant.py", "Assistant", "assistant", Role.LEAD, True),
    ("tuning.py", "Search tuning", "tuning", Role.LEAD, True),
    ("run.py", "Run", "run", Role.ADMIN, True),
    ("article.py", "Article", "article", Role.GUEST, False),
    ("incident.py", "Incident", "incident", Role.GUEST, False),
    ("notices.py", "Notices", "notices", Role.USER, False),
    ("account.py", "Account", "account", Role.USER, False),
    ("people.py", "People", "people", Role.ADMIN, False),
    ("welcome.py", "Welcome", "welcome", Role.ADMIN, False),
)
# The corner lies over Streamlit's header, left of its menu. On phones it keeps the icons, and words for screen readers.
# Streamlit 1.67 writes white on primary buttons, also on the light blue of our dark theme (2.1:1), and code and links
# in captions in faded colours (3:1).
STYLE = """<style>
.st-key-corner {position: fixed; top: 0; right: 3.25rem; height: 3.75rem; width: auto; z-index: 999991;
  flex-wrap: nowrap; align-items: center; gap: .25rem}
.st-key-corner a {color: inherit}
.st-key-corner p {white-space: nowrap; max-width: 11rem; overflow: hidden; text-overflow: ellipsis}
.stApp button[data-testid^="stBaseButton-primary"]:not(:disabled) {color: light-dark(#fff, #0f1420)}
[data-testid="stCaptionContainer"] :is(a, code) {color: inherit}
[data-testid="stCaptionContainer"] code {font-size: .8125rem}
[data-testid="stToolbar"] .rc-overflow {max-width: calc(100vw - 22rem)}
@media (max-width: 640px) {
  [data-testid="stTable"] table {table-layout: fixed !important; width: 100% !important; min-width: 0 !important}
  [data-testid="stTable"] :is(td, th, p) {overflow-wrap: anywhere !important; white-space: normal !important}
  .st-key-corner p {position: absolute; width: 1px; height: 1px; overflow: hidden; clip-path: inset(50%)}
}
</style>"""


def enter(role: Role = Role.GUEST) -> tuple[Desk, Person]:
    """Who is here; the first line of every page. Stops the page when the role doesn't suffice."""
    desk = start.the_desk()
    person = _who(desk)
    if not person.may(role):
        if person.id is None:
            _ask_to_sign_in("Sign in to open this page.")
        st.warning("This page isn't open to you. An administrator can change that.")
        st.stop()
    return desk, person


def wait_for_database() -> None:
    """Stand still while the database doesn't answer, say so, and go on by itself; first in every run of a script.

    What stood on the page stays there meanwhile, with what was typed into it; a click is carried out afterwards.
    """
    place, waited = st.empty(), False
    while not start.is_database_well(lately=PAUSE_SECONDS):
        waited = True
        place.warning(NO_DATABASE, icon=":material/cloud_off:")
        time.sleep(PAUSE_SECONDS)
    if waited:
        place.empty()


def watch_database() -> None:
    """In place of a page whose run the database left: the same words, and the page again as soon as it answers."""
    st.warning(NO_DATABASE, icon=":material/cloud_off:")
    st.session_state["watch_begins"] = True
    _watch()


@st.fragment(run_every=PAUSE_SECONDS)
def _watch() -> None:
    if not st.session_state.pop("watch_begins", False) and start.is_database_well():
        st.rerun()


def session_id() -> int:
    """The number of the sign-in session this page runs in; only where `enter` let a signed-in person pass."""
    return int(str(st.user["sid"]))


def pages(person: Person) -> dict[str, StreamlitPage]:
    """The pages this person may open, by file; an address of any other leads to Find."""
    return {
        file: st.Page(
            PAGES / file,
            title=title,
            url_path=address,
            default=not address,
            visibility="visible" if is_listed else "hidden",
        )
        for file, title, address, role, is_listed in SCREENS
        if person.may(role)
    }


@cache
def target(file: str) -> StreamlitPage:
    """Where a link to this screen leads; of a path Streamlit 1.67 asks the disk for every link: half a millisecond."""
    title, address = next((title, address) for name, title, address, *_ in SCREENS if name == file)
    return st.Page(PAGES / file, title=title, url_path=address)


def show_corner(desk: Desk, person: Person, screens: dict[str, StreamlitPage]) -> None:
    """The far right of the top line: the bell and the name, or the way to sign in."""
    st.html(STYLE)
    st.logo(ICON, size="small")
    with st.container(key="corner", horizontal=True):
        if person.id is None:
            st.html(f'<a href="{escape(_sign_in_address())}">Sign in</a>')
            return
        unread = outbox.unread(desk, person)
        bell = "notifications_active" if unread else "notifications"
        st.page_link(screens["notices.py"], label=f"{unread} new" if unread else "Notices", icon=f":material/{bell}:")
        st.page_link(screens["account.py"], label=as_text(person.name), icon=":material/account_circle:")


def keep_address() -> None:
    """Have the browser show the address of this run; first on a page that has links to itself.

    Streamlit 1.67 follows such a link (from article to article) without changing the address, and would answer the
    next click for the page before.
    """
    st.query_params.update({})


def address(desk: Desk, path: str) -> str:
    """A whole address to hand to somebody: FIRSTLINE_BASE_URL, or else what this browser asked for."""
    base = desk.settings.base_url
    if base == DEFAULT_ADDRESS and st.context.url:
        base = "{0.scheme}://{0.netloc}".format(urlsplit(st.context.url))
    return base + path


def as_text(words: str) -> str:
    """Words of a person for a place where Streamlit reads Markdown: every sign stays itself."""
    return re.sub(r"([\\`*_{}\[\]()#+\-.!|~$:<>&])", r"\\\1", words)


def _who(desk: Desk) -> Person:
    """The person the gate let in, asked of the database anew: a revoked session ends at the next rerun."""
    given = st.user.get("sid")
    if not given:
        return guest(str(st.user.get("visitor", "")))
    signed_in = people.resume(desk, int(str(given)))
    if signed_in is None or str(signed_in.person.id) != st.user.get("uid"):
        st.session_state.clear()
        _ask_to_sign_in("Your session has ended. What you saved is kept.")
    return signed_in.person


def _ask_to_sign_in(sentence: str) -> NoReturn:
    st.warning(sentence)
    st.html(f'<a href="{escape(_sign_in_address())}">Sign in</a>')
    st.stop()


def _sign_in_address() -> str:
    """/login, which leads back to the very page and question."""
    path = urlsplit(st.context.url or "/").path
    query = urlencode({name: st.query_params.get_all(name) for name in st.query_params}, doseq=True)
    return "/login?next=" + quote(f"{path}?{query}" if query else path, safe="")
