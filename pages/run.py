"""Run: what support looks after and promises, and the machine room."""

import streamlit as st

from kb.labels import Role
from pages.ui import frame
from pages.ui.running import catalogue, demonstration, machine, money, outages, promises, routing, saving, transfer

TABS = {
    "Services and types": catalogue.show,
    "Routing": routing.show,
    "SLA and hours": promises.show,
    "Costs and milestones": money.show,
    "Outages": outages.show,
    "Jobs and health": machine.show,
    "Import and export": transfer.show,
    "Demo data": demonstration.show,
}

desk, person = frame.enter(Role.ADMIN)
saving.show_said()
st.title("Run")
st.page_link(frame.PAGES / "people.py", label="People, roles and teams", icon=":material/group:")
for tab, show in zip(st.tabs(list(TABS), key="tab", bind="query-params"), TABS.values(), strict=True):
    if tab.open:
        with tab:
            show(desk, person)
