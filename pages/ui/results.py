"""What stands around the results of a search: titles to complete it with, spelling, filters, counts."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import streamlit as st

from kb.search import AGES, POOL, Completion, Results
from pages.ui import frame

STYLE = """<style>
.st-key-q {position: relative}
.st-key-q [data-testid="stTextInputRootElement"] {height: 3rem}
.st-key-q input {font-size: 1.0625rem; text-overflow: ellipsis}
.st-key-completed button {max-width: min(26rem, 80vw); border-color: transparent; background: none}
.st-key-completed button:first-of-type {margin-left: -.5rem}
.st-key-completed, .st-key-spelling {margin-top: -.5rem}
.st-key-spelling {row-gap: 0}
.st-key-filters {flex-wrap: nowrap}
.st-key-filters > .st-key-more-filters {order: -1; flex: none}
.st-key-filters > .st-key-type {flex: 1 1 0; min-width: 0; max-width: 100%; overflow: hidden; padding: .25rem 0}
.st-key-type .stButtonGroup {width: 100%; max-width: 100%}
.st-key-spelling button p {text-decoration: underline; text-underline-offset: .2em}
.st-key-more-filters button {min-height: 2rem; padding: .125rem .75rem; border-radius: 1rem}
.st-key-more-filters button p {font-size: .875rem; max-width: 16rem; overflow: hidden; text-overflow: ellipsis}
@media (hover: hover) and (min-width: 641px) {
  .st-key-q:has(input:placeholder-shown):not(:focus-within)::after {content: "/"; position: absolute; right: 1rem;
    top: .75rem; width: 1.5rem; text-align: center; line-height: 1.4rem; border: 1px solid; border-radius: .3rem;
    font-size: .875rem; opacity: .75; pointer-events: none}
}
@media (max-width: 640px) {
  .st-key-answers {gap: .75rem}
  .st-key-more-filters button p {max-width: 7rem}
}
</style>"""
AGE_WORDS = {"month": "Past month", "year": "Past year", "older": "Older"}
VERIFIED_WORDS = {"yes": "Verified", "no": "Not lately"}
FACETS = ("type", "age", "verified", "tag")
"""Names in the address and keys of the widgets; of tags several can be chosen, of the others one."""


@dataclass(frozen=True, slots=True)
class Chosen:
    """What the results are narrowed down by."""

    type: str = ""
    age: str = ""
    verified: str = ""
    tags: tuple[str, ...] = ()

    @property
    def types(self) -> tuple[str, ...]:
        return (self.type,) if self.type else ()

    @property
    def is_verified(self) -> bool | None:
        return {"yes": True, "no": False}.get(self.verified)

    @property
    def in_words(self) -> str:
        """What is chosen behind "More filters"; the type stands in the open."""
        parts = (AGE_WORDS.get(self.age, ""), VERIFIED_WORDS.get(self.verified, ""), *self.tags)
        return ", ".join(filter(None, parts))


def chosen(names: Mapping[str, str]) -> Chosen:
    """What is chosen; from the address until the widgets stand. What can't be chosen is left out."""
    for name in FACETS[:3]:
        given = st.session_state.get(name) or st.query_params.get(name, "")
        known = {"type": names, "age": AGES, "verified": VERIFIED_WORDS}[name]
        st.session_state[name] = given if given in known else None
    st.session_state["tag"] = list(st.session_state.get("tag") or st.query_params.get_all("tag"))
    one = {name: st.session_state[name] or "" for name in FACETS[:3]}
    return Chosen(**one, tags=tuple(st.session_state["tag"]))


def is_as_written(query: str) -> bool:
    return bool(st.session_state.get("as-written") == query)


def show_completions(query: str, completions: Sequence[Completion]) -> None:
    """Titles that what is being typed may grow into; one click writes it into the box."""
    titles = list(dict.fromkeys(one.title for one in completions if one.title.lower() != query.lower()))
    if titles:
        st.pills(
            "Titles that begin like this",
            titles,
            key="completed",
            label_visibility="collapsed",
            format_func=lambda title: f":material/north_west: {frame.as_text(title)}",
            on_change=_complete,
            wrap=False,
        )


