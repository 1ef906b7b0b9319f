"""What a form's button does, and how a page of many forms says that it was done."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import streamlit as st

from kb.errors import FirstlineError, Refused

SAID = "run-said"


def attempt(action: Callable[[], object], done: str) -> None:
    """Do it and draw the page anew, or say here why not."""
    try:
        action()
    except FirstlineError as error:
        show_trouble(error)
    else:
        st.session_state[SAID] = done
        st.rerun()


def show_trouble(error: FirstlineError) -> None:
    st.error(str(error))
    if isinstance(error, Refused) and error.problems:
        st.code("\n".join(error.problems[:50]), language=None, wrap_lines=True)


def show_said() -> None:
    """The sentence of the form that was saved last, once."""
    if said := st.session_state.pop(SAID, ""):
        st.toast(said, icon=":material/check:")


def at_text(at: datetime | None, zone: ZoneInfo) -> str:
    return f"{at.astimezone(zone):%Y-%m-%d %H:%M}" if at else ""


def as_instant(local: datetime, zone: ZoneInfo) -> datetime:
    """What a person typed in the portal's zone, in UTC."""
    return local.replace(tzinfo=zone).astimezone(UTC)
