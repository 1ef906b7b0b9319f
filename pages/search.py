"""Find: the answer while it is being typed."""

import streamlit as st

from kb import search, services
from kb.search import Results
from pages.ui import banner, cards, frame, results

desk, person = frame.enter()
names = services.type_names(desk)


@st.fragment
def find() -> None:
    query = st.text_input(
        "Search the knowledge base",
        # Opening an article leaves /?id=... behind in the browser's history: stepping back to it shows the results.
        st.session_state.get("searched", "") if "id" in st.query_params else "",
        key="q",
        type="search",
        live="200ms",
        bind="query-params",
        placeholder="Describe it in your words: printer jobs stay in the queue",
        label_visibility="collapsed",
        max_chars=512,
    ).strip()
    if len(query) < 2:
        show_shelves()
        return
    kind, tags = results.chosen()
    found = search.search(
        desk,
        person,
        query,
        types=[kind] if kind else (),
        tags=tags,
        exact=results.is_as_written(query),
        is_final=st.session_state.get("searched") != query,
    )
    st.session_state["searched"] = query
    show(query, found)


def show(query: str, found: Results) -> None:
    results.show_spelling(query, found)
    results.show_filters(found, names)
    for hit in found.hits:
        cards.card(desk, person, hit, names)
    if found.hits:
        st.caption(f"{results.count(found)} in {found.milliseconds:.0f} ms. Nothing fits?")
    else:
        st.subheader(f"Nothing found for “{frame.as_text(query)}”", anchor=False)
        st.write("Try fewer or other words, or report it: your words come along.")
    st.page_link(
        frame.PAGES / "submit.py", label="Report it", icon=":material/edit_note:", query_params={"title": query[:200]}
    )
    if not found.hits:
        show_shelves()


def show_shelves() -> None:
    shelves = {
        "What helped others": search.popular(desk, person),
        "New": search.recent(desk, person),
    }
    shown = {title: hits for title, hits in shelves.items() if hits}
    if not shown:
        st.info("There are no articles yet. Report what is not working, and people will look at it.")
    for column, (title, hits) in zip(st.columns(max(1, len(shown)), gap="large"), shown.items(), strict=False):
        with column:
            st.subheader(title, anchor=False)
            cards.shelf(desk, hits, names)


banner.show_banners(desk)
st.html(cards.STYLE)
st.title("What’s not working?", anchor=False)
find()
