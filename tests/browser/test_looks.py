"""Every page for a role that may see it: by day, by night and as narrow as a phone."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import Page, expect

from kb import articles, drafts, incidents, search
from kb.labels import Role
from kb.person import guest
from pages.ui.frame import SCREENS
from tests.browser.conftest import DESKTOP, House
from tests.browser.seeing import PHOTOGRAPHS, Go, Scheme, findings, photograph, settle, too_wide, travel, turn
from tests.browser.test_follow import resolved
from tests.browser.test_report import send, write

VIEWS = {
    "find": (Role.GUEST, "/"),
    "results": (Role.GUEST, "/?q=printer+jobs+qeue"),
    "nothing": (Role.GUEST, "/?q=xqzvkw"),
    "article": (Role.GUEST, "/article?id={article}"),
    "no-article": (Role.GUEST, "/article?id=KB-99999"),
    "report": (Role.GUEST, "/report"),
    "report-with-offers": (Role.GUEST, "/report?title=printer+jobs+stay+in+the+queue"),
    "incident-by-link": (Role.GUEST, "/incident?{link}"),
    "sign-in": (Role.GUEST, "/login?next=/mine"),
    "spent-link": (Role.GUEST, "/account/invite?token=spent"),
    "mine": (Role.USER, "/mine"),
    "incident-resolved": (Role.USER, "/incident?id={solved}"),
    "notices": (Role.USER, "/notices"),
    "account": (Role.USER, "/account"),
    "password": (Role.USER, "/account/password"),
    "work": (Role.AGENT, "/work"),
    "incident-to-work-on": (Role.AGENT, "/incident?id={open}"),
    "incident-closed": (Role.AGENT, "/incident?id={solved}"),
    "write": (Role.AGENT, "/write?show=annotated"),
    "new-article": (Role.AGENT, "/write?id=new"),
    "edit-article": (Role.AGENT, "/write?id={article}"),
    "article-for-agents": (Role.AGENT, "/article?id={article}"),
    "review": (Role.LEAD, "/review"),
    "figures-satisfaction": (Role.LEAD, "/figures"),
    "figures-incidents": (Role.LEAD, "/figures?tab=Incidents+and+SLA"),
    "figures-knowledge": (Role.LEAD, "/figures?tab=Knowledge+and+search"),
    "figures-costs": (Role.LEAD, "/figures?tab=Costs"),
    "figures-teams": (Role.LEAD, "/figures?tab=Teams"),
    "assistant": (Role.LEAD, "/assistant"),
    "tuning-searches": (Role.LEAD, "/tuning"),
    "tuning-words": (Role.LEAD, "/tuning?tab=Words"),
    "tuning-golden": (Role.LEAD, "/tuning?tab=Golden+set"),
    "tuning-pins": (Role.LEAD, "/tuning?tab=Pins"),
    "tuning-outcomes": (Role.LEAD, "/tuning?tab=Outcomes"),
    "run-services": (Role.ADMIN, "/run"),
    "run-sla": (Role.ADMIN, "/run?tab=SLA+and+hours"),
    "run-costs": (Role.ADMIN, "/run?tab=Costs+and+milestones"),
    "run-outages": (Role.ADMIN, "/run?tab=Outages"),
    "run-jobs": (Role.ADMIN, "/run?tab=Jobs+and+health"),
    "run-import": (Role.ADMIN, "/run?tab=Import+and+export"),
    "run-demo": (Role.ADMIN, "/run?tab=Demo+data"),
    "people": (Role.ADMIN, "/people"),
    "people-add": (Role.ADMIN, "/people#Add somebody"),
    "people-teams": (Role.ADMIN, "/people#Teams"),
    "welcome": (Role.ADMIN, "/welcome"),
}
"""Who, and the address; after # the tab to open first."""


PAGES = {address for _, _, address, _, _ in SCREENS}
DAY_FIRST: tuple[Scheme, Scheme] = ("light", "dark")
NIGHT_FIRST: tuple[Scheme, Scheme] = ("dark", "light")
IS_NIGHT = "matchMedia('(prefers-color-scheme: dark)').matches"
ON_PHONES = ("link-name", "button-name", "scrollable-region-focusable")
"""Rules of axe that may find something else on a narrow page."""


