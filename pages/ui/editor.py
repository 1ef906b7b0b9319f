"""The editor of an article: text and preview, its way to the reader, its history and what readers say."""

from __future__ import annotations

import streamlit as st

from kb import articles, feedback, markup, services
from kb.articles import Editing, Text
from kb.desk import Desk
from kb.errors import Conflict, FirstlineError, NoDatabase
from kb.labels import REASONS_NOT_HELPFUL, ArticleStatus, Audience, Role, words
from kb.person import Person
from pages.ui import cards, frame
from pages.ui.drafting import Form, fragment
from pages.ui.incidents import objection

OUTLINE = "## Symptom\n\n\n## Cause\n\n\n## Steps\n\n1. \n\n## How to verify\n\n"
FIELDS = ("title", "body", "type", "tags", "environment", "audience", "note")
BASE = "base"
"""The revision one started from."""
AUDIENCES = {Audience.PUBLIC: "Everybody", Audience.INTERNAL: "Agents only"}


def show_new(desk: Desk, person: Person) -> None:
    """An empty form; saving makes a draft and opens it."""
    st.title("New article", anchor=False)
    _show_form(desk, person, None)


def show(desk: Desk, person: Person, article_id: int) -> None:
    """The editor of an article that is there."""
    editing = articles.editing(desk, person, article_id)
    waiting = " · a change waits for review" if editing.is_pending else ""
    st.title(frame.as_text(editing.text.title), anchor=False)
    st.caption(f"{articles.label(article_id)} · {words(editing.status).lower()}{waiting} · revision {editing.revision}")
    _show_steps(desk, person, editing)
    writing, history, said = st.tabs(["Text", "History", "What readers say"])
    with writing:
        _show_form(desk, person, article_id)
    with history:
        _show_history(desk, person, editing)
    with said:
        _show_feedback(desk, person, article_id)


@fragment
def _show_form(desk: Desk, person: Person, article_id: int | None) -> None:
    """The form of an article, None for a new one; what is written is kept until it is saved."""
    editing = articles.editing(desk, person, article_id) if article_id else None
    form = _form(desk, person, editing)
    _fill(form, editing)
    _fields(form)
    if _press(form, has_note=editing is not None):
        _save(form, editing)


def _form(desk: Desk, person: Person, editing: Editing | None) -> Form:
    number = editing.id if editing else "new"
    mark = f"{number}{st.session_state.get(f'restored-{number}', '')}"
    return Form(desk, person, f"{person.rater}:article:{number}", (*FIELDS, BASE), mark, kept_as="article_")


def _fill(form: Form, editing: Editing | None) -> None:
    text = editing.text if editing else Text("", OUTLINE)
    usual = {
        "title": text.title,
        "body": text.body,
        "type": text.type,
        "tags": ", ".join(text.tags),
        "environment": text.environment,
        "audience": editing.audience if editing else Audience.PUBLIC,
        "note": "",
        BASE: editing.revision if editing else 0,
    }
    form.fill(usual)
    if form.is_back:
        with st.container(horizontal=True, vertical_alignment="center"):
            st.caption("What you wrote and did not save is back.")
            st.button("Discard it", type="tertiary", on_click=form.drop)


def _fields(form: Form) -> None:
    name, kept = form.name, form.on_change
    names = {"": "Not of one type", **services.type_names(form.desk)}
    if form.value("type") not in names:  # it was merged into another meanwhile
        st.session_state[name("type")] = ""
    st.text_input("Title", key=name("title"), max_chars=200, placeholder="What people would search for", **kept)
    st.text_area("Text in Markdown", key=name("body"), height=420, max_chars=articles.MOST_BODY, **kept)
    left, right = st.columns(2)
    left.selectbox("Type", [*names], key=name("type"), format_func=lambda one: names[one], **kept)
    right.selectbox("Who finds it", [*AUDIENCES], key=name("audience"), format_func=lambda one: AUDIENCES[one], **kept)
    left.text_input("Tags, with commas between", key=name("tags"), **kept)
    right.text_input("Applies to", key=name("environment"), max_chars=300, **kept)


def _text(form: Form) -> Text:
    title, body, kind, tags, environment = (form.value(field) or "" for field in FIELDS[:5])
    return Text(title, body, kind, tuple(tags.split(",")), environment)


def _press(form: Form, *, has_note: bool) -> bool:
    """Whether the text is to be saved; the preview stays open while one writes on."""
    if has_note:
        st.text_input("What did you change?", key=form.name("note"), max_chars=200, **form.on_change)
    preview = f"preview-{form.mark}"
    with st.container(horizontal=True):
        if st.button("Preview"):
            st.session_state[preview] = not st.session_state.get(preview)
        is_save = st.button("Save", type="primary")
    if st.session_state.get(preview):
        _preview(_text(form))
    return is_save


def _save(form: Form, editing: Editing | None) -> None:
    text = _text(form)
    given = {
        "title": text.title, "body": text.body, "type": text.type, "tags": text.tags,
        "environment": text.environment, "audience": form.value("audience"),
    }  # fmt: skip
    try:
        if editing is None:
            article_id = articles.draft(form.desk, form.person, **given)
        else:
            article_id, base = editing.id, form.value(BASE)
            articles.revise(form.desk, form.person, article_id, revision=base, note=form.value("note") or "", **given)
    except NoDatabase:
        raise
    except Conflict as error:
        _show_conflict(form, editing, error)
    except FirstlineError as error:
        st.error(str(error))
    else:
        _leave(form, article_id, is_new=editing is None)


