"""Outages: announced, recorded, ended."""

from __future__ import annotations

from datetime import timedelta
from functools import partial

import streamlit as st

from kb import services
from kb.desk import Desk
from kb.labels import OutageKind, words
from kb.person import Person
from pages.ui import frame
from pages.ui.running.saving import as_instant, at_text, attempt

KINDS = {OutageKind.UNPLANNED: "It is down, or was", OutageKind.PLANNED: "It will be down, planned"}


def show(desk: Desk, person: Person) -> None:
    zone = desk.settings.zone
    for banner in services.banners(desk):
        if banner.is_present:
            with st.container(horizontal=True, vertical_alignment="center"):
                since = at_text(banner.started_at, zone)
                st.write(f"**{frame.as_text(banner.service)}** is down since {since}.")
                if st.button("It is over", key=f"over-{banner.outage_id}"):
                    attempt(partial(services.end_outage, desk, person, banner.outage_id), "The outage has ended.")
    _form(desk, person)
    rows = [
        {
            "Service": row.service,
            "Kind": words(row.kind),
            "From": at_text(row.started_at, zone),
            "To": at_text(row.ended_at, zone),
            "What people were told": row.message,
        }
        for row in services.outages(desk, person)
    ]
    if rows:
        st.dataframe(rows, hide_index=True, alt="Recorded outages, the latest first")
    else:
        st.info("No outage is recorded: availability counts as 100 %. Record one here when a service is down.")


def _form(desk: Desk, person: Person) -> None:
    zone, names = desk.settings.zone, {row.id: row.name for row in services.services(desk)}
    now = desk.now().astimezone(zone).replace(tzinfo=None, second=0, microsecond=0)
    with st.form("outage", clear_on_submit=True):
        left, right = st.columns(2)
        service = left.selectbox("Service", list(names), format_func=names.__getitem__, key="outage-service")
        kind = right.selectbox("What is it", list(KINDS), format_func=KINDS.__getitem__, key="outage-kind")
        begin = left.datetime_input("From", now, step=timedelta(minutes=5), key="outage-from")
        end = right.datetime_input("To (empty while it lasts)", None, step=timedelta(minutes=5), key="outage-to")
        message = st.text_input("What people are told", max_chars=500, key="outage-message")
        st.caption(f"Times are those of {desk.settings.timezone}. Present and coming outages stand on Find and Report.")
        if st.form_submit_button("Record the outage") and begin and service:
            times = {"started_at": as_instant(begin, zone), "ended_at": as_instant(end, zone) if end else None}
            attempt(
                lambda: services.record_outage(desk, person, service, kind=kind, message=message, **times),
                "The outage is recorded.",
            )
