"""Mine: what I reported or follow, the latest change first."""

import streamlit as st

from kb import incidents
from kb.labels import Role
from pages.ui import frame
from pages.ui.incidents import lines, page_number, turn_pages

desk, person = frame.enter(Role.USER)
st.title("Mine")
listed = incidents.mine(desk, person, page=page_number())
if not listed.found:
    st.info("You have reported nothing. Find an answer or report a problem.")
    with st.container(horizontal=True):
        st.page_link(frame.PAGES / "search.py", label="Find an answer", icon=":material/search:")
        st.page_link(frame.PAGES / "submit.py", label="Report a problem", icon=":material/edit_note:")
    st.stop()
lines(desk, listed.rows)
turn_pages(listed)
