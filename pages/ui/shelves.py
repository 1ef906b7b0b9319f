"""The shelves of Find: what is at hand before anything is typed."""

from __future__ import annotations

from collections.abc import Mapping

import streamlit as st

from kb import search
from kb.desk import Desk
from kb.person import Person
from pages.ui import cards

MOST = 5


def show(desk: Desk, person: Person, names: Mapping[str, str]) -> None:
    """One's own articles first, then what helped others and what is new."""
    shelves = {
        "Favourites": search.favourites(desk, person, limit=MOST),
        "Read last": search.last_read(desk, person, limit=MOST),
        "What helped others": search.popular(desk, person, limit=MOST),
        "New": search.recent(desk, person, limit=MOST),
    }
    shown = [(title, hits) for title, hits in shelves.items() if hits]
    if not shown:
        st.info("There are no articles yet. Report what is not working, and people will look at it.")
    for row in (shown[:2], shown[2:]):
        for column, (title, hits) in zip(st.columns(2, gap="large"), row, strict=False):
            with column:
                st.subheader(title, anchor=False)
                cards.shelf(desk, hits, names)
