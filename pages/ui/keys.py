"""What Streamlit has no widget for and pages/static/*.js do in the browser.

The content security policy lets scripts come as files of our own alone, so the components say nothing but their name.
"""

from __future__ import annotations

import sys

import streamlit as st
from streamlit.components.v2.types import ComponentRenderer

_SCRIPT = '<script type="module" src="app/static/keys.js"></script>'
STYLE = """<style>
[class*="st-key-keys-"] {display: none}
:is(h1, h2, h3, h4, h5, h6)[tabindex="-1"] {scroll-margin-top: 5rem}
:is(h1, h2, h3, h4, h5, h6)[tabindex="-1"]:focus {outline: none; border-radius: .3rem;
  background: color-mix(in srgb, light-dark(#1d4ed8, #8ab4ff) 16%, transparent)}
</style>"""
_RESULTS = '<script type="module" src="app/static/results.js"></script>'
_find = st.components.v2.component("firstline_keys", html=_SCRIPT + _RESULTS)
_section = st.components.v2.component("firstline_section", html=f"{_SCRIPT}<firstline-section></firstline-section>")

_keeping = st.components.v2.component(
    "firstline_keeping", html='<script type="module" src="app/static/keeping.js"></script>'
)


def keep_writing() -> None:
    """What is being written is taken over every other second, not only when the field is left."""
    _hidden(_keeping, "keeping", "keeping")


def listen() -> None:
    """/ goes to the search box, the arrows through the links of the container "answers", Esc back to the box.

    Results open, and "This fixed it" is said, without loading the page anew.
    """
    _hidden(_find, "find", "find-keys")


def pause() -> str | bool:
    """For `live=`: the answer comes a tenth of a second after the last key.

    Streamlit 1.67 reads "100ms" by pandas, whose import would keep the first page waiting for a second: until it has
    come up behind that page it is Streamlit's own quarter of a second.
    """
    return "100ms" if "pandas" in sys.modules else True


def open_at(section: str) -> None:
    """Scroll to the heading that `?section=` names, once it stands; it may do so before or after this is drawn."""
    _hidden(_section, "section", f"section-{section}")


def _hidden(component: ComponentRenderer, place: str, key: str) -> None:
    st.html(STYLE)
    with st.container(key=f"keys-{place}"):
        component(key=key)
