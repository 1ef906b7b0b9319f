"""The built-in synonyms: found by their words, switched off and on."""

from __future__ import annotations

import streamlit as st

from kb.desk import Desk
from kb.person import Person
from kb.search.wording import MOST_CHARACTERS, BuiltIn, Change, Kind, Wording
from pages.ui.frame import as_text
from pages.ui.tuning import measured

SHOWN = 12


def show(desk: Desk, person: Person, now: Wording) -> None:
    """Folded; those that are off come first."""
    total, off = len(now.built_in()), len(now.silent)
    name = f"Built-in synonyms ({total:,}{f', {off:,} switched off' if off else ''})"
    with st.expander(name, key="groups"):
        _show_groups(desk, person, now)


def _show_groups(desk: Desk, person: Person, now: Wording) -> None:
    st.caption(
        "Every search uses them. “=” joins words that mean the same, “~” words close in meaning, which count less."
    )
    wanted = st.text_input("Look for a word", key="group-word", max_chars=MOST_CHARACTERS, type="search", live="200ms")
    found = now.built_in(wanted)
    if not found:
        st.info("No built-in synonym has this word. Add it as a synonym of your own.")
    for group in found[:SHOWN]:
        _show_group(desk, person, group)
    if len(found) > SHOWN:
        st.caption(f"The first {SHOWN} of {len(found):,}. Type a word to see others.")


def _show_group(desk: Desk, person: Person, group: BuiltIn) -> None:
    change = Change(Kind.USE if group.is_off else Kind.SILENCE, group.text)
    with st.container(horizontal=True, vertical_alignment="center"):
        text = as_text(group.text)
        st.markdown(f"~~{text}~~ switched off" if group.is_off else text, width="stretch")
        st.button(
            "Switch on" if group.is_off else "Switch off",
            key=f"group-{group.text}",
            type="tertiary",
            on_click=measured.make,
            args=(desk, person, change),
        )
