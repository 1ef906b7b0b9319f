"""Find: the answer while it is being typed."""

import streamlit as st

from kb import search, services
from kb.search import Results
from pages.ui import banner, cards, frame, keys, results

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
        live="150ms",
        bind="query-params",
        placeholder="Describe it in your words: printer jobs stay in the queue",
        label_visibility="collapsed",
        max_chars=512,
    ).strip()
    with st.container(key="answers"):
        if len(query) < 2:
            show_shelves()
        else:
            show(query, found_for(query))


def found_for(query: str) -> Results:
    chosen = results.chosen(names)
    is_new = st.session_state.get("searched") != query
    st.session_state["searched"] = query
    return search.search(
        desk,
        person,
        query,
        types=chosen.types,
        tags=chosen.tags,
        age=chosen.age,
        is_verified=chosen.is_verified,
        exact=results.is_as_written(query),
        is_final=is_new,
    )


def show(query: str, found: Results) -> None:
    results.show_completions(query, search.complete(desk, person, query, limit=3))
    results.show_spelling(query, found)
    results.show_filters(found, names)
    for hit in found.hits:
        cards.card(desk, person, hit, names)
    if found.hits:
        st.caption(f"{results.count(found)} in {found.milliseconds:.0f} ms. Nothing fits?")
    else:
        results.show_nothing(query, names)
    st.page_link(
        frame.PAGES / "submit.py", label="Report it", icon=":material/edit_note:", query_params={"title": query[:200]}
    )
    if not found.hits:
        show_shelves()


def show_shelves() -> None:
    shelves = {
        "Favourites": search.favourites(desk, person, limit=5),
        "Read last": search.last_read(desk, person, limit=5),
        "What helped others": search.popular(desk, person, limit=5),
        "New": search.recent(desk, person, limit=5),
    }
    shown = [(title, hits) for title, hits in shelves.items() if hits]
    if not shown:
        st.info("There are no articles yet. Report what is not working, and people will look at it.")
    for row in (shown[:2], shown[2:]):
        for column, (title, hits) in zip(st.columns(2, gap="large"), row, strict=False):
            with column:
                st.subheader(title, anchor=False)
                cards.shelf(desk, hits, names)


banner.show_banners(desk)
st.html(cards.STYLE + results.STYLE)
st.title("What’s not working?", anchor=False)
find()
keys.listen()
