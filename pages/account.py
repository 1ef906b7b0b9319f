"""Account: who I am here, my password, where I am signed in, my API tokens, signing out."""

from collections.abc import Callable
from html import escape

import streamlit as st

from kb import people
from kb.desk import Desk
from kb.doors.session import sign_out_token
from kb.errors import FirstlineError
from kb.labels import Role, words
from kb.person import Person
from pages.ui import away, frame
from pages.ui.incidents import moment

SIGN_OUT = """<style>.account a, .account button {{display: inline-block; font: inherit; color: inherit;
  background: none; border: 1px solid currentcolor; border-radius: .5rem; padding: .4rem .9rem; margin: 0 .5rem .5rem 0;
  text-decoration: none; cursor: pointer}} .account form {{display: inline}}</style>
<div class="account"><a href="/account/password">Change your password</a>
<form method="post" action="/account/signout"><input type="hidden" name="token" value="{token}">
<button type="submit">Sign out</button></form></div>"""

desk, person = frame.enter(Role.USER)


TOKEN_DAYS = {30: "30 days", 90: "90 days", 365: "a year"}


def end(verb: Callable[[Desk, Person, int], None], what: int) -> None:
    try:
        verb(desk, person, what)
    except FirstlineError as error:
        st.error(str(error))


st.title(frame.as_text(person.name))
st.text(f"{person.email} · {words(person.role)}")
st.html(SIGN_OUT.format(token=escape(sign_out_token(desk, frame.session_id()))))
if person.may(Role.ADMIN):
    st.page_link(frame.PAGES / "people.py", label="People and teams", icon=":material/group:")

st.header("Where you are signed in")
for one in people.sessions(desk, person):
    left, right = st.columns([6, 1], vertical_alignment="center")
    is_here = one.id == frame.session_id()
    seen = "here" if is_here else f"last seen {moment(desk, one.seen_at)}"
    left.write(f"Since **{moment(desk, one.created_at)}**, {seen}; ends {moment(desk, one.expires_at)} at the latest")
    if not is_here:
        right.button("End", key=f"end-{one.id}", on_click=end, args=(people.end_session, one.id))

st.header("API tokens")
st.write("With a token a program can search and report as you. Treat it like a password.")
with st.form("new-token", clear_on_submit=True):
    name = st.text_input("What is it for?", key="token-name", max_chars=80, placeholder="Dashboard in the lobby")
    days = st.selectbox("How long is it good for?", list(TOKEN_DAYS), index=1, format_func=TOKEN_DAYS.get)
    is_wanted = st.form_submit_button("Make a token")
if is_wanted:
    try:
        secret = people.create_token(desk, person, name, days=days)
    except FirstlineError as error:
        st.error(str(error))
    else:
        st.success("Copy it now: it is shown this once.")
        st.code(secret, language=None)
mine = people.tokens(desk, person)
if not mine:
    st.caption("You have no tokens.")
for token in mine:
    left, middle, right = st.columns([3, 3, 1], vertical_alignment="center")
    left.write(f"**{frame.as_text(token.name)}**")
    used = f"last used {token.used_at:%d %b %Y}" if token.used_at else "never used"
    ends = "ended" if token.expires_at <= desk.now() else "ends"
    middle.caption(f"Made {token.created_at:%d %b %Y}, {used}, {ends} {token.expires_at:%d %b %Y}")
    right.button("Revoke", key=f"revoke-{token.id}", on_click=end, args=(people.revoke_token, token.id))

if person.may(Role.AGENT):
    st.header("Away")
    away.ask(desk, person, person.id or 0)
