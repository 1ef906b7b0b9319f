"""The demo year: a believable past to look at, marked and removable."""

from __future__ import annotations

import streamlit as st

from kb import demo
from kb.desk import Desk
from kb.errors import FirstlineError
from kb.person import Person
from pages.ui.running.saving import attempt


def show(desk: Desk, person: Person) -> None:
    st.write(
        "A made-up year of incidents, answers, ratings and searches, so that the figures have something to show. "
        "Every row is marked; nobody of it gets mail; it does not teach the assistant."
    )
    if demo.is_loaded(desk):
        st.info("The demo year is loaded.")
        with st.form("remove-demo"):
            is_meant = st.checkbox("Remove it, and what was said about it since", key="demo-meant")
            if st.form_submit_button("Remove the demo year") and is_meant:
                attempt(lambda: demo.remove(desk, person), "The demo year is gone.")
    elif st.button("Load the demo year", key="load-demo"):
        bar = st.progress(0.0, "Loading the demo year")
        try:
            loaded = demo.load(desk, person, step=lambda part: bar.progress(part, "Loading the demo year"))
        except FirstlineError as error:
            st.error(str(error))
        else:
            bar.empty()
            st.success(f"{loaded.incidents:,} incidents and {loaded.people} people are there. Have a look at Figures.")
