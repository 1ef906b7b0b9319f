"""Find and read: as anybody who comes to the portal."""

from __future__ import annotations

import re

from playwright.sync_api import Page, expect

from tests.browser.seeing import Go, choose, settle, unfold

PRINTER = "Print jobs stay in the queue and nothing comes out"


def open_article(go: Go, who: str) -> Page:
    page = go(who, "/?q=print+jobs+stay+in+the+queue")
    page.get_by_role("link", name=PRINTER).first.click()
    expect(page.get_by_role("heading", name=PRINTER)).to_be_visible()
    return settle(page)


def test_results_come_while_typing_and_the_address_has_the_query(go: Go) -> None:
    page = go("guest")
    page.get_by_label("Search the knowledge base").press_sequentially("print jobs stay in the qeue", delay=20)
    expect(page.get_by_role("link", name=PRINTER)).to_be_visible()
    expect(page.get_by_text("Showing results for print jobs stay in the queue")).to_be_visible()
    expect(page.locator("main mark").first).to_be_visible()
    expect(page).to_have_url(re.compile(r"\?q=print(\+|%20)jobs(\+|%20)stay(\+|%20)in(\+|%20)the(\+|%20)qeue$"))


def test_the_words_as_typed_can_be_insisted_on(go: Go) -> None:
    page = go("guest", "/?q=xqeue")
    page.get_by_label("Search the knowledge base").fill("printer qeue")
    page.get_by_role("button", name="Search instead for “printer qeue”").click()
    expect(page.get_by_text("Showing results for exactly printer qeue")).to_be_visible()
    page.get_by_role("button", name="Allow other spellings").click()
    expect(page.get_by_text("Showing results for printer queue")).to_be_visible()


def test_a_type_narrows_the_results_and_stays_in_the_address(go: Go) -> None:
    page = go("guest", "/?q=printer")
    page.get_by_role("radio", name=re.compile("^Hardware failure")).or_(
        page.get_by_role("button", name=re.compile("^Hardware failure"))
    ).click()
    expect(page).to_have_url(re.compile("type=hardware_failure"))
    settle(page)
    expect(page.get_by_text("Configuration ·")).to_have_count(0)
    page.reload()
    settle(page)
    expect(page.get_by_text("Hardware failure ·").first).to_be_visible()
    expect(page.get_by_text("Configuration ·")).to_have_count(0)


def test_what_is_not_found_is_carried_into_a_report(go: Go) -> None:
    page = go("guest", "/?q=zzyzx+quorvex")
    expect(page.get_by_role("heading", name="Nothing found for “zzyzx quorvex”")).to_be_visible()
    page.get_by_role("link", name="Report it").click()
    expect(page.get_by_label("In one line")).to_have_value("zzyzx quorvex")


def test_a_reader_says_why_an_article_did_not_help(go: Go) -> None:
    page = open_article(go, "guest")
    unfold(page, "It didn’t help")
    choose(page, "Why not?", "A step is missing")
    page.get_by_label("What should be different?").fill("Where is the spooler on a Mac?")
    page.get_by_role("button", name="Send").click()
    expect(page.get_by_text("You said: this did not help.")).to_be_visible()
    page.reload()
    expect(page.get_by_text("You said: this did not help.")).to_be_visible()


def test_a_reader_says_that_an_article_fixed_it(go: Go) -> None:
    page = open_article(go, "guest")
    page.get_by_role("button", name="This fixed it").click()
    expect(page.get_by_test_id("stToast")).to_contain_text("Good to hear")


def test_a_reader_says_among_the_results_what_fixed_it(go: Go) -> None:
    page = go("guest", "/?q=print+jobs+stay+in+the+queue")
    first = page.locator(".hit").first
    first.get_by_role("button", name="This fixed it").click()
    expect(first.get_by_role("status")).to_have_text(re.compile("Good to hear"))
    expect(first.get_by_role("status")).to_be_focused()
    expect(page).to_have_url(re.compile(r"\?q=print"))


def test_what_did_not_reach_the_portal_can_be_said_again(go: Go) -> None:
    page = go("guest", "/?q=print+jobs+stay+in+the+queue")
    first = page.locator(".hit").first
    page.route("**/fixed", lambda route: route.abort())
    first.get_by_role("button", name="This fixed it").click()
    expect(first.get_by_role("status")).to_have_text(re.compile("did not work"))
    page.unroute("**/fixed")
    first.get_by_role("button", name="This fixed it").click()
    expect(first.get_by_role("status")).to_have_text(re.compile("Good to hear"))


def test_results_open_without_loading_the_page_and_the_way_back_leads_to_them(go: Go) -> None:
    page = go("guest", "/?q=password")
    page.evaluate("() => { window.stays = true }")
    last = page.locator(".hit .title").last
    title = last.inner_text()
    last.click()
    expect(page.get_by_role("heading", name=title)).to_be_visible()
    assert page.evaluate("() => window.stays")
    page.go_back()
    expect(page.locator(".hit .title").last).to_have_text(title)
    expect(page.get_by_label("Search the knowledge base")).to_have_value("password")
    with page.context.expect_page() as opened:
        page.locator(".hit .title").first.click(modifiers=["ControlOrMeta"])
    expect(opened.value).to_have_url(re.compile(r"/article\?id=KB-\d+"))


def test_the_contents_list_leads_to_the_passage(go: Go) -> None:
    page = open_article(go, "guest")
    page.get_by_role("link", name="How to verify").click()
    expect(page.get_by_role("heading", name="How to verify")).to_be_in_viewport()


def test_a_related_article_has_its_own_address(go: Go) -> None:
    page = open_article(go, "guest")
    page.get_by_role("link", name="Receipt printer at the till").click()
    expect(page.get_by_role("heading", name="Receipt printer at the till")).to_be_visible()
    expect(page).to_have_url(re.compile(r"/article\?id=KB-48$"))
    page.get_by_role("button", name="It helped").click()
    expect(page.get_by_text("You said: this helped.")).to_be_visible()
    expect(page.get_by_role("heading", name="Receipt printer at the till")).to_be_visible()
    page.go_back()
    expect(page.get_by_role("heading", name=PRINTER)).to_be_visible()
