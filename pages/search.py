"""Find: the answer while it is being typed."""

from contextlib import suppress

import streamlit as st

from kb import search, services
from kb.errors import NoDatabase
from kb.search import Results
from pages.ui import banner, cards, frame, keys, results, shelves

desk, person = frame.enter()
names = services.type_names(desk)


@st.fragment
def find() -> None:
    frame.wait_for_database()
    query = st.text_input(
        "Search the knowledge base",
        # Opening an article leaves /?id=... behind in the browser's history: stepping back to it shows the results.
        st.session_state.get("searched", "") if "id" in st.query_params else "",
        key="q",
        type="search",
        live=keys.pause(),
        bind="query-params",
        placeholder="Describe it in your words: printer jobs stay in the queue",
        label_visibility="collapsed",
        max_chars=512,
    ).strip()
    with frame.turn, st.container(key="answers"):
        if len(query) < 2:
            shelves.show(desk, person, names)
            return
        chosen = results.chosen(names)
        found = found_for(query, chosen)
        show(query, chosen, found)
    if st.session_state.get("searched") != query:  # it stands, and what was typed over meanwhile is not kept
        st.session_state["searched"] = query
        with suppress(NoDatabase):  # the results were found all the same
            search.record(desk, person, found)


def found_for(query: str, chosen: results.Chosen) -> Results:
    return search.search(
        desk,
        person,
        query,
        types=chosen.types,
        tags=chosen.tags,
        age=chosen.age,
        is_verified=chosen.is_verified,
        exact=results.is_as_written(query),
    )


def show(query: str, chosen: results.Chosen, found: Results) -> None:
    results.show_completions(query, found.completions)
    results.show_spelling(query, found)
    results.show_filters(found, chosen, names)
    if found.hits:
        cards.cards(desk, found.hits, names)
        st.caption(f"{results.count(found)} in {found.milliseconds:.0f} ms. Nothing fits?")
    else:
        results.show_nothing(query, chosen)
    st.page_link(
        frame.target("submit.py"), label="Report it", icon=":material/edit_note:", query_params={"title": query[:200]}
    )
    if not found.hits:
        shelves.show(desk, person, names)


keys.listen()
banner.show_banners(desk)
st.html(cards.STYLE + results.STYLE)
st.title("What’s not working?", anchor=False)
find()
