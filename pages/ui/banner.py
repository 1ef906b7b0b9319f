"""The banner of present and coming outages, and moments in words."""

from __future__ import annotations

from datetime import datetime
from zoneinfo import ZoneInfo

import streamlit as st

from kb import services
from kb.desk import Desk
from kb.incidents import outages
from kb.incidents.outages import Announced
from kb.labels import OutageKind
from kb.services import Banner
from pages.ui import frame

NEAR = {-1: "yesterday", 0: "today", 1: "tomorrow"}


def show_banners(desk: Desk) -> None:
    """Above everything else, what is down or will be, and until when."""
    for major in outages.announced(desk):
        st.error(major_sentence(major, desk.now(), desk.settings.zone), icon=":material/crisis_alert:")
    for banner in services.banners(desk):
        show = st.warning if banner.is_present else st.info
        show(sentence(banner, desk.now(), desk.settings.zone), icon=":material/campaign:")


def major_sentence(major: Announced, now: datetime, zone: ZoneInfo) -> str:
    """**Nobody gets into the VPN.** Since today at 09:10, 7 people so far. We work on it (INC-12)."""
    people = "1 person" if major.affected == 1 else f"{major.affected} people"
    since = in_words(major.since, now, zone)
    told = f"Since {since}, {people} so far. Support works on it ({major.number}): no need to report it again."
    return f"**{frame.as_text(major.message)}** {frame.as_text(told)}"


def sentence(banner: Banner, now: datetime, zone: ZoneInfo) -> str:
    """**Mail** is down since 09:10. The disks are full."""
    begin = in_words(banner.started_at, now, zone)
    until = f" until {in_words(banner.ended_at, now, zone)}" if banner.ended_at else ""
    if banner.is_present:
        planned = " as planned" if banner.kind is OutageKind.PLANNED else ""
        what = f"is down{planned} since {begin}{f', expected back {until[7:]}' if until else ''}"
    else:
        what = f"will be down from {begin}{until}"
    message = f" {frame.as_text(banner.message)}" if banner.message else ""
    return f"**{frame.as_text(banner.service)}** {what}.{message}"


def in_words(at: datetime, now: datetime, zone: ZoneInfo) -> str:
    """today at 14:05, tomorrow at 08:00, Tue 4 Mar at 14:05."""
    local = at.astimezone(zone)
    day = NEAR.get((local.date() - now.astimezone(zone).date()).days) or f"{local:%a} {local.day} {local:%b}"
    return f"{day} at {local:%H:%M}"
