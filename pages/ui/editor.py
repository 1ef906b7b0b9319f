"""The editor of an article: text and preview, its way to the reader, its history and what readers say."""

from __future__ import annotations

import streamlit as st

from kb import articles, feedback, markup, services
from kb.articles import Editing, Text
from kb.desk import Desk
from kb.errors import Conflict, FirstlineError
from kb.labels import REASONS_NOT_HELPFUL, ArticleStatus, Audience, Role, words
from kb.person import Person
from pages.ui import cards, frame

OUTLINE = "## Symptom\n\n\n## Cause\n\n\n## Steps\n\n1. \n\n## How to verify\n\n"
AUDIENCES = {Audience.PUBLIC: "Everybody", Audience.INTERNAL: "Agents only"}


def show_new(desk: Desk, person: Person) -> None:
    """An empty form; saving makes a draft and opens it."""
    st.title("New article", anchor=False)
    with st.form("new-article"):
        text, audience = _fields(desk, "new", Text("", OUTLINE), Audience.PUBLIC)
        is_preview, is_save = _buttons()
    if is_preview:
        _preview(text)
    if is_save:
        try:
            article_id = articles.draft(
                desk, person, title=text.title, body=text.body, type=text.type, tags=text.tags,
                environment=text.environment, audience=audience,
            )  # fmt: skip
        except FirstlineError as error:
            st.error(str(error))
        else:
            st.switch_page(frame.PAGES / "write.py", query_params={"id": articles.label(article_id)})


def show(desk: Desk, person: Person, article_id: int) -> None:
    """The editor of an article that is there."""
    editing = articles.editing(desk, person, article_id)
    waiting = " · a change waits for review" if editing.is_pending else ""
    st.title(frame.as_text(editing.text.title), anchor=False)
    st.caption(f"{articles.label(article_id)} · {words(editing.status).lower()}{waiting} · revision {editing.revision}")
    _show_steps(desk, person, editing)
    writing, history, said = st.tabs(["Text", "History", "What readers say"])
    with writing:
        _show_form(desk, person, editing)
    with history:
        _show_history(desk, person, editing)
    with said:
        _show_feedback(desk, person, article_id)


def _show_form(desk: Desk, person: Person, editing: Editing) -> None:
    base, key = f"base-{editing.id}", f"{editing.id}{st.session_state.get(f'restored-{editing.id}', '')}"
    if f"body-{key}" not in st.session_state:
        st.session_state[base] = editing.revision
    with st.form(f"article-{key}"):
        text, audience = _fields(desk, key, editing.text, editing.audience)
        note = st.text_input("What did you change?", key=f"note-{key}", max_chars=200)
        is_preview, is_save = _buttons()
    if is_preview:
        _preview(text)
    if not is_save:
        return
    try:
        st.session_state[base] = articles.revise(
            desk, person, editing.id, revision=st.session_state[base], title=text.title, body=text.body,
            type=text.type, tags=text.tags, environment=text.environment, audience=audience, note=note,
        )  # fmt: skip
    except Conflict as error:
        _show_conflict(editing, error, base)
    except FirstlineError as error:
        st.error(str(error))
    else:
        st.toast("Saved.")
        st.rerun()


def _show_conflict(editing: Editing, error: Conflict, base: str) -> None:
    st.error(str(error))
    st.write("Your text is still in the form above. The newest text is this; carry over what you need, then save.")
    st.text_area("The newest text", editing.text.body, height=300, disabled=True, key=f"theirs-{editing.revision}")
    st.button("I have carried it over", on_click=st.session_state.__setitem__, args=(base, editing.revision))


def _fields(desk: Desk, key: str, text: Text, audience: Audience) -> tuple[Text, Audience]:
    names = {"": "Not of one type", **services.type_names(desk)}
    title = st.text_input(
        "Title", text.title, key=f"title-{key}", max_chars=200, placeholder="What people would search for"
    )
    body = st.text_area("Text in Markdown", text.body, key=f"body-{key}", height=420, max_chars=articles.MOST_BODY)
    left, right = st.columns(2)
    kind = left.selectbox(
        "Type", [*names], index=[*names].index(text.type), key=f"type-{key}", format_func=lambda one: names[one]
    )
    for_whom = right.selectbox(
        "Who finds it", [*AUDIENCES], index=[*AUDIENCES].index(audience), key=f"audience-{key}",
        format_func=lambda one: AUDIENCES[one],
    )  # fmt: skip
    tags = left.text_input("Tags, with commas between", ", ".join(text.tags), key=f"tags-{key}")
    environment = right.text_input("Applies to", text.environment, key=f"environment-{key}", max_chars=300)
    return Text(title, body, kind, tuple(tags.split(",")), environment), for_whom


def _buttons() -> tuple[bool, bool]:
    with st.container(horizontal=True):
        return st.form_submit_button("Preview"), st.form_submit_button("Save", type="primary")


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
    # Fields of the same key would keep what stands in the browser: the restored text comes in new ones.
    st.session_state[f"restored-{editing.id}"] = f"-restored-{editing.revision}"
    st.toast(f"Revision {number} is the newest text again.")


def _show_feedback(desk: Desk, person: Person, article_id: int) -> None:
    remarks = feedback.remarks(desk, person, article_id)
    low = feedback.low_ratings(desk, person, article_id)
    if not remarks and not low:
        st.info("No open remarks and nobody it did not help.")
    for remark in remarks:
        with st.form(f"remark-{remark.id}"):
            st.markdown(f"> {frame.as_text(remark.quote)}")
            st.text(remark.body)
            st.caption(f"{frame.as_text(remark.author)}, {cards.age(remark.at, desk.now())}")
            answer = st.text_input("Answer", key=f"answer-{remark.id}", max_chars=feedback.MOST_COMMENT)
            if st.form_submit_button("Resolve"):
                _do("Resolve", feedback.resolve_annotation, desk, person, remark.id, answer=answer)
                st.rerun()
    for rating in low:
        reason = REASONS_NOT_HELPFUL.get(rating.reason, "No reason given")
        st.caption(f"Did not help, {cards.age(rating.at, desk.now())}: {reason}")
        if rating.comment:
            st.text(rating.comment)
