"""One incident as its reporter and watchers follow it: what happened, what was said, files, the question in the end."""

from __future__ import annotations

from html import escape
from urllib.parse import quote

import streamlit as st

from kb import incidents, satisfaction
from kb.desk import Desk
from kb.incidents import Entry, IncidentView, Standing
from kb.labels import REASONS_SATISFACTION, SATISFACTION_WORDS, Status, words
from kb.person import Person
from pages.ui import frame
from pages.ui.drafting import FILES, Form, fragment
from pages.ui.incidents import moment, objection, said

SAID = ("comment", "satisfaction")
WORDS = {"type": "Type", "severity": "Severity", "team": "Team", "assignee": "Assignee"}


def show_facts(desk: Desk, seen: IncidentView) -> None:
    """What one wants to know first: when to expect what, or what came of it."""
    told = [f"{seen.number}, reported {moment(desk, seen.created_at)}"]
    told += [f"by {seen.reporter}"] if seen.reporter else []
    told += [f"· {seen.service}"] if seen.service else []
    told += [f"· affects {seen.affected} people"] if seen.affected > 1 else []
    told += [f"· solved together with {seen.parent}"] if seen.parent else []
    told += [f"· {seen.reports} reports of it are solved with it"] if seen.reports else []
    st.caption(frame.as_text(" ".join(told)))
    if seen.is_stopped and seen.resolution:
        with st.container(border=True):
            st.markdown("**What solved it**")
            said(seen.resolution)
    elif seen.status is Status.ON_HOLD:
        st.info("On hold: we wait for something, perhaps for an answer of yours below.")
    elif not seen.is_stopped and seen.responded_at is None and seen.response_due_at:
        st.write(f"Expect an answer by **{moment(desk, seen.response_due_at)}**.")
    elif not seen.is_stopped and seen.resolution_due_at:
        st.write(f"We mean to solve it by **{moment(desk, seen.resolution_due_at)}**.")
    for article in seen.articles:
        label = ("Solved by: " if article.is_solution else "See: ") + frame.as_text(article.title)
        st.page_link(
            frame.PAGES / "article.py", label=label, icon=":material/article:", query_params={"id": f"KB-{article.id}"}
        )


def show_files(seen: IncidentView, key: str) -> None:
    """Links to our own route, which asks again who may have the bytes."""
    if not seen.files:
        return
    suffix = f"?key={quote(key)}" if key else ""
    links = "".join(
        f'<li><a href="/files/{quote(file.id)}{suffix}" download>{escape(file.file_name)}</a> '
        f"({file.size_bytes / 1000:,.0f} kB{'' if file.is_public else ', internal'})</li>"
        for file in seen.files
    )
    st.markdown("**Files**")
    st.html(f"<ul>{links}</ul>")


def show_timeline(desk: Desk, seen: IncidentView) -> None:
    """Everything that happened, oldest first; what people said stands in a frame."""
    st.subheader("What happened", anchor=False)
    with st.container(gap="small"):
        for entry in seen.timeline:
            if entry.kind in SAID or entry.body:
                _show_said(desk, entry)
            else:
                st.html(f'<p class="happened">{escape(_headline(desk, entry))}</p>')


def _show_said(desk: Desk, entry: Entry) -> None:
    with st.container(border=True, gap="xsmall"):
        with st.container(horizontal=True, gap="small", vertical_alignment="center"):
            if not entry.is_public:
                st.badge("internal", icon=":material/lock:", color="gray")
            st.caption(frame.as_text(_headline(desk, entry)), width="content")
        if entry.body:
            said(entry.body)


def _headline(desk: Desk, entry: Entry) -> str:
    support, what = " (support)" if entry.is_staff else "", _what(entry)
    return f"{moment(desk, entry.at)} · {entry.actor}{support}" + (f": {what}" if what else "")


