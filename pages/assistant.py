"""The assistant: its versions with their scores, what they were trained on, train now, roll back."""

import streamlit as st

from kb import training
from kb.errors import FirstlineError
from kb.labels import Role, Target, words
from pages.ui import assistants
from pages.ui.frame import enter


def train() -> None:
    desk, person = enter(Role.LEAD)
    try:
        with st.spinner("Training in the background of this server. It takes about a minute."):
            st.session_state["assistant_outcomes"] = training.train_aside(desk, person)
    except FirstlineError as error:
        st.session_state["assistant_error"] = str(error)


def roll_back(version_id: int) -> None:
    desk, person = enter(Role.LEAD)
    try:
        training.roll_back(desk, person, version_id)
    except FirstlineError as error:
        st.session_state["assistant_error"] = str(error)


desk, person = enter(Role.LEAD)
versions = training.versions(desk, person)
st.title("Assistant")
st.markdown(
    "It reads each report and says its type and severity. Where it is not sure, a person looks. It learns from "
    "the starter set and from labels that people confirmed under Review, and a new version serves only if it is "
    "not worse on the same incidents, none of which it had seen."
)
if "assistant_error" in st.session_state:
    st.error(st.session_state.pop("assistant_error"))
for outcome in st.session_state.pop("assistant_outcomes", ()):
    st.success(assistants.outcome_sentence(outcome))
assistants.show_problems([version for version in versions if version.is_live and version.problem])
st.button("Train now", type="primary", on_click=train)

for tab, target in zip(st.tabs([words(target) for target in Target]), Target, strict=True):
    with tab:
        mine = [version for version in versions if version.target == target]
        live = next((version for version in mine if version.is_live), None)
        if live is None:
            st.info("No version serves yet: people label every incident. Press Train now, or wait for the clock.")
        else:
            assistants.show_live(live)
        for version in mine:
            assistants.show_version(version, desk.settings.zone, roll_back)