@pytest.fixture(scope="module")
def places(house: House) -> dict[str, str]:
    """Articles and incidents to look at, for the addresses of VIEWS."""
    desk, agent, user = house.desk, house.people[Role.AGENT], house.people[Role.USER]
    report = {"title": "Badge printer jams", "body": "Since noon.", "impact": "all", "urgency": "high"}
    sent = incidents.submit(desk, guest("v" * 24), key=drafts.new_key(), guest_email="g@example.com", **report)
    open_one = incidents.submit(desk, user, key=drafts.new_key(), **report)
    incidents.comment(desk, agent, open_one.id, "Is the red lamp on?")
    incidents.comment(desk, agent, open_one.id, "The third one this week.", is_public=False)
    found = search.search(desk, agent, "print jobs stay in the queue").hits[0]
    return {
        "article": articles.label(found.id),
        "link": f"id={sent.number}&key={sent.guest_key}",
        "open": open_one.number,
        "solved": resolved(house, "Badge printer smells"),
    }


@pytest.fixture(scope="module")
def view(house: House, places: dict[str, str]) -> Iterator[Callable[[str], Page]]:
    """view("find") goes to a page of VIEWS, in a browser that can be touched: one for each role, which stays open."""
    opened: dict[str, Page] = {}

    def view(name: str) -> Page:
        who, address = VIEWS[name]
        if who not in opened:
            opened[who] = house.context(who, "touch").new_page()
        opened[who].set_viewport_size(DESKTOP["viewport"])
        return visit(opened[who], address.format(**places))

    yield view
    for page in opened.values():
        page.close()


def visit(page: Page, address: str) -> Page:
    """Go to an address of VIEWS; within the portal as its own links do, so that its scripts are loaded once."""
    path, _, tab = address.partition("#")
    is_ours = re.split(r"[?#]", path)[0].removeprefix("/") in PAGES
    if is_ours and page.get_by_test_id("stApp").count():
        travel(page, path)
    else:
        page.goto(path, wait_until="commit")
    settle(page)
    if tab:
        page.get_by_role("tab", name=tab).click()
        settle(page)
    return page


def test_every_page_is_looked_at() -> None:
    looked_at = {re.split(r"[?#]", path)[0].removeprefix("/") for _, path in VIEWS.values()}
    assert looked_at >= PAGES


@pytest.mark.parametrize("name", VIEWS)
def test_a_page_is_fit_to_be_seen(view: Callable[[str], Page], name: str) -> None:
    look(view(name), name)


def test_the_answer_to_a_report_is_fit_to_be_seen(go: Go) -> None:
    page = write(go("guest", "/report", "touch"), "Ramp heating is off", email="ramp@example.com")
    send(page)
    look(settle(page), "reported")


def look(page: Page, name: str) -> None:
    """Legible, named and reachable by day and by night, on a desk and on a phone, where nothing scrolls sideways.

    Whether the desk has day and the phone night is as the view before was left: what only a desk shows, the list of
    pages beside each, comes in both.
    """
    first, then = NIGHT_FIRST if page.evaluate(IS_NIGHT) else DAY_FIRST
    photograph(page, f"{name}-{first}")
    assert not findings(page)
    if PHOTOGRAPHS:
        turn(page, then)
        photograph(page, f"{name}-{then}")
    page.set_viewport_size({"width": 390, "height": 844})
    turn(page, then)
    photograph(page, f"{name}-phone")
    assert not too_wide(page)
    assert not findings(page, only=("color-contrast", *ON_PHONES))
    expect(page.get_by_test_id("stException")).to_have_count(0)
    assert "Something went wrong" not in page.inner_text("body")


def test_a_phone_has_the_pages_behind_a_button(go: Go) -> None:
    page = go(Role.USER, "/", "phone")
    page.get_by_test_id("stExpandSidebarButton").click()
    page.get_by_role("link", name="Mine").click()
    expect(page.get_by_role("heading", name="Mine")).to_be_visible()


def test_a_problem_is_reported_with_the_thumb(go: Go) -> None:
    page = go("guest", "/report", "phone")
    page.get_by_label("In one line").fill("Handheld scanner is hot")
    for answer in ("Only me", "Yes, work goes on"):
        page.get_by_text(answer).tap()
    page.get_by_label("Your e-mail address").fill("yard@example.com")
    page.get_by_role("button", name="Send", exact=True).tap()
    expect(page.get_by_role("heading", name=re.compile("^Reported: INC-"))).to_be_visible()
