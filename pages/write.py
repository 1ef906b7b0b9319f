"""Write: what needs a writer, and the editor."""

import streamlit as st

from kb import articles
from kb.errors import FirstlineError
from kb.labels import Role
from pages.ui import cards, editor, frame, keys

desk, person = frame.enter(Role.AGENT)
frame.keep_address()
SHELVES = {
    "drafts": ("Drafts", "No drafts. Begin a new article, or draft one from a resolved incident."),
    "in_review": ("In review", "Nothing waits for review."),
    "to_verify": ("To verify", "Every published article has been checked lately."),
    "low_rated": ("Helped too few", "No article disappoints its readers."),
    "annotated": ("Annotated", "No open remarks."),
    "archived": ("Archived", "Nothing is archived."),
}


def show_list() -> None:
    st.html(cards.STYLE)
    st.title("Write", anchor=False)
    st.page_link(frame.PAGES / "write.py", label="New article", icon=":material/add:", query_params={"id": "new"})
    work = articles.worklist(desk, person)
    asked = st.query_params.get("show", "")
    st.session_state.setdefault("show", asked if asked in SHELVES else "drafts")
    shelf = st.segmented_control(
        "Articles to work on",
        [*SHELVES],
        key="show",
        required=True,
        format_func=lambda one: f"{SHELVES[one][0]} {len(getattr(work, one))}",
    )
    rows: tuple[articles.Work, ...] = getattr(work, shelf)
    if not rows:
        st.info(SHELVES[shelf][1])
    for row in rows:
        with st.container(border=True, gap=None):
            st.page_link(
                frame.PAGES / "write.py",
                label=f"**{frame.as_text(row.title)}**",
                query_params={"id": articles.label(row.id)},
            )
            st.caption(f"{articles.label(row.id)} · {row.why} · changed {cards.age(row.updated_at, desk.now())}")


asked_for = st.query_params.get("id", "")
try:
    if asked_for == "new":
        editor.show_new(desk, person)
        keys.keep_writing()
    elif asked_for:
        editor.show(desk, person, articles.number(asked_for))
        keys.keep_writing()
    else:
        show_list()
except FirstlineError as error:
    st.error(str(error))
    st.page_link(frame.PAGES / "write.py", label="All articles to work on")
