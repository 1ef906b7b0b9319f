"""What a reader can say under an article, and what an agent can do with it."""

from __future__ import annotations

import streamlit as st

from kb import articles, feedback, search
from kb.articles import ArticleView
from kb.desk import Desk
from kb.errors import FirstlineError
from kb.labels import REASONS_NOT_HELPFUL, ArticleStatus, Role
from kb.person import Person
from pages.ui import cards, frame
from pages.ui.drafting import Form, fragment
from pages.ui.incidents import act, objection

RATED = "Thank you. Your answer is kept; a new one replaces it."


def show_rating(desk: Desk, person: Person, article: ArticleView) -> None:
    """This fixed it, it helped, or it did not and why."""
    mine = feedback.my_rating(desk, person, article.id)
    if mine:
        st.success("You said: this helped." if mine.is_helpful else "You said: this did not help. Thank you.")
    with st.container(horizontal=True):
        cards.fixed_button(desk, person, article.id)
        st.button(
            "It helped", icon=":material/thumb_up:", key="helped", on_click=_rate, args=(desk, person, article.id)
        )
    _ask_why_not(desk, person, article.id)
    if mine is None and article.rated:
        st.caption(f"It {cards.helped(article.helped, article.rated)} people who said so.")


@fragment
def _ask_why_not(desk: Desk, person: Person, article_id: int) -> None:
    form = Form(desk, person, f"{person.rater}:rating:{article_id}", ("reason", "comment"), f"rating-{article_id}")
    form.fill({"reason": None, "comment": ""})
    with st.expander("It didn’t help", icon=":material/thumb_down:", expanded=form.is_back):
        name, kept = form.name, form.on_change
        st.radio(
            "Why not?",
            list(REASONS_NOT_HELPFUL),
            key=name("reason"),
            index=None,
            format_func=REASONS_NOT_HELPFUL.get,
            **kept,
        )
        st.text_area("What should be different?", key=name("comment"), max_chars=feedback.MOST_COMMENT, **kept)
        st.button("Send", key="send-rating", on_click=_say_why_not, args=(form, article_id))
        objection()


def show_star(desk: Desk, person: Person, article: ArticleView) -> None:
    """Keep the article among the favourites on Find, or keep it no longer; for whoever is signed in."""
    if not person.may(Role.USER):
        return
    is_kept = search.is_favourite(desk, person, article.id)
    st.button(
        "Favourite" if is_kept else "Add to favourites",
        key="favourite-kept" if is_kept else "favourite",
        icon=":material/star:",
        type="tertiary",
        help="One click takes it off the list." if is_kept else "It will stand on Find, below the search box.",
        on_click=_keep,
        args=(desk, person, article.id, not is_kept),
    )


def show_annotations(desk: Desk, person: Person, article: ArticleView) -> None:
    """The open remarks, and a form for one more."""
    remarks = feedback.remarks(desk, person, article.id)
    if remarks:
        st.subheader("Remarks", anchor=False)
    for remark in remarks:
        with st.container(border=True):
            st.markdown(f"> {frame.as_text(remark.quote)}")
            st.text(remark.body)
            st.caption(f"{frame.as_text(remark.author)}, {cards.age(remark.at, desk.now())}")
            if person.may(Role.AGENT):
                st.button("Resolve", key=f"resolve-{remark.id}", on_click=_resolve, args=(desk, person, remark.id))
    if not person.may(Role.USER):
        st.caption("Sign in to annotate a passage.")
        return
    _ask_for_remark(desk, person, article.id)


@fragment
def _ask_for_remark(desk: Desk, person: Person, article_id: int) -> None:
    form = Form(desk, person, f"{person.rater}:remark:{article_id}", ("quote", "remark"), f"remark-{article_id}")
    form.fill({"quote": "", "remark": ""})
    with st.expander("Annotate a passage", icon=":material/edit_square:", expanded=form.is_back):
        name, kept = form.name, form.on_change
        st.text_area("The passage, copied from the text", key=name("quote"), max_chars=feedback.MOST_QUOTE, **kept)
        st.text_area("Your remark", key=name("remark"), max_chars=feedback.MOST_COMMENT, **kept)
        st.button("Add the remark", on_click=_annotate, args=(form, article_id))
        objection()


def show_desk_work(desk: Desk, person: Person, article: ArticleView) -> None:
    """For agents: change it, or say that it still holds."""
    st.subheader("For agents", anchor=False)
    if article.has_pending:
        st.info("A change waits for review.")
    st.page_link(frame.PAGES / "write.py", label="Edit", icon=":material/edit:", query_params={"id": article.number})
    if article.status is ArticleStatus.PUBLISHED:
        st.button("It still holds", icon=":material/verified:", on_click=_verify, args=(desk, person, article.id))


def _rate(desk: Desk, person: Person, article_id: int) -> None:
    act(feedback.rate, desk, person, article_id, is_helpful=True, done=RATED)


def _say_why_not(form: Form, article_id: int) -> None:
    reason, comment = (form.value(field) or "" for field in form.fields)
    form.send(feedback.rate, article_id, is_helpful=False, reason=reason, comment=comment, done=RATED)


def _keep(desk: Desk, person: Person, article_id: int, is_kept: bool) -> None:
    try:
        search.set_favourite(desk, person, article_id, is_favourite=is_kept)
    except FirstlineError as error:
        st.error(str(error))


def _annotate(form: Form, article_id: int) -> None:
    quote, body = (form.value(field) or "" for field in form.fields)
    form.send(feedback.annotate, article_id, quote=quote, body=body)


def _resolve(desk: Desk, person: Person, annotation_id: int) -> None:
    try:
        feedback.resolve_annotation(desk, person, annotation_id)
    except FirstlineError as error:
        st.error(str(error))


def _verify(desk: Desk, person: Person, article_id: int) -> None:
    try:
        articles.verify(desk, person, article_id)
    except FirstlineError as error:
        st.error(str(error))
    else:
        st.toast("Verified as of now.")
