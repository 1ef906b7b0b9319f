"""Jobs and health: what the clock did, what was not delivered, sizes and versions."""

from __future__ import annotations

import streamlit as st

from kb import backup, delivery, jobs, training
from kb.desk import Desk
from kb.health import Health, health
from kb.labels import words
from kb.person import Person
from pages.ui.running.saving import at_text, attempt


def show(desk: Desk, person: Person) -> None:
    _facts(health(desk, person))
    st.subheader("Jobs")
    zone = desk.settings.zone
    rows = [
        {
            "Job": job.purpose,
            "Every": _span(job.period_seconds),
            "Last did something": at_text(job.last_at, zone) or "Not yet",
            "What": job.message,
            "Next": at_text(job.next_at, zone) or "When the clock starts",
        }
        for job in jobs.states(desk, person)
    ]
    st.dataframe(rows, hide_index=True, alt="Jobs with what they last did and when they are due")
    st.subheader("Not delivered")
    _failures(desk, person)
    st.subheader("The assistant")
    _models(desk, person)
    st.subheader("Damage")
    if st.button("Look for damage", help="Reads the whole database and every stored file.", key="check"):
        with st.spinner("Reading everything"):
            found = backup.check(desk, person)
        for finding in found:
            (st.success if finding.is_ok else st.error)(f"{words(finding.what)}: {finding.text}")


def _facts(told: Health) -> None:
    first, second, third, fourth = st.columns(4)
    first.metric("Database", _megabytes(told.database_bytes), border=True)
    second.metric("Attachments and models", _megabytes(told.files_bytes), border=True)
    third.metric("Free on the disk", _megabytes(told.free_bytes), border=True)
    fourth.metric("Waiting to be sent", told.waiting, border=True)
    mail = "mail is on" if told.has_mail else "mail is off (FIRSTLINE_SMTP_HOST turns it on)"
    hook = "the webhook is on" if told.has_webhook else "no webhook is set"
    clock = "runs in this server" if told.is_clock_inside else "runs beside it, as `firstline clock`"
    st.caption(
        f"Firstline {told.version} on Python {told.python}; {told.database}, tables at {told.revision}; "
        f"{mail}; {hook}; the clock {clock}."
    )


def _failures(desk: Desk, person: Person) -> None:
    failed = delivery.failures(desk, person)
    if not failed:
        st.write("Everything that was to be sent has arrived, or is on its way.")
    for row in failed:
        with st.container(horizontal=True, vertical_alignment="center", border=True):
            state = f"next try {at_text(row.next_at, desk.settings.zone)}" if row.next_at else "given up"
            st.text(f"{row.subject}\nto {row.address or row.channel}: {row.error}\n{row.attempts} attempts, {state}")
            if st.button("Send again", key=f"again-{row.id}"):
                attempt(
                    lambda number=row.id: delivery.send_again(desk, person, number), "It goes out with the next run."
                )


def _models(desk: Desk, person: Person) -> None:
    live = [row for row in training.versions(desk, person) if row.is_live]
    if not live:
        st.write("No model serves yet: new incidents are labelled by people.")
    for row in live:
        learnt = f"{row.n_starter} examples and {row.n_reviews} reviews"
        state = row.problem or f"serves since {at_text(row.trained_at, desk.settings.zone)}, taught by {learnt}"
        st.write(f"**{words(row.target)}** {state}")


def _megabytes(size: int) -> str:
    return f"{size / 1e9:.1f} GB" if size >= 1e9 else f"{size / 1e6:.1f} MB"


def _span(seconds: int) -> str:
    for size, unit in ((86400, "day"), (3600, "hour"), (60, "minute"), (1, "second")):
        if seconds >= size:
            count = seconds // size
            return f"{count} {unit}s" if count > 1 else unit
    return ""
