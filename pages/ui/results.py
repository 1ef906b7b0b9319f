"""What stands around the results of a search: spelling, filters, counts."""

from __future__ import annotations

from collections.abc import Mapping

import streamlit as st

from kb.search import POOL, Results
from pages.ui import frame


def chosen() -> tuple[str | None, list[str]]:
    """The type and the tags chosen; from the address before their widgets stand for the first time."""
    kind = st.session_state.setdefault("type", st.query_params.get("type"))
    return kind, list(st.session_state.get("tag") or st.query_params.get_all("tag"))


def is_as_written(query: str) -> bool:
    return bool(st.session_state.get("as-written") == query)


def show_spelling(query: str, found: Results) -> None:
    """What was searched for instead, and the way back to the words as typed."""
    if not found.corrections:
        return
    with st.container(horizontal=True, vertical_alignment="center"):
        st.markdown(f"Showing results for **{frame.as_text(found.shown_query)}**", width="content")
        st.button(
            f"Search instead for “{frame.as_text(query)}”",
            type="tertiary",
            on_click=st.session_state.__setitem__,
            args=("as-written", query),
        )


def show_filters(found: Results, names: Mapping[str, str]) -> None:
    """Types and tags of what was found, with counts; a chosen one stays even when nothing of it is left."""
    kind, tags = chosen()
    types = list(dict.fromkeys([*found.type_counts, *([kind] if kind in names else [])]))
    if types:
        st.pills(
            "Type",
            types,
            key="type",
            label_visibility="collapsed",
            format_func=lambda one: f"{names.get(one, one)} {found.type_counts.get(one, 0)}",
            on_change=_note_type,
        )
    shown = list(dict.fromkeys([*tags, *found.tag_counts]))
    if shown:
        with st.expander("Narrow down by tag", expanded=bool(tags)):
            st.pills("Tag", shown, key="tag", selection_mode="multi", bind="query-params", label_visibility="collapsed")


def _note_type() -> None:
    """Keep the type in the address by its short name; a bound widget would write the words with their count."""
    if kind := st.session_state.get("type"):
        st.query_params["type"] = kind
    else:
        st.query_params.pop("type", None)


def count(found: Results) -> str:
    return f"More than {POOL - 1} found" if found.found >= POOL else f"{found.found} found"
