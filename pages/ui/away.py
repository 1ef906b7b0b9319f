"""Being away: until a day nothing is routed to somebody."""

from __future__ import annotations

from datetime import datetime, time, timedelta

import streamlit as st

from kb import people
from kb.desk import Desk
from kb.errors import FirstlineError
from kb.person import Person


def ask(desk: Desk, person: Person, account_id: int) -> None:
    """The form that says from which day on somebody is back."""
    zone, today = desk.settings.zone, desk.now().astimezone(desk.settings.zone).date()
    until = people.away_until(desk, person, account_id)
    back = until.astimezone(zone).date() if until else None
    with st.form(f"away-{account_id}"):
        st.markdown(f"**Away**, back on {back:%d %B %Y}" if back else "**Here**: incidents may be routed to this team")
        day = st.date_input(
            "Away, back on (empty: here)", back, min_value=today + timedelta(days=1), key=f"away-day-{account_id}"
        )
        if st.form_submit_button("Save the day"):
            at = datetime.combine(day, time(), zone) if day else None
            try:
                people.set_away(desk, person, at, account_id=account_id)
            except FirstlineError as error:
                st.error(str(error))
            else:
                st.rerun()
