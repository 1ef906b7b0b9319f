"""Work: the agents' list, narrowed by filters that stand in the address and can be saved."""

import streamlit as st

from kb import incidents, services
from kb.incidents import Filters
from kb.labels import Role
from pages.ui import filters as controls
from pages.ui import frame
from pages.ui.incidents import objection, page_number, table, turn_pages

desk, person = frame.enter(Role.AGENT)
types = services.type_names(desk)
known = controls.choices(desk, person, types)
st.title("Work")
objection()
filters = controls.ask(known)
listed = incidents.worklist(desk, person, filters, page=page_number())
st.query_params.from_dict(filters.as_words())
with st.container(horizontal=True, horizontal_alignment="distribute", vertical_alignment="center"):
    st.caption(f"{listed.found:,} incidents, the worst first. Choose a line to open it.")
    controls.show_views(desk, person, known, filters)
if not listed.found:
    st.info("Nothing here. Widen the filters, or enjoy the quiet." if filters != Filters() else "No open incidents.")
else:
    table(desk, listed.rows, types, key=f"work-{hash(filters)}-{listed.page}")
turn_pages(listed)
