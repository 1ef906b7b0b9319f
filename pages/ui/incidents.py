"""Incidents on more than one page: severity and status with a sign, times in words, what people wrote, doing things."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime, timedelta
from html import escape
from typing import Any

import streamlit as st

from kb import attachments
from kb.desk import Desk
from kb.errors import FirstlineError
from kb.incidents import Listed, Row
from kb.labels import Severity, Status, words
from kb.person import Person
from pages.ui import frame

SIGNS = {Severity.CRITICAL: "◆", Severity.HIGH: "▲", Severity.MEDIUM: "●", Severity.LOW: "○"}
COLOURS = {Severity.CRITICAL: "red", Severity.HIGH: "orange", Severity.MEDIUM: "blue", Severity.LOW: "gray"}
STATUS_COLOURS = {Status.NEW: "blue", Status.OPEN: "blue", Status.ON_HOLD: "orange", Status.RESOLVED: "green"}
STYLE = """<style>
.said {white-space: pre-wrap; overflow-wrap: anywhere; margin: 0; line-height: 1.6}
.happened {margin: 0; font-size: .875rem}
</style>"""


def severity_words(severity: Severity) -> str:
    """A sign and a word: severity is never told by colour alone."""
    return f"{SIGNS[severity]} {words(severity)}"


def badges(severity: Severity, status: Status, type_name: str) -> None:
    with st.container(horizontal=True, gap="small"):
        st.badge(words(status), color=STATUS_COLOURS.get(status, "gray"))  # type: ignore[arg-type]
        st.badge(severity_words(severity), color=COLOURS[severity])  # type: ignore[arg-type]
        st.badge(frame.as_text(type_name or "Type not known yet"), color="gray")


def moment(desk: Desk, at: datetime) -> str:
    """A time in the portal's zone: today 14:30, tomorrow 09:15, Thu 5 Mar, 10:00."""
    local, today = at.astimezone(desk.settings.zone), desk.now().astimezone(desk.settings.zone).date()
    named = {today: "today", today + timedelta(days=1): "tomorrow", today - timedelta(days=1): "yesterday"}
    day = named.get(local.date()) or f"{local:%a} {local.day} {local:%b}" + (
        "" if local.year == today.year else f" {local.year}"
    )
    return f"{day} {local:%H:%M}"


def said(text: str) -> None:
    """What a person wrote, sign by sign: logs and code stay as they were pasted."""
    st.html(f'<p class="said">{escape(text)}</p>')


def lines(desk: Desk, rows: Sequence[Row]) -> None:
    """Incidents one below the other, each leading to its page: fit for a phone."""
    for row in rows:
        with st.container(border=True, gap="xsmall", key=f"line-{row.id}"):
            label = f"**{frame.as_text(row.title)}**"
            st.page_link(frame.PAGES / "incident.py", label=label, query_params={"id": row.number})
            told = (
                row.number,
                words(row.status),
                severity_words(row.severity),
                f"changed {moment(desk, row.updated_at)}",
            )
            st.caption(frame.as_text(" · ".join(told)))


def table(desk: Desk, rows: Sequence[Row], names: Mapping[str, str], *, key: str) -> None:
    """Incidents in a dense table; choosing a line opens it."""
    cells = [
        {
            "Number": row.number,
            "Title": row.title,
            "Severity": severity_words(row.severity),
            "Status": words(row.status),
            "Due": _due(desk, row),
            "Type": names.get(row.type, words(row.type)),
            "Team": row.team,
            "Assignee": row.assignee,
            "Changed": moment(desk, row.updated_at),
        }
        for row in rows
    ]
    chosen = st.dataframe(
        cells,
        key=key,
        hide_index=True,
        height="content",
        on_select="rerun",
        selection_mode="single-row",
        column_config={"Title": st.column_config.TextColumn(width="large")},
        alt="Incidents: " + "; ".join(f"{row.number} {row.title}" for row in rows[:20]),
    )
    if picked := chosen["selection"]["rows"]:
        st.switch_page(frame.PAGES / "incident.py", query_params={"id": rows[picked[0]].number})


def page_number() -> int:
    """The page of a long list: as its control says or, before that is drawn, the address."""
    asked = str(st.session_state.get("page") or st.query_params.get("page", "1"))
    return int(asked) if asked.isdecimal() and len(asked) < 7 else 1


def turn_pages(listed: Listed) -> None:
    """The control under a list that fills several pages; the page stands in the address."""
    if listed.pages > 1:
        st.session_state["page"] = listed.page
        st.pagination(listed.pages, key="page")
    if listed.page > 1:
        st.query_params["page"] = str(listed.page)


def act(verb: Callable[..., Any], *arguments: Any, done: str = "", **named: Any) -> bool:
    """Call a use case from a callback or form; what it says against it stands on the page at the next run."""
    try:
        verb(*arguments, **named)
    except FirstlineError as error:
        st.session_state["objection"] = str(error)
        return False
    if done:
        st.toast(done)
    return True


def objection() -> None:
    """What the last action was refused for, once."""
    if "objection" in st.session_state:
        st.error(st.session_state.pop("objection"), icon=":material/error:")


def keep_files(desk: Desk, person: Person, uploads: Sequence[Any] | None) -> list[str]:
    """Store uploaded files; gives their ids. Raises what the store refuses."""
    return [
        attachments.store(desk, person, file_name=file.name, content=file.getvalue(), media_type=file.type or "").id
        for file in uploads or ()
    ]


def _due(desk: Desk, row: Row) -> str:
    if row.due_at is None:
        return ""
    return ("Overdue since " if row.is_overdue else "") + moment(desk, row.due_at)
