"""The figures page of an installation in which nothing has happened yet."""

from __future__ import annotations

from collections.abc import Callable

from streamlit.testing.v1 import AppTest

from kb.person import Person


def test_without_data_the_page_says_what_to_do(open_page: Callable[..., AppTest], lead: Person) -> None:
    app = open_page(lead, "analytics.py")
    assert "firstline demo" in app.info[0].value
    assert not app.metric
