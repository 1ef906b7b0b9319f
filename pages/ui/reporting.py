"""The report form: kept by its key from the first pause on, with what may help beside it."""

from __future__ import annotations

from collections import Counter

import streamlit as st

from kb import drafts, feedback, incidents, search, services, triage
from kb.desk import Desk
from kb.incidents import Submitted
from kb.labels import IMPACT_WORDS, URGENCY_WORDS, Impact, Role, Urgency, in_100, words
from kb.person import Person
from kb.redaction import redact
from pages.ui import cards, frame
from pages.ui.drafting import FILES, SENT, Form, fragment
from pages.ui.incidents import act, moment, objection, said, severity_words

FIELDS = ("title", "body", "impact", "urgency", "service_id", "guest_email")
LEAST_TEXT = 8


def report_key(person: Person) -> str:
    """The key of this report: a reload goes on with it and sends nothing twice.

    Its random half stands in the address; the person's own half sees to it that whoever is sent an address, or sends
    one, never comes upon the other's report.
    """
    if "draft" not in st.query_params:
        st.query_params["draft"] = drafts.new_key()
    return f"{person.rater}:{st.query_params['draft']}"[:200]


def start_over() -> None:
    st.query_params.clear()


@fragment
def show_form(desk: Desk, person: Person, key: str) -> None:
    """The form on the left, articles and open incidents like it on the right."""
    form = _form(desk, person, key)
    form.fill({"title": st.query_params.get("title", "")[:200], "body": "", "guest_email": ""})
    left, right = st.columns([3, 2], gap="large")
    with left:
        _ask(form)
        objection()
    with right:
        _offer(form)


def _form(desk: Desk, person: Person, key: str) -> Form:
    return Form(desk, person, key, FIELDS, mark=key)


def _ask(form: Form) -> None:
    known = {service.id: service.name for service in services.services(form.desk)}
    kept, name = form.on_change, form.name
    st.text_input("In one line", key=name("title"), max_chars=200, live="300ms", required=True, **kept)
    st.text_area("What happened", key=name("body"), max_chars=100_000, height=200, **kept,
                 placeholder="What you did, what you saw, since when. Paste messages as they are.")  # fmt: skip
    who, work = st.columns(2)
    who.radio("Who is affected", list(Impact), key=name("impact"), index=None, format_func=IMPACT_WORDS.get, **kept)
    work.radio("Can work go on", list(Urgency), key=name("urgency"), index=None, format_func=URGENCY_WORDS.get, **kept)
    st.selectbox(
        "Service",
        list(known),
        key=name("service_id"),
        index=None,
        format_func=lambda one: known.get(one, ""),
        placeholder="I don't know",
        **kept,
    )
    if form.person.role is Role.GUEST:
        st.text_input("Your e-mail address", key=name("guest_email"), type="email", autocomplete="email", **kept)
    form.ask_for_files()
    _show_masks(form)
    st.button("Send", type="primary", key=f"send-{form.key}", on_click=_send, args=(form,))


def _show_masks(form: Form) -> None:
    """What will be kept in place of passwords, keys and personal data, before anything is sent."""
    done = [redact(form.value(field) or "") for field in ("title", "body")]
    counts = Counter(mask.kind for text in done for mask in text.masks)
    if counts:
        told = ", ".join(f"{kind} ({n} times)" if n > 1 else kind for kind, n in counts.items())
        st.info(f"Masked before it is kept: {told}. This is what others will read:", icon=":material/shield:")
        said("\n\n".join(text.text for text in done if text.masks))


def _offer(form: Form) -> None:
    desk, person = form.desk, form.person
    title, body = form.value("title") or "", form.value("body") or ""
    text = f"{title} {body}".strip()
    hits = search.suggest(desk, person, text) if len(text) >= LEAST_TEXT else ()
    others = incidents.similar(desk, person, title, body) if len(text) >= LEAST_TEXT else ()
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
            st.button("Me too", key=f"too-{other.id}", on_click=_me_too, args=(form, other.id))


def show_done(desk: Desk, person: Person, done: Submitted) -> None:
    """The number, the label and how sure it is, when to expect an answer."""
    st.title(f"Reported: {done.number}")
    st.write(f"**{frame.as_text(done.title)}**")
    names = services.type_names(desk)
    if done.is_type_sure:
        name = names.get(done.type_guess, words(done.type_guess))
        # What it was right on is a fact; its confidence is what it thinks of itself.
        known = triage.frequency(done.type_n_alike, done.type_n_right)
        known = known or f"{in_100(done.type_confidence)} sure"
        st.write(f"The assistant takes it for **{frame.as_text(name)}**: {known}.")
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


def _send(form: Form) -> None:
    form.keep()
    given = {field: form.value(field) or ("" if field != "service_id" else None) for field in FIELDS}
    is_sent = act(incidents.submit, form.desk, form.person, key=form.key, attachments=form.value(FILES), **given)
    st.session_state[SENT] = is_sent


def _fixed(desk: Desk, person: Person, article_id: int) -> None:
    if act(feedback.fixed_it, desk, person, article_id, where="report"):
        _end("fixed")


def _me_too(form: Form, incident_id: int) -> None:
    email = form.value("guest_email") or ""
    if act(incidents.me_too, form.desk, form.person, incident_id, email=email):
        _end(incidents.number(incident_id))


def _end(how: str) -> None:
    st.session_state["report_ended"] = how
    st.session_state[SENT] = True
    st.query_params.clear()
