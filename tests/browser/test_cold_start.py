"""A fresh server whose very first visitor asks for a page that isn't theirs."""

from __future__ import annotations

from pathlib import Path

from playwright.sync_api import Browser, expect

from tests.browser.conftest import Watch, furnished
from tests.browser.serving import serving


def test_a_leads_page_asked_first_on_a_cold_server_gives_find(chromium: Browser, watch: Watch, tmp_path: Path) -> None:
    """Streamlit runs pages/review.py straight away when its folder stands beside the main script; ours doesn't."""
    with serving(tmp_path / "home") as server:
        house = furnished(server, chromium, watch)
        page = house.context("guest").new_page()
        page.goto("/review")
        expect(page.get_by_role("heading", name="What’s not working?")).to_be_visible()
        expect(page.get_by_role("link", name="Sign in")).to_be_visible()
        assert "Review" not in page.locator("header").inner_text()
        house.close()