def _what(entry: Entry) -> str:
    if entry.kind == "status":
        return f"{words(entry.old).lower()} → {words(entry.new).lower()}"
    if entry.kind in ("field", "label"):
        name = WORDS.get(entry.field, words(entry.field))
        return f"{name}: {entry.old or 'none'} → {entry.new or 'none'}"
    told = {
        "reported": f"reported ({entry.new})",
        "comment": "",
        "article": f"linked {entry.new}",
        "attachment": "attached a file",
        "me_too": "is affected too",
        "alert": "alert",
        "breach": "overdue",
        "satisfaction": f"satisfaction {entry.new} of 5",
        "parent": f"put under {entry.new}" if entry.new else f"taken out of {entry.old}",
        "together": f"together with {entry.new}",
        "major": "a major incident",
    }
    return told.get(entry.kind, words(entry.kind).lower())


@fragment
def ask_for_comment(desk: Desk, person: Person, seen: IncidentView, key: str) -> None:
    """What is written is kept until it is sent."""
    is_staff = seen.standing is Standing.STAFF
    form = Form(desk, person, f"{person.rater}:comment:{seen.id}", ("body", "is_internal"), f"comment-{seen.id}")
    form.fill({"body": "", "is_internal": False})
    with st.container(border=True):
        label = "Answer" if is_staff and not seen.is_mine else "Your message"
        st.text_area(label, key=form.name("body"), max_chars=100_000, **form.on_change)
        form.ask_for_files()
        if is_staff:
            name = form.name("is_internal")
            st.checkbox("Internal: only support sees it", key=name, **form.on_change)
        st.button("Send", type="primary", key="send-comment", on_click=_send, args=(form, seen, key))
    objection()


def _send(form: Form, seen: IncidentView, key: str) -> None:
    given = {"is_public": not form.value("is_internal"), "key": key, "attachments": form.value(FILES)}
    form.send(incidents.comment, seen.id, form.value("body") or "", **given)


@fragment
def ask_to_reopen(desk: Desk, person: Person, seen: IncidentView, key: str) -> None:
    form = Form(desk, person, f"{person.rater}:reopen:{seen.id}", ("reason",), f"reopen-{seen.id}")
    form.fill({"reason": ""})
    with st.expander("It isn't solved: reopen", icon=":material/undo:", expanded=form.is_back):
        st.text_area("What is still wrong?", key=form.name("reason"), max_chars=100_000, **form.on_change)
        st.button("Reopen", on_click=_reopen, args=(form, seen, key))
        objection()


def _reopen(form: Form, seen: IncidentView, key: str) -> None:
    form.send(incidents.reopen, seen.id, reason=form.value("reason") or "", key=key, done="It is open again.")


def ask_how_satisfied(desk: Desk, person: Person, seen: IncidentView, key: str) -> None:
    """One question, and why."""
    if seen.score is not None:
        st.success(f"You said: {SATISFACTION_WORDS[seen.score]} ({seen.score} of 5). Thank you.")
        return
    _ask_for_score(desk, person, seen, key)


@fragment
def _ask_for_score(desk: Desk, person: Person, seen: IncidentView, key: str) -> None:
    fields = ("score", "reason", "comment")
    form = Form(desk, person, f"{person.rater}:satisfaction:{seen.id}", fields, f"satisfaction-{seen.id}")
    form.fill({"score": None, "reason": None, "comment": ""})
    name, kept = form.name, form.on_change
    with st.container(border=True):
        st.radio(
            "How satisfied are you?", [5, 4, 3, 2, 1], key=name("score"), index=None, horizontal=True, **kept,
            format_func=lambda one: f"{one} {'very poor' if one == 1 else SATISFACTION_WORDS[one]}",
        )  # fmt: skip
        st.pills("Why?", list(REASONS_SATISFACTION), key=name("reason"), format_func=REASONS_SATISFACTION.get, **kept)
        st.text_area("Anything to add?", key=name("comment"), max_chars=10_000, **kept)
        st.button("Send the answer", type="primary", key="send-score", on_click=_score, args=(form, seen, key))
        objection()


def _score(form: Form, seen: IncidentView, key: str) -> None:
    score, reason, comment = map(form.value, form.fields)
    given = {"score": score or 0, "reason": reason or "", "comment": comment or "", "key": key}
    form.send(satisfaction.answer, seen.id, **given, done="Thank you.")