def _leave(form: Form, article_id: int, *, is_new: bool) -> None:
    """It is saved: what was kept goes, and the page shows how the article stands now."""
    form.drop()
    st.session_state.pop(f"preview-{form.mark}", None)
    if not is_new:
        st.toast("Saved.")
        st.rerun()
    st.switch_page(frame.PAGES / "write.py", query_params={"id": articles.label(article_id)})


def _show_conflict(form: Form, editing: Editing | None, error: Conflict) -> None:
    st.error(str(error))
    if editing is None:
        return
    st.write("Your text is still in the form above. The newest text is this; carry over what you need, then save.")
    st.text_area("The newest text", editing.text.body, height=300, disabled=True, key=f"theirs-{editing.revision}")
    st.button("I have carried it over", on_click=_carried_over, args=(form, editing.revision))


def _carried_over(form: Form, revision: int) -> None:
    st.session_state[form.name(BASE)] = revision
    form.keep()


def _preview(text: Text) -> None:
    with st.container(border=True):
        st.title(frame.as_text(text.title or "Untitled"), anchor=False)
        st.markdown(markup.safe(text.body))


def _show_steps(desk: Desk, person: Person, editing: Editing) -> None:
    """What can be done next with the article as it is saved."""
    is_published = editing.status is ArticleStatus.PUBLISHED
    is_waiting = editing.is_pending or not is_published
    with st.container(horizontal=True, vertical_alignment="center"):
        st.page_link(
            frame.PAGES / "article.py", label="Read it", icon=":material/visibility:",
            query_params={"id": articles.label(editing.id)},
        )  # fmt: skip
        if editing.status is ArticleStatus.DRAFT or (editing.is_pending and not person.may(Role.LEAD)):
            _step("Hand in for review", articles.submit_for_review, desk, person, editing.id)
        if person.may(Role.LEAD) and is_waiting:
            _step("Publish", articles.publish, desk, person, editing.id, revision=editing.revision)
        if person.may(Role.LEAD) and editing.status is ArticleStatus.IN_REVIEW:
            _step("Back to the writer", articles.return_to_draft, desk, person, editing.id)
        if is_published:
            _step("It still holds", articles.verify, desk, person, editing.id)
        if person.may(Role.LEAD) and editing.status is not ArticleStatus.ARCHIVED:
            _step("Archive", articles.archive, desk, person, editing.id)


def _step(name: str, verb, *arguments, **named) -> None:
    st.button(name, key=f"step-{name}", on_click=_do, args=(name, verb, *arguments), kwargs=named)


def _do(name: str, verb, *arguments, **named) -> None:
    try:
        verb(*arguments, **named)
    except FirstlineError as error:
        st.error(str(error))
    else:
        st.toast(f"{name}: done.")


def _show_history(desk: Desk, person: Person, editing: Editing) -> None:
    rows = articles.revisions(desk, person, editing.id)
    for row in rows:
        by = f" by {row.author}" if row.author else ""
        note = f": {row.note}" if row.note else ""
        st.caption(frame.as_text(f"{row.number}. {words(row.status)}, {row.at:%d %b %Y %H:%M}{by}{note}"))
    numbers = [row.number for row in rows]
    if len(numbers) < 2:
        return
    left, right = st.columns(2)
    old = left.selectbox("From revision", numbers, index=1, key="diff-old")
    new = right.selectbox("To revision", numbers, key="diff-new")
    changed = articles.diff(desk, person, editing.id, old=old, new=new)
    st.code(changed or "Both say the same.", language="diff", wrap_lines=True)
    st.button(f"Restore revision {old}", on_click=_restore, args=(desk, person, editing, old))


def _restore(desk: Desk, person: Person, editing: Editing, number: int) -> None:
    try:
        articles.restore(desk, person, editing.id, number, revision=editing.revision)
    except FirstlineError as error:
        st.error(str(error))
        return
    _form(desk, person, editing).drop()
    # Fields of the same key would keep what stands in the browser: the restored text comes in new ones.
    st.session_state[f"restored-{editing.id}"] = f"-restored-{editing.revision}"
    st.toast(f"Revision {number} is the newest text again.")


def _show_feedback(desk: Desk, person: Person, article_id: int) -> None:
    remarks = feedback.remarks(desk, person, article_id)
    low = feedback.low_ratings(desk, person, article_id)
    if not remarks and not low:
        st.info("No open remarks and nobody it did not help.")
    for remark in remarks:
        _ask_for_answer(desk, person, remark)
    for rating in low:
        reason = REASONS_NOT_HELPFUL.get(rating.reason, "No reason given")
        st.caption(f"Did not help, {cards.age(rating.at, desk.now())}: {reason}")
        if rating.comment:
            st.text(rating.comment)


@fragment
def _ask_for_answer(desk: Desk, person: Person, remark: feedback.Remark) -> None:
    form = Form(desk, person, f"{person.rater}:answer:{remark.id}", ("answer",), f"remark-{remark.id}")
    form.fill({"answer": ""})
    with st.container(border=True):
        st.markdown(f"> {frame.as_text(remark.quote)}")
        st.text(remark.body)
        st.caption(f"{frame.as_text(remark.author)}, {cards.age(remark.at, desk.now())}")
        st.text_input("Answer", key=form.name("answer"), max_chars=feedback.MOST_COMMENT, **form.on_change)
        st.button("Resolve", key=f"resolve-{remark.id}", on_click=_resolve, args=(form, remark.id))
        objection()


def _resolve(form: Form, annotation_id: int) -> None:
    form.send(feedback.resolve_annotation, annotation_id, answer=form.value("answer") or "", done="Resolve: done.")
