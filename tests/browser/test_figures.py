"""Figures: over the demo year, with their tables and files."""

from __future__ import annotations

import csv
import re
from io import StringIO

from playwright.sync_api import Page, expect

from kb import analytics
from kb.labels import Role
from tests.browser.seeing import Go, pick, settle


def downloaded(page: Page, name: str) -> list[dict[str, str]]:
    """The rows of the file behind a button."""
    with page.expect_download() as download:
        page.get_by_role("button", name=name, exact=True).first.click()
    return list(csv.DictReader(StringIO(download.value.path().read_text(encoding="utf-8-sig"))))


def test_every_group_of_figures_has_a_chart_and_its_table(go: Go) -> None:
    page = go(Role.LEAD, "/figures")
    for group in analytics.GROUPS:
        page.get_by_role("tab", name=group).click()
        panel = page.get_by_role("tabpanel").filter(visible=True)
        expect(panel.locator("svg.marks").first).to_be_visible()
        panel.get_by_text("Numbers", exact=True).first.click()
        expect(panel.get_by_role("table").first).to_be_visible()


def test_the_headline_says_on_how_many_cases_it_rests(go: Go) -> None:
    page = go(Role.LEAD, "/figures")
    for label in ("Satisfaction", "SLA kept", "To resolve, median"):
        expect(page.get_by_test_id("stMetric").filter(has_text=label)).to_be_visible()
    expect(page.get_by_text(re.compile(r"^n = \d"))).to_have_count(3)


def test_a_chosen_period_stands_in_the_address_and_survives_a_reload(go: Go) -> None:
    page = go(Role.LEAD, "/figures")
    pick(page, "Period", "Last 30 days")
    expect(page).to_have_url(re.compile(r"from=\d{4}-\d\d-\d\d&to="))
    page.reload()
    settle(page)
    expect(page.get_by_role("combobox", name="Period")).to_have_value("Last 30 days")


def test_all_figures_come_as_one_file(go: Go) -> None:
    rows = downloaded(go(Role.LEAD, "/figures"), "All as CSV")
    assert {row["figure"] for row in rows} == set(analytics.CATALOGUE)


def test_one_figure_comes_as_a_file(go: Go) -> None:
    page = settle(go(Role.LEAD, "/figures?tab=Teams"))
    panel = page.get_by_role("tabpanel").filter(visible=True)
    panel.get_by_text("Numbers", exact=True).first.click()
    expect(panel.get_by_role("table").first).to_be_visible()
    rows = downloaded(settle(page), "CSV")
    assert {row["figure"] for row in rows} == {"response_minutes_by_team"}
    assert len(rows) == 3
