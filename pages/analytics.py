"""Figures: counted from what is stored, for a chosen period, team and type."""

import streamlit as st

from kb import analytics, demo
from kb.errors import FirstlineError
from kb.labels import Role
from pages.ui import figures, period
from pages.ui.frame import enter

desk, person = enter(Role.LEAD)
head, corner = st.columns([5, 1], vertical_alignment="bottom")
head.title("Figures")
if not analytics.has_data(desk, person):
    st.info(
        "There is nothing to count yet: no incident, rating or search. Import the incidents you have with "
        "`firstline import incidents FILE.csv`, or load a year to look at with `firstline demo`."
    )
    st.stop()
if demo.is_loaded(desk):
    st.caption("The demo year is part of these figures. `firstline demo --remove` takes it away.")

try:
    scope = period.choose(desk, person)
    figures.show_headline(analytics.headline(desk, person, scope))
    tabs = st.tabs(list(analytics.GROUPS), key="tab", on_change="rerun", bind="query-params")
    for tab, (group, names) in zip(tabs, analytics.GROUPS.items(), strict=True):
        if not tab.open:
            continue
        with tab:
            if group == "Costs":
                figures.show_saved(analytics.saved(desk, person, scope))
            found = analytics.figures(desk, person, scope, names)
            figures.show_group(found, analytics.milestones(desk, person, scope))
            if group == "Satisfaction and feedback":
                figures.show_comments(desk, person, scope)
except FirstlineError as error:
    st.error(str(error))
    st.stop()

corner.download_button(
    "All as CSV",
    lambda: analytics.to_csv(analytics.figures(desk, person, scope, tuple(analytics.CATALOGUE))).encode(),
    f"figures_{scope.first}_{scope.last}.csv",
    "text/csv",
    key="csv_all",
    icon=":material/download:",
    on_click="ignore",
    width="stretch",
)
