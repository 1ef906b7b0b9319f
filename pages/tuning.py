"""Search tuning: what people search, and all that leads can teach the search, measured before it goes live."""

import streamlit as st

from kb.errors import FirstlineError
from kb.labels import Role
from pages.ui import frame
from pages.ui.incidents import objection
from pages.ui.tuning import golden, insights, outcomes, pins, words

TABS = {
    "What people search": insights.show,
    "Words": words.show,
    "Golden set": golden.show,
    "Pins": pins.show,
    "Outcomes": outcomes.show,
}

desk, person = frame.enter(Role.LEAD)
st.title("Search tuning")
objection()
tabs = st.tabs(list(TABS), key="tab", on_change="rerun", bind="query-params")
for tab, show in zip(tabs, TABS.values(), strict=True):
    if tab.open:
        with tab:
            try:
                show(desk, person)
            except FirstlineError as error:
                st.error(str(error))
