"""Outcomes: what the search has learned from readers, and how to make it forget."""

from __future__ import annotations

import streamlit as st

from kb import articles
from kb.desk import Desk
from kb.person import Person
from kb.search import outcomes
from kb.search.outcomes import Learned
from pages.ui import cards
from pages.ui.incidents import act, objection


def show(desk: Desk, person: Person) -> None:
    """The factors with the evidence behind them."""
    st.caption(
        "“This fixed it”, ratings and what people open after a search move an article up or down a little, between "
        "0.80 and 1.25 times its score, and only among articles that match anyway. What stood far down is expected to "
        "be opened less. Each person counts once; evidence counts half after 60 days; pins come before it."
    )
    objection()
    rows = outcomes.listed(desk, person)
    if not rows:
        st.info("Nothing has been learned yet. Every half hour the search learns from what people open, rate and fix.")
    else:
        shown = {"Factor": st.column_config.NumberColumn(format="× %.2f")}
        named = "What the search has learned, the factors farthest from 1 first"
        st.dataframe([_columns(row) for row in rows], hide_index=True, column_config=shown, alt=named)
        st.caption(f"{len(rows)} factors, those farthest from 1. Learned {cards.age(rows[0].learned_at, desk.now())}.")
    learn, one, every = st.columns([1, 2, 1], vertical_alignment="bottom")
    learn.button("Learn now", key="learn-now", on_click=_learn, args=(desk, person))
    with (
        one.form("reset-one", border=False, clear_on_submit=True),
        st.container(horizontal=True, vertical_alignment="bottom"),
    ):
        number = st.text_input("Forget what was learned of an article, such as KB-12", key="reset-number")
        if st.form_submit_button("Forget"):
            act(_reset_number, desk, person, number, done="Forgotten. What comes from now on counts.")
            st.rerun()
    with every.popover("Forget everything"):
        st.write("Everything learned so far is forgotten, for all articles. Searches and ratings stay in the figures.")
        done = {"done": "Everything is forgotten."}
        st.button(
            "Forget all of it",
            key="reset-all",
            type="primary",
            on_click=act,
            args=(outcomes.reset, desk, person),
            kwargs=done,
        )


def _columns(row: Learned) -> dict[str, str | int | float]:
    return {
        "Factor": row.factor,
        "Article": f"{articles.label(row.article_id)} {row.title}",
        "For the query": row.query or "any (what readers said)",
        "People": row.people,
        "Successes": f"{row.successes:.1f} in {row.chances:.1f} chances",
    }


def _reset_number(desk: Desk, person: Person, number: str) -> None:
    outcomes.reset(desk, person, articles.number(number))


def _learn(desk: Desk, person: Person) -> None:
    if learned := outcomes.learn(desk, person):
        st.toast(f"{learned} factors learned.")
    else:
        st.toast("There is nothing new to learn from.")
