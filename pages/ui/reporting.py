"""The report form: kept by its key from the first pause on, with what may help beside it."""

from __future__ import annotations

from collections import Counter
from contextlib import suppress
from typing import Any

import streamlit as st

from kb import attachments, feedback, incidents, search, services
from kb.desk import Desk
from kb.errors import FirstlineError, NoDatabase
from kb.incidents import Submitted
from kb.labels import IMPACT_WORDS, URGENCY_WORDS, Impact, Role, Urgency, words
from kb.person import Person
from kb.redaction import redact
from pages.ui import cards, frame
from pages.ui.incidents import act, keep_files, moment, objection, said, severity_words

FIELDS = ("title", "body", "impact", "urgency", "service_id", "guest_email")
LEAST_TEXT = 8


def report_key(person: Person) -> str:
    """The key of this report: a reload goes on with it and sends nothing twice.

    Its random half stands in the address; the person's own half sees to it that whoever is sent an address, or sends
    one, never comes upon the other's report.
    """
    if "draft" not in st.query_params:
        st.query_params["draft"] = incidents.new_key()
    return f"{person.rater}:{st.query_params['draft']}"[:200]


def start_over() -> None:
    st.query_params.clear()


@st.fragment
def show_form(desk: Desk, person: Person, key: str) -> None:
    """The form on the left, articles and open incidents like it on the right."""
    frame.wait_for_database()
    if st.session_state.pop("report_over", False):
        st.rerun()
    try:
        _draw(desk, person, key)
    except NoDatabase:  # in the middle: what stood there stays until it is drawn anew
        frame.wait_for_database()
        st.rerun()


def _draw(desk: Desk, person: Person, key: str) -> None:
    _fill(desk, person, key)
    if st.session_state.pop("unsaved", "") == key:
        _save(desk, person, key)
    left, right = st.columns([3, 2], gap="large")
    with left:
        _ask(desk, person, key)
        objection()
    with right:
        _offer(desk, person, key)


def _fill(desk: Desk, person: Person, key: str) -> None:
    """What was kept under the key, else what Find hands on."""
    if _name("title", key) in st.session_state:
        return
    kept = incidents.load_draft(desk, person, key)
    kept.setdefault("title", st.query_params.get("title", "")[:200])
    for field in FIELDS:
        usual = None if field in ("impact", "urgency", "service_id") else ""
        st.session_state[_name(field, key)] = kept.get(field) or usual
    st.session_state[_name("files", key)] = list(kept.get("files", []))


def _ask(desk: Desk, person: Person, key: str) -> None:
    known = {service.id: service.name for service in services.services(desk)}
    kept: dict[str, Any] = {"on_change": _save, "args": (desk, person, key)}
    st.text_input("In one line", key=_name("title", key), max_chars=200, live="300ms", required=True, **kept)
    st.text_area("What happened", key=_name("body", key), max_chars=100_000, height=200, **kept,
                 placeholder="What you did, what you saw, since when. Paste messages as they are.")  # fmt: skip
    who, work = st.columns(2)
    who.radio(
        "Who is affected", list(Impact), key=_name("impact", key), index=None, format_func=IMPACT_WORDS.get, **kept
    )
    work.radio(
        "Can work go on", list(Urgency), key=_name("urgency", key), index=None, format_func=URGENCY_WORDS.get, **kept
    )
    st.selectbox(
        "Service",
        list(known),
        key=_name("service_id", key),
        index=None,
        format_func=lambda one: known.get(one, ""),
        placeholder="I don't know",
        **kept,
    )
    if person.role is Role.GUEST:
        st.text_input("Your e-mail address", key=_name("guest_email", key), type="email", autocomplete="email", **kept)
    _ask_for_files(desk, person, key)
    _show_masks(key)
    st.button("Send", type="primary", key=f"send-{key}", on_click=_send, args=(desk, person, key))


def _show_masks(key: str) -> None:
    """What will be kept in place of passwords, keys and personal data, before anything is sent."""
    done = [redact(_value(field, key) or "") for field in ("title", "body")]
    counts = Counter(mask.kind for text in done for mask in text.masks)
    if counts:
        told = ", ".join(f"{kind} ({n} times)" if n > 1 else kind for kind, n in counts.items())
        st.info(f"Masked before it is kept: {told}. This is what others will read:", icon=":material/shield:")
        said("\n\n".join(text.text for text in done if text.masks))


def _ask_for_files(desk: Desk, person: Person, key: str) -> None:
    """Files are stored at once; the list below is what will be sent."""
    turn = st.session_state.setdefault("uploads", 0)
    if st.session_state.get(f"upload-{key}-{turn}"):  # the database was away when they came
        _upload(desk, person, key, turn)
        turn = st.session_state["uploads"]
    st.file_uploader(
        "Files",
        accept_multiple_files=True,
        key=f"upload-{key}-{turn}",
        on_change=_upload,
        args=(desk, person, key, turn),
    )
    for file in attachments.waiting(desk, person, st.session_state[_name("files", key)]):
        name, drop = st.columns([5, 1], vertical_alignment="center")
        name.caption(f"{frame.as_text(file.file_name)}, {file.size_bytes / 1000:,.0f} kB")
        drop.button("Remove", key=f"drop-{file.id}", type="tertiary", on_click=_drop, args=(desk, person, key, file.id))


