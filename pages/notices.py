"""Notices: what is new for me, the newest first."""

import streamlit as st

from kb import outbox
from kb.labels import Role
from pages.ui import frame
from pages.ui.incidents import STYLE, moment, said

desk, person = frame.enter(Role.USER)


def target(link: str) -> tuple[str, dict[str, str]] | None:
    """The page and id a notice leads to; None for one without."""
    path, _, query = link.partition("?id=")
    pages = {"/incident": "incident.py", "/article": "article.py", "/write": "write.py", "/review": "review.py"}
    return (pages[path], {"id": query.split("&")[0]} if query else {}) if path in pages else None


def show(notice: outbox.Notice) -> None:
    with st.container(border=True, gap="xsmall"):
        sign = "" if notice.is_read else ":blue-badge[new] "
        st.markdown(f"{sign}**{frame.as_text(notice.subject)}**")
        st.caption(moment(desk, notice.created_at))
        if notice.body:
            said(notice.body)
        with st.container(horizontal=True, vertical_alignment="center"):
            if found := target(notice.link):
                st.page_link(frame.PAGES / found[0], label="Open", query_params=found[1])
            if not notice.is_read:
                mark = (desk, person, [notice.id])
                st.button(
                    "Mark as read", key=f"read-{notice.id}", type="tertiary", on_click=outbox.mark_read, args=mark
                )


st.html(STYLE)
st.title("Notices")
notices = outbox.notices(desk, person)
if not notices:
    st.info("Nothing yet. When something happens to an incident or article of yours, it stands here.")
    st.page_link(frame.PAGES / "search.py", label="Find an answer", icon=":material/search:")
elif any(not notice.is_read for notice in notices):
    st.button("Mark all as read", on_click=outbox.mark_read, args=(desk, person))
for notice in notices:
    show(notice)
