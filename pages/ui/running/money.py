"""Cost settings and milestones."""

from __future__ import annotations

import streamlit as st

from kb import services
from kb.desk import Desk
from kb.labels import SupportModel, words
from kb.person import Person
from kb.services.costs import MILESTONES
from pages.ui.running.saving import as_instant, at_text, attempt

MEANS = {"monthly": "A month of support", "saved": "Saved by an article that solves"}


def show(desk: Desk, person: Person) -> None:
    names = services.type_names(desk)
    st.subheader("Costs")
    st.caption("In your currency. An amount holds from its day on, until the next one of the same kind.")
    rows = [
        {
            "What": MEANS[row.kind],
            "For": names.get(row.label, words(row.label)),
            "Amount": row.amount,
            "From": row.valid_from,
        }
        for row in services.costs(desk, person)
    ]
    if rows:
        st.dataframe(rows, hide_index=True, alt="Costs a month and amounts saved, with the day they hold from")
    else:
        st.info("No costs are set, so the figures show no money. Add what a month costs and what an article saves.")
    left, right = st.columns(2, gap="large")
    with left:
        _cost_form(desk, person, "monthly", {str(model): words(model) for model in SupportModel})
    with right:
        _cost_form(desk, person, "saved", names)
    st.subheader("Milestones")
    _milestones(desk, person)


def _cost_form(desk: Desk, person: Person, kind: str, labels: dict[str, str]) -> None:
    with st.form(f"cost-{kind}"):
        label = st.selectbox(MEANS[kind], list(labels), format_func=labels.__getitem__, key=f"cost-label-{kind}")
        amount = st.number_input("Amount", 0.0, 1e9, 0.0, step=50.0, key=f"cost-amount-{kind}")
        today = desk.now().astimezone(desk.settings.zone).date()
        day = st.date_input("From", today.replace(day=1), key=f"cost-from-{kind}")
        if st.form_submit_button("Save", key=f"cost-save-{kind}"):
            attempt(
                lambda: services.set_cost(desk, person, kind, label, amount=amount, valid_from=day),
                "The amount is saved.",
            )


def _milestones(desk: Desk, person: Person) -> None:
    zone = desk.settings.zone
    rows = [
        {"Kind": words(row.kind), "What began": row.name, "At": at_text(row.at, zone)}
        for row in services.milestones(desk, person)
    ]
    if rows:
        st.dataframe(rows, hide_index=True, alt="Milestones")
    st.caption("When automation or monitoring began: the trends are drawn before and after it.")
    with st.form("milestone", clear_on_submit=True):
        left, middle, right = st.columns([1, 2, 1])
        kind = left.selectbox("Kind", MILESTONES, format_func=words, key="milestone-kind")
        name = middle.text_input("What began", max_chars=120, key="milestone-name")
        at = right.datetime_input("At", desk.now().astimezone(zone).replace(tzinfo=None), key="milestone-at")
        if st.form_submit_button("Add the milestone") and at:
            attempt(
                lambda: services.add_milestone(desk, person, kind, name=name, at=as_instant(at, zone)),
                "The milestone is kept.",
            )
