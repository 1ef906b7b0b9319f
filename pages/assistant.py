"""The assistant: how far it can be trusted here, what would help it, whether the reports change, and its versions."""

import streamlit as st

from kb.errors import FirstlineError
from kb.labels import Role
from pages.ui import frame
from pages.ui.assistant import change, labels, trust, versions

TABS = {"Trust": trust.show, "Labels": labels.show, "Change": change.show, "Versions": versions.show}

desk, person = frame.enter(Role.LEAD)
st.title("Assistant")
st.markdown(
    "It reads each report and says its type and severity. Where it is not sure, a person looks. It learns from "
    "the starter set and from labels that people confirmed under Review."
)
if "assistant_error" in st.session_state:
    st.error(frame.as_text(st.session_state.pop("assistant_error")))
tabs = st.tabs(list(TABS), key="view", on_change="rerun", bind="query-params")
for tab, show in zip(tabs, TABS.values(), strict=True):
    if tab.open:
        with tab:
            try:
                show(desk, person)
            except FirstlineError as error:
                st.error(frame.as_text(str(error)))
