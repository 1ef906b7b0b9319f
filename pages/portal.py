"""The main script: who is here, and the pages they may open."""

import streamlit as st

from kb.errors import NoDatabase
from pages.ui import frame

st.set_page_config(page_title="Firstline", page_icon=frame.ICON, layout="wide")
frame.wait_for_database()
desk, person = frame.enter()
screens = frame.pages(person)
page = st.navigation(list(screens.values()), position="top")
frame.show_corner(desk, person, screens)
try:
    page.run()
except NoDatabase:  # in the middle: what stood there stays until it is drawn anew
    frame.wait_for_database()
    st.rerun()
