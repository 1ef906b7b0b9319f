"""Find: the answer while it is being typed."""

import streamlit as st

from kb import search, services
from pages.ui import cards, frame

desk, person = frame.enter()
names = services.type_names(desk)


def take_as_written(query: str) -> None:
    st.session_state["as-written"] = query


@st.fragment
def find() -> None:
    query = st.text_input(
        "Search the knowledge base",
        key="q",
        type="search",
        live="200ms",
        bind="query-params",
        placeholder="Describe it in your words: printer jobs stay in the queue",
        label_visibility="collapsed",
        max_chars=512,
    )
    if len((query or "").strip()) < 2:
        show_shelves()
    else:
        show_results(query or "")


def show_results(query: str) -> None:
    kind = st.session_state.get("type") or st.query_params.get("type")
    tags = st.session_state.get("tag") or st.query_params.get_all("tag")
    is_new = st.session_state.get("searched") != query
    results = search.search(
        desk,
        person,
        query,
        types=[kind] if kind else (),
        tags=tags,
        exact=st.session_state.get("as-written") == query,
        is_final=is_new,
    )
    st.session_state["searched"] = query
    if results.corrections:
        left, right = st.columns([3, 2], vertical_alignment="center")
        left.write(f"Showing results for **{frame.as_text(results.shown_query)}**")
        right.button(f"Search instead for “{frame.as_text(query)}”", on_click=take_as_written, args=(query,))
    types = list(dict.fromkeys([*results.type_counts, *([kind] if kind else [])]))
    if types:
        st.pills(
            "Type",
            types,
            key="type",
            bind="query-params",
            format_func=lambda one: f"{names.get(one, one)} {results.type_counts.get(one, 0)}",
        )
    shown_tags = list(dict.fromkeys([*tags, *results.tag_counts]))
    if shown_tags:
        with st.expander("Narrow down by tag"):
            st.pills("Tag", shown_tags, key="tag", selection_mode="multi", bind="query-params")
    if not results.hits:
        st.subheader(f"Nothing found for “{frame.as_text(query)}”")
        st.write("Try fewer or other words, or report it: your words come along.")
    for hit in results.hits:
        cards.card(desk, person, hit, names)
    if results.hits:
        st.caption(f"{results.found} found in {results.milliseconds:.0f} ms. Nothing fits?")
    st.page_link(
        frame.PAGES / "submit.py", label="Report it", icon=":material/edit_note:", query_params={"title": query[:200]}
    )
    if not results.hits:
        st.subheader("What helped others")
        cards.shelf(desk, search.popular(desk, person, limit=4), names)


def show_shelves() -> None:
    left, right = st.columns(2, gap="large")
    with left:
        st.subheader("What helped others")
        cards.shelf(desk, search.popular(desk, person), names)
    with right:
        st.subheader("New")
        cards.shelf(desk, search.recent(desk, person), names)


cards.banners(desk)
st.html(cards.STYLE)
st.title("What’s not working?")
find()