def _offer(desk: Desk, person: Person, key: str) -> None:
    text = f"{_value('title', key) or ''} {_value('body', key) or ''}".strip()
    hits = search.suggest(desk, person, text) if len(text) >= LEAST_TEXT else ()
    others = incidents.similar(desk, person, text) if len(text) >= LEAST_TEXT else ()
    if not hits and not others:
        st.caption("While you write, articles that may fix it and open incidents like it appear here.")
    if hits:
        st.subheader("This may fix it now", anchor=False)
    for hit in hits:
        with st.container(border=True, gap="xsmall"):
            cards.link(hit)
            st.html(f'<p class="snippet">{cards.marked(hit.snippet.text, hit.snippet.marks)}</p>')
            st.button("This fixed it", key=f"fixed-{hit.id}", on_click=_fixed, args=(desk, person, hit.id))
    if others:
        st.subheader("Others report this", anchor=False)
    for other in others:
        with st.container(border=True, gap="xsmall"):
            people = "1 person" if other.affected == 1 else f"{other.affected} people"
            st.markdown(f"**{other.number}** {frame.as_text(other.title)}")
            if other.is_mine:
                st.page_link(frame.PAGES / "incident.py", label="You reported it", query_params={"id": other.number})
                continue
            both = f" · in both: {frame.as_text(', '.join(other.words[:6]))}" if other.words else ""
            st.caption(f"{people} so far{both}")
            st.button("Me too", key=f"too-{other.id}", on_click=_me_too, args=(desk, person, key, other.id))


def show_done(desk: Desk, person: Person, done: Submitted) -> None:
    """The number, the label and how sure it is, when to expect an answer."""
    st.title(f"Reported: {done.number}")
    st.write(f"**{frame.as_text(done.title)}**")
    names = services.type_names(desk)
    if done.is_type_sure:
        name = names.get(done.type_guess, words(done.type_guess))
        st.write(
            f"The assistant takes it for **{frame.as_text(name)}** ({done.type_confidence * 100:.0f} of 100 sure)."
        )
    else:
        st.write("The assistant is not sure what kind it is: **a person will look**.")
    st.write(f"Severity **{severity_words(done.severity)}**, from who is affected and whether work can go on.")
    if done.is_severity_disputed:
        st.info(f"From its words it sounds {done.text_severity}. A person will look at both.")
    if done.response_due_at:
        team = f" from {frame.as_text(done.team)}" if done.team else ""
        st.write(f"Expect an answer{team} by **{moment(desk, done.response_due_at)}** ({desk.settings.timezone}).")
    link = {"id": done.number, **({"key": done.guest_key} if done.guest_key else {})}
    if done.guest_key:
        also = " You get it by mail as well." if desk.settings.smtp_host else ""
        st.write(f"This link is your way back to it. Keep it, and keep it to yourself.{also}")
        st.code(frame.address(desk, f"/incident?id={done.number}&key={done.guest_key}"), language=None, wrap_lines=True)
    st.page_link(frame.PAGES / "incident.py", label="Follow it", icon=":material/visibility:", query_params=link)
    st.button("Report something else", on_click=start_over)


def show_ended(desk: Desk, person: Person) -> bool:
    """Whether the report ended without an incident of its own, and a word on it."""
    ended = st.session_state.pop("report_ended", None)
    if ended is None:
        return False
    if ended == "fixed":
        st.title("Good to hear")
        st.write("Nothing was reported. That it helped is counted, so that others find it sooner.")
    else:
        st.title(f"You are with {ended}")
        st.write("You will be told how it goes; nothing more to send.")
        if person.id is not None:
            st.page_link(frame.PAGES / "incident.py", label="Follow it", query_params={"id": ended})
    st.page_link(frame.PAGES / "search.py", label="Find", icon=":material/search:")
    return True


def _save(desk: Desk, person: Person, key: str) -> None:
    kept = {field: _value(field, key) for field in FIELDS}
    with suppress(NoDatabase):  # the page says so, and keeps it as it runs again
        incidents.save_draft(desk, person, key, {**kept, "files": _value("files", key)})
        return
    st.session_state["unsaved"] = key


def _upload(desk: Desk, person: Person, key: str, turn: int) -> None:
    try:
        st.session_state[_name("files", key)] += keep_files(desk, person, st.session_state[f"upload-{key}-{turn}"])
    except NoDatabase:
        return
    except FirstlineError as error:
        st.session_state["objection"] = str(error)
    st.session_state["uploads"] = turn + 1
    _save(desk, person, key)


def _drop(desk: Desk, person: Person, key: str, file_id: str) -> None:
    st.session_state[_name("files", key)].remove(file_id)
    _save(desk, person, key)


def _send(desk: Desk, person: Person, key: str) -> None:
    _save(desk, person, key)
    given = {field: _value(field, key) or ("" if field != "service_id" else None) for field in FIELDS}
    is_sent = act(incidents.submit, desk, person, key=key, attachments=_value("files", key), **given)
    st.session_state["report_over"] = is_sent


def _fixed(desk: Desk, person: Person, article_id: int) -> None:
    if act(feedback.fixed_it, desk, person, article_id, where="report"):
        _end("fixed")


def _me_too(desk: Desk, person: Person, key: str, incident_id: int) -> None:
    if act(incidents.me_too, desk, person, incident_id, email=_value("guest_email", key) or ""):
        _end(incidents.number(incident_id))


def _end(how: str) -> None:
    st.session_state["report_ended"] = how
    st.session_state["report_over"] = True
    st.query_params.clear()


def _name(field: str, key: str) -> str:
    return f"report-{field}-{key}"


def _value(field: str, key: str) -> Any:
    return st.session_state.get(_name(field, key))
