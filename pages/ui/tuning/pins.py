"""Pins: articles that stand first for a query, in the order a lead gives them."""

from __future__ import annotations

from itertools import groupby

import streamlit as st

from kb import articles, search
from kb.desk import Desk
from kb.person import Person
from kb.search import pins
from kb.search.pins import PinView
from pages.ui import cards, frame
from pages.ui.incidents import act, objection


def show(desk: Desk, person: Person) -> None:
    """All pins, and a way to one more."""
    st.caption(
        "A pinned article stands first whenever somebody asks with these words, in any order and form, and is marked "
        f"“Pinned”. At most {pins.MOST} for a query, so that the best match is always near."
    )
    objection()
    _show_new(desk, person)
    rows = pins.listed(desk, person)
    st.subheader("Pinned now", anchor=False)
    if not rows:
        st.info("Nothing is pinned. Type a query above, and pin the article that should stand first.")
    for query, group in groupby(rows, key=lambda row: search.asked(row.query)):
        with st.container(border=True, gap="xsmall", key=f"pins-{query}"):
            _show_query(desk, person, list(group))


def _show_query(desk: Desk, person: Person, rows: list[PinView]) -> None:
    st.markdown(f"**{frame.as_text(rows[0].query)}**")
    for place, row in enumerate(rows):
        with st.container(horizontal=True, vertical_alignment="center"):
            hidden = "" if row.is_shown else " · not published any more, nobody sees it"
            by = f"{row.by}, " if row.by else ""
            about = f"{articles.label(row.article_id)} {row.title} · {by}{cards.age(row.at, desk.now())}{hidden}"
            st.markdown(frame.as_text(about))
            if place:
                first = (pins.put_first, desk, person, row.id)
                st.button("Put first", key=f"first-{row.id}", type="tertiary", on_click=act, args=first)
            gone = (pins.unpin, desk, person, row.id)
            st.button("Unpin", key=f"unpin-{row.id}", type="tertiary", on_click=act, args=gone)


def _show_new(desk: Desk, person: Person) -> None:
    """A query, what it finds now, and a button on each."""
    query = st.text_input("Pin to these words", key="pin-query", max_chars=pins.MOST_CHARACTERS, live="300ms").strip()
    if not query:
        return
    found = search.search(desk, person, query, limit=5).hits
    if not found:
        st.caption("This finds nothing yet. Name an article by its number.")
    for hit in found:
        with st.container(horizontal=True, vertical_alignment="center"):
            st.markdown(frame.as_text(f"{articles.label(hit.id)} {hit.title}"))
            if hit.is_pinned:
                st.caption("Pinned", width="content")
                continue
            chosen = (pins.pin, desk, person, query, hit.id)
            st.button("Pin", key=f"pin-{hit.id}", type="tertiary", icon=":material/keep:", on_click=act, args=chosen)
    with (
        st.form("pin-number", border=False, clear_on_submit=True),
        st.container(horizontal=True, vertical_alignment="bottom"),
    ):
        number = st.text_input("Another article, such as KB-12", key="pin-number-of")
        if st.form_submit_button("Pin it"):
            act(_pin_number, desk, person, query, number)
            st.rerun()


def _pin_number(desk: Desk, person: Person, query: str, number: str) -> None:
    pins.pin(desk, person, query, articles.number(number))
