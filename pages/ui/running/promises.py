"""SLA targets, business hours and holidays."""

from __future__ import annotations

from datetime import time

import streamlit as st

from kb import services
from kb.desk import Desk
from kb.labels import words
from kb.person import Person
from kb.services import Hours, TargetRow
from pages.ui.running.saving import attempt

DAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")


def show(desk: Desk, person: Person) -> None:
    st.subheader("What is promised")
    st.caption("Due times already given stay as they are.")
    for row in reversed(services.targets(desk, person)):
        _target_form(desk, person, row)
    st.subheader("Business hours and holidays")
    st.caption(f"In the time zone {desk.settings.timezone}. Targets that do not count every minute count these.")
    _hours_form(desk, person, services.hours(desk))


def _target_form(desk: Desk, person: Person, row: TargetRow) -> None:
    name = words(row.severity)
    with st.form(f"target-{row.severity}"):
        title, first, last, always, save = st.columns([2, 3, 3, 3, 2], vertical_alignment="bottom")
        title.markdown(f"**{name}**")
        minutes = first.number_input(
            "First answer, minutes", 1, None, row.response_minutes, key=f"response-{row.severity}"
        )
        hours = last.number_input(
            "Resolution, hours",
            0.25,
            None,
            row.resolution_minutes / 60,
            0.25,
            format="%g",
            key=f"resolution-{row.severity}",
        )
        is_always = always.checkbox("Every minute counts", row.is_around_the_clock, key=f"always-{row.severity}")
        if save.form_submit_button("Save", key=f"save-{row.severity}"):
            fields = {"resolution_minutes": round(hours * 60), "is_around_the_clock": is_always}
            attempt(
                lambda: services.save_target(desk, person, row.severity, response_minutes=int(minutes), **fields),
                f"{name}: the targets are saved.",
            )


def _hours_form(desk: Desk, person: Person, hours: Hours) -> None:
    with st.form("hours"):
        days = st.pills(
            "Days", range(7), format_func=DAYS.__getitem__, selection_mode="multi", default=hours.days, key="days"
        )
        left, right = st.columns(2)
        begin = left.time_input("From", time.fromisoformat(hours.begin), key="begin")
        end = right.time_input("To", time.fromisoformat(hours.end), key="end")
        country = left.text_input(
            "Holidays of (country code, such as DE; empty for none)", hours.country, key="country"
        )
        region = right.text_input("Region (such as BY; empty for all)", hours.region, key="region")
        if st.form_submit_button("Save the hours"):
            place = (country.strip().upper(), region.strip().upper())
            chosen = Hours(tuple(days), f"{begin:%H:%M}", f"{end:%H:%M}", *place)
            attempt(lambda: services.save_hours(desk, person, chosen), "The hours are saved.")
