"""What Streamlit has no widget for and pages/static/keys.js does in the browser.

The content security policy lets scripts come as files of our own alone, so the components say nothing but their name.
"""

from __future__ import annotations

import streamlit as st

_SCRIPT = '<script type="module" src="app/static/keys.js"></script>'
_find = st.components.v2.component("firstline_keys", html=_SCRIPT)
_section = st.components.v2.component("firstline_section", html=f"{_SCRIPT}<firstline-section></firstline-section>")


def listen() -> None:
    """/ goes to the search box, the arrows through the links of the container "answers", Esc back to the box."""
    with st.container(key="keys"):
        _find(key="find-keys")


def open_at(section: str) -> None:
    """Scroll to the heading that `?section=` names, once it stands; it may do so before or after this is drawn."""
    with st.container(key="keys"):
        _section(key=f"section-{section}")
