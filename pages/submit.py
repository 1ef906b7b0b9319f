"""Report: what is wrong, in a minute; articles and incidents like it stand beside the form."""

import streamlit as st

from kb import incidents
from pages.ui import banner, cards, frame, keys, reporting

desk, person = frame.enter()
st.html(cards.STYLE)
if reporting.show_ended(desk, person):
    st.stop()
key = reporting.report_key(person)
done = incidents.submitted(desk, person, key)
if done is not None:
    reporting.show_done(desk, person, done)
    st.stop()
banner.show_banners(desk)
st.title("Report a problem")
reporting.show_form(desk, person, key)
keys.keep_writing()
