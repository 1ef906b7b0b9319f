"""Incident: where it stands, everything that happened, and what this person can do about it."""

import streamlit as st

from kb import incidents
from kb.errors import FirstlineError
from kb.incidents import Standing
from pages.ui import acting, following, frame, keys
from pages.ui.incidents import STYLE, badges, objection, said

desk, person = frame.enter()
key = st.query_params.get("key", "")
try:
    seen = incidents.get(desk, person, incidents.id_of(st.query_params.get("id", "")), key=key)
except FirstlineError as error:
    st.title("Incident")
    st.info(f"{error} A guest needs the whole link that came with the report.")
    st.page_link(frame.PAGES / "submit.py", label="Report a problem", icon=":material/edit_note:")
    st.stop()

st.html(STYLE)
objection()
st.title(frame.as_text(seen.title), anchor=False)
badges(seen.severity, seen.status, seen.type_name)
if seen.is_demo:
    st.caption("Part of the sample data")
is_staff = seen.standing is Standing.STAFF
main, side = st.columns([2.4, 1], gap="large") if is_staff else (st.container(), None)
with main:
    following.show_facts(desk, seen)
    if seen.body:
        said(seen.body)
    following.show_files(seen, key)
    if seen.is_stopped and seen.is_mine:
        following.ask_how_satisfied(desk, person, seen, key)
    following.show_timeline(desk, seen)
    following.ask_for_comment(desk, person, seen, key)
    keys.keep_writing()
    if seen.is_stopped and seen.standing is not Standing.WATCHER:
        following.ask_to_reopen(desk, person, seen, key)
if side is not None:
    with side:
        acting.show(desk, person, seen)
