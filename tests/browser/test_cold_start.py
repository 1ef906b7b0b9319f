"""A fresh server whose very first visitor asks for a page that isn't theirs."""

from __future__ import annotations

from tests.browser.conftest import House


def test_a_leads_page_asked_first_of_a_fresh_server_gives_find(house: House) -> None:
    """Streamlit runs pages/review.py straight away when its folder stands beside the main script; ours doesn't."""
    assert "What’s not working?" in house.first_answer
    assert "Sign in to open this page" not in house.first_answer
    assert "Review" not in house.first_answer