def show_spelling(query: str, found: Results) -> None:
    """What was searched for in truth, and the way to the other spelling."""
    if is_as_written(query):
        words, label, spelling = f"Showing results for exactly **{frame.as_text(query)}**", "Allow other spellings", ""
    elif found.corrections:
        words = f"Showing results for **{frame.as_text(found.shown_query)}**"
        label, spelling = f"Search instead for “{frame.as_text(query)}”", query
    else:
        return
    with st.container(key="spelling", horizontal=True, vertical_alignment="center"):
        st.markdown(words, width="content")
        st.button(label, type="tertiary", on_click=st.session_state.__setitem__, args=("as-written", spelling))


def show_filters(found: Results, now: Chosen, names: Mapping[str, str]) -> None:
    """Types of what was found in the open, the rest behind a button, all with counts.

    A chosen one stays even when nothing of it is left.
    """
    with st.container(key="filters", horizontal=True, vertical_alignment="center"):
        _facet(
            "type", found.type_counts, now.types, names=names, title="Type", label_visibility="collapsed", wrap=False
        )
        if not (found.age_counts or now.in_words):
            return
        box = st.popover(
            frame.as_text(now.in_words) or "More filters",
            icon=":material/tune:",
            key="more-filters",
            on_change="rerun",
        )
        if not box.open:  # drawn when somebody looks, not at every key
            return
        with box:
            if now != Chosen():
                _clear_button("filters")
            _facet("age", found.age_counts, (now.age,), names=AGE_WORDS, title="Last changed")
            verified = {word: found.verified_counts.get(word == "yes", 0) for word in VERIFIED_WORDS}
            _facet("verified", verified, (now.verified,), names=VERIFIED_WORDS, title="Checked by the desk")
            _facet("tag", found.tag_counts, now.tags, names={}, title="Tags", selection_mode="multi")


def show_nothing(query: str, now: Chosen) -> None:
    """What can be done when nothing was found."""
    st.subheader(f"Nothing found for “{frame.as_text(query)}”", anchor=False)
    if now != Chosen():
        st.write("Nothing fits with these filters. Clear them, or report it: your words come along.")
        _clear_button("nothing")
    else:
        st.write("Try fewer or other words, or report it: your words come along.")


def count(found: Results) -> str:
    return f"More than {POOL - 1} found" if found.found >= POOL else f"{found.found} found"


def _facet(
    name: str, counts: Mapping[str, int], kept: Sequence[str], *, names: Mapping[str, str], title: str, **how: Any
) -> None:
    """One facet; what would leave nothing is not offered, what is chosen stays."""

    def labelled(one: str) -> str:
        return f"{frame.as_text(names.get(one, one))} {counts.get(one, 0)}"

    options = [one for one in dict.fromkeys([*counts, *kept]) if one and (counts.get(one) or one in kept)]
    if options:
        st.pills(title, options, key=name, format_func=labelled, on_change=_note, args=(name,), **how)


def _clear_button(place: str) -> None:
    st.button("Clear all filters", icon=":material/filter_alt_off:", on_click=_clear, key=f"clear-{place}")


def _note(name: str) -> None:
    """Keep the choice in the address by its short name; a bound widget would write the words with their count."""
    if name != "type":  # its label tells what is chosen, and with another label Streamlit 1.67 draws it closed
        st.session_state["more-filters"] = True
    if choice := st.session_state.get(name):
        st.query_params[name] = choice
    else:
        st.query_params.pop(name, None)


def _clear() -> None:
    for name in FACETS:
        st.session_state[name] = [] if name == "tag" else None
        st.query_params.pop(name, None)


def _complete() -> None:
    if title := st.session_state.get("completed"):
        st.session_state["q"], st.session_state["completed"] = title, None
