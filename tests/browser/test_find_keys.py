"""Find without a mouse, and the helpers around its box."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Locator, Page, expect

from kb.labels import Role
from kb.person import OPERATOR
from kb.search import pins
from tests.browser.conftest import House
from tests.browser.seeing import Go, findings, settle, too_wide
from tests.browser.test_find import PRINTER, open_article

LISTENS = "() => !!customElements.get('firstline-section')"


@pytest.fixture
def find(go: Go) -> Page:
    page = go("guest")
    page.wait_for_function(LISTENS)
    return page


def box(page: Page) -> Locator:
    return page.get_by_label("Search the knowledge base")


def titles(page: Page) -> Locator:
    return page.locator(".hit .title")


def type_until_found(page: Page, words: str) -> None:
    page.keyboard.type(words, delay=20)
    expect(titles(page).first).to_be_visible()
    settle(page)


def test_a_slash_goes_to_the_box_and_is_typed_once_there(find: Page) -> None:
    find.keyboard.press("/")
    expect(box(find)).to_be_focused()
    find.keyboard.type("tcp/ip")
    expect(box(find)).to_have_value("tcp/ip")


def test_arrows_walk_through_the_results_and_back_into_the_box(find: Page) -> None:
    box(find).focus()
    type_until_found(find, "print jobs")
    for step, place in (("Down", 0), ("Down", 1), ("Down", 2), ("Up", 1), ("Up", 0)):
        find.keyboard.press(f"Arrow{step}")
        expect(titles(find).nth(place)).to_be_focused()
    find.keyboard.press("ArrowUp")
    expect(box(find)).to_be_focused()


def test_the_result_in_focus_is_seen(find: Page) -> None:
    box(find).focus()
    type_until_found(find, "print jobs")
    find.keyboard.press("ArrowDown")
    card = find.locator(".hit").first
    expect(card).to_have_css("outline-style", "solid")
    expect(card).to_be_in_viewport(ratio=1)


def test_escape_goes_back_to_the_box_with_the_words_marked(find: Page) -> None:
    box(find).focus()
    type_until_found(find, "print jobs")
    find.keyboard.press("ArrowDown")
    find.keyboard.press("Escape")
    expect(box(find)).to_be_focused()
    type_until_found(find, "certificate")
    expect(box(find)).to_have_value("certificate")


def test_enter_opens_the_article_at_the_part_that_matched(find: Page) -> None:
    box(find).focus()
    type_until_found(find, "choose the printer and open print queue")
    find.keyboard.press("ArrowDown")
    find.keyboard.press("Enter")
    expect(find).to_have_url(re.compile(r"/article\?id=KB-\d+&section=steps$"))
    expect(find.get_by_role("heading", name="Steps")).to_be_focused()
    expect(find.get_by_role("heading", name="Steps")).to_be_in_viewport()
    expect(find.get_by_role("heading", name=PRINTER)).not_to_be_in_viewport()


def test_a_link_to_a_part_of_an_article_opens_there(go: Go) -> None:
    page = go("guest", "/article?id=KB-1&section=steps")
    expect(page.get_by_role("heading", name="Steps")).to_be_focused()


def test_the_shelves_are_walked_too(find: Page) -> None:
    find.keyboard.press("/")
    find.keyboard.press("ArrowDown")
    expect(find.locator('.st-key-answers [data-testid="stPageLink"] a').first).to_be_focused()


def test_a_title_completes_the_words(find: Page) -> None:
    box(find).focus()
    type_until_found(find, "print jo")
    find.get_by_role("radiogroup", name="Titles that begin like this").get_by_text(PRINTER).click()
    expect(box(find)).to_have_value(PRINTER)
    expect(find).to_have_url(re.compile("q=Print"))
    expect(titles(find).first).to_have_text(PRINTER)


def test_filters_stay_open_while_they_are_chosen(go: Go) -> None:
    page = go("guest", "/?q=printer")
    page.get_by_role("button", name="More filters").click()
    page.get_by_role("radio", name=re.compile("^Past month")).click()
    expect(page).to_have_url(re.compile("age=month"))
    page.get_by_role("radio", name=re.compile("^Verified")).click()
    expect(page).to_have_url(re.compile("verified=yes"))
    settle(page)
    assert not findings(page)
    page.get_by_role("button", name="Clear all filters").click()
    expect(page).to_have_url(re.compile(r"\?q=printer$"))


def test_on_a_phone_all_filters_are_at_hand(go: Go) -> None:
    page = go("guest", "/?q=printer", "phone")
    assert not too_wide(page)
    page.get_by_role("button", name="More filters").tap()
    page.get_by_role("radio", name=re.compile("^Past year")).tap()
    expect(page.get_by_role("button", name="Past year")).to_be_visible()
    settle(page)
    assert not too_wide(page)


def test_why_is_told_in_words(go: Go) -> None:
    page = go("guest", "/?q=printer+qeue")
    page.locator(".hit").first.get_by_text("why this?").click()
    expect(page.get_by_text("“qeue” was read as queue.").first).to_be_visible()
    expect(page.get_by_text(re.compile(r"What counted: .*\d+%")).first).to_be_visible()


def test_a_pinned_article_is_marked(go: Go, house: House) -> None:
    pinned = pins.pin(house.desk, house.people[Role.LEAD], "quarterly espresso order", 1)
    page = go("guest", "/?q=quarterly+espresso+order")
    expect(page.locator(".hit").first.get_by_text("Pinned", exact=True)).to_be_visible()
    pins.unpin(house.desk, OPERATOR, pinned)


def test_a_favourite_stands_on_find_until_it_is_let_go(go: Go) -> None:
    page = open_article(go, Role.USER)
    page.get_by_role("button", name="Add to favourites").click()
    expect(page.get_by_role("button", name="Favourite", exact=True)).to_be_visible()
    page = go(Role.USER)
    expect(page.get_by_role("heading", name="Favourites")).to_be_visible()
    expect(page.get_by_role("heading", name="Read last")).to_be_visible()
    page.get_by_role("link", name=PRINTER).first.click()
    page.get_by_role("button", name="Favourite", exact=True).click()
    expect(page.get_by_role("button", name="Add to favourites")).to_be_visible()
    expect(go(Role.USER).get_by_role("heading", name="Favourites")).to_have_count(0)
