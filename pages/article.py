"""Article: the text, how well it helped others, and what readers have to say about it."""

import streamlit as st

from kb import articles, markup, search, services
from kb.errors import FirstlineError
from kb.labels import ArticleStatus, Audience, Role, words
from pages.ui import cards, frame, keys, reader

desk, person = frame.enter()
frame.keep_address()
names = services.type_names(desk)


def facts(article: articles.ArticleView) -> str:
    now, checked_at = desk.now(), article.verified_at
    parts = [
        article.number,
        names.get(article.type, ""),
        f"verified {cards.age(checked_at, now)}" if checked_at else f"updated {cards.age(article.updated_at, now)}",
        cards.helped(article.helped, article.rated),
        "internal" if article.audience is Audience.INTERNAL else "",
        words(article.status).lower() if article.status is not ArticleStatus.PUBLISHED else "",
    ]
    return " · ".join(frame.as_text(part) for part in parts if part)


def show(article: articles.ArticleView) -> None:
    st.html(cards.STYLE)
    st.title(frame.as_text(article.title), anchor=False)
    with st.container(horizontal=True, vertical_alignment="center", key="facts"):
        st.caption(facts(article), width="content")
        reader.show_star(desk, person, article)
    if article.needs_verifying:
        st.warning("Nobody has checked this for a long time. It may be out of date.", icon=":material/history:")
    left, right = st.columns([3, 1], gap="large")
    with left:
        if article.environment:
            st.caption(f"Applies to: {frame.as_text(article.environment)}")
        st.markdown(markup.safe(article.body))
        st.divider()
        reader.show_rating(desk, person, article)
        reader.show_annotations(desk, person, article)
        keys.keep_writing()
    with right:
        show_side(article)


def show_side(article: articles.ArticleView) -> None:
    parts = [heading for heading in markup.headings(article.body) if heading.level <= 3]
    if len(parts) > 1:
        st.subheader("Contents", anchor=False)
        least = min(part.level for part in parts)
        lines = ["  " * (part.level - least) + f"- [{frame.as_text(part.text)}](#{part.anchor})" for part in parts]
        st.markdown("\n".join(lines))
    related = search.related(desk, person, article)
    if related:
        st.subheader("Related", anchor=False)
        for hit in related:
            cards.link(hit)
    if article.tags:
        st.caption("Tags: " + ", ".join(frame.as_text(tag) for tag in article.tags))
    if person.may(Role.AGENT):
        reader.show_desk_work(desk, person, article)


try:
    asked_for = articles.get(desk, person, articles.number(st.query_params.get("id", "")))
except FirstlineError as error:
    st.title("Article")
    st.info(f"{error} It may have been withdrawn. Search for what it was about.")
    st.page_link(frame.PAGES / "search.py", label="Find an article", icon=":material/search:")
    st.stop()
search.opened(desk, person, asked_for.id)
search.note_read(desk, person, asked_for.id)
show(asked_for)
if section := st.query_params.get("section", ""):
    keys.open_at(section)
