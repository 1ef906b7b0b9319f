"""The first administrator's three steps: who you are (done), who helps with what, what there is to find."""

import tempfile
from pathlib import Path

import streamlit as st

from kb import people, services
from kb.errors import FirstlineError
from kb.importing.articles import import_articles
from kb.labels import Role
from pages.ui import frame, people_forms

desk, person = frame.enter(Role.ADMIN)
st.title("Welcome to Firstline")
st.header("1. You")
st.write(f"Your name and password are set, {frame.as_text(person.name)}. You are the administrator.")

st.header("2. Teams and services")
st.write("These are suggestions. Name the teams as you call them; change more later under Run.")
for team in people.teams(desk, person):
    people_forms.change_team(desk, person, team)
st.caption("Services people can report about: " + frame.as_text(", ".join(row.name for row in services.services(desk))))

st.header("3. Knowledge")
st.write("You begin with our sample articles. Bring your own as a ZIP of Markdown files; they come beside them.")
with st.form("import"):
    uploaded = st.file_uploader("ZIP of Markdown files", type="zip", key="zip")
    is_wanted = st.form_submit_button("Import")
if is_wanted and uploaded:
    with tempfile.TemporaryDirectory() as folder, st.spinner("Reading your articles"):
        path = Path(folder) / Path(uploaded.name).name
        path.write_bytes(uploaded.getbuffer())
        try:
            done = import_articles(desk, person, path)
        except FirstlineError as error:
            st.error(str(error))
        else:
            st.success(f"{done.created} articles are in, {len(done.refused)} files were refused.")
st.page_link(frame.PAGES / "search.py", label="Done: find something", icon=":material/arrow_forward:")
