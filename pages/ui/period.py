"""The choice of period, team and type over the figures; it stands in the address, so that a view can be passed on."""

from __future__ import annotations

from datetime import date, timedelta

import streamlit as st

from kb import analytics, people, services
from kb.analytics import Scope
from kb.desk import Desk
from kb.errors import NotValid
from kb.person import Person

OWN = "Own dates"
DAYS = {"Last 30 days": 30, "Last 90 days": 90, "Last 365 days": 365}
YEAR = "This year"
USUAL = 90


def choose(desk: Desk, person: Person) -> Scope:
    """Draw the choices and give what is chosen; an address that makes no sense shows the last 90 days."""
    when, who, what = st.columns([2, 1, 1])
    with when:
        days = choose_days(desk)
    teams = {str(team.id): team.name for team in people.teams(desk, person)}
    types = {row.slug: row.name for row in services.types(desk, with_inactive=True)}
    team = _choose_one(who, "Team", "team", teams)
    type = _choose_one(what, "Type", "type", types)
    return analytics.scope(desk, days.first, days.last, team_id=int(team) if team else None, type=type)


def choose_days(desk: Desk) -> Scope:
    """The choice of the period alone."""
    today = desk.now().astimezone(desk.settings.zone).date()
    try:
        first, last = _day("from") or today - timedelta(days=USUAL), _day("to") or today
        chosen = analytics.scope(desk, first, last)
    except (ValueError, NotValid) as error:
        st.warning(str(error) if isinstance(error, NotValid) else "The address holds no such days.")
        chosen = analytics.scope(desk, today - timedelta(days=USUAL), today)
    _choose_period(chosen.first, chosen.last, today)
    return chosen


def _choose_period(first: date, last: date, today: date) -> None:
    """A period by its name, or two dates."""
    presets = {name: (today - timedelta(days=days), today) for name, days in DAYS.items()}
    presets[YEAR] = (today.replace(month=1, day=1), today)
    known = next((name for name, span in presets.items() if span == (first, last)), OWN)
    left, right = st.columns(2)

    def take() -> None:
        if span := presets.get(st.session_state["figures_period"]):
            _remember(span)

    options = [*presets, OWN]
    chosen = left.selectbox("Period", options, options.index(known), key="figures_period", on_change=take)
    if chosen == OWN:
        right.date_input("From and to", (first, last), key="figures_dates", on_change=_take_dates)


def _take_dates() -> None:
    span = st.session_state["figures_dates"]
    if len(span) == 2:  # one date is chosen before the other
        _remember(span)


def _remember(span: tuple[date, date]) -> None:
    st.query_params["from"], st.query_params["to"] = span[0].isoformat(), span[1].isoformat()


def _choose_one(place: st.delta_generator.DeltaGenerator, label: str, name: str, options: dict[str, str]) -> str:
    """A key of `options` or empty for all, kept in the address."""
    given = st.query_params.get(name, "")
    keys = ["", *options]

    def take() -> None:
        st.query_params.pop(name, None)
        if chosen := st.session_state[f"figures_{name}"]:
            st.query_params[name] = chosen

    return place.selectbox(
        label,
        keys,
        keys.index(given) if given in keys else 0,
        format_func=lambda key: options.get(key, "All"),
        key=f"figures_{name}",
        on_change=take,
    )


def _day(name: str) -> date | None:
    text = st.query_params.get(name, "")
    return date.fromisoformat(text) if text else None
