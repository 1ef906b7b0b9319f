"""Follow and work: one incident from its reporter to the agent and back."""

from __future__ import annotations

import re

from playwright.sync_api import Page, expect

from kb import incidents
from kb.labels import Role, Status
from tests.browser.conftest import House, sign_in
from tests.browser.seeing import Go, choose, settle, unfold
from tests.browser.test_report import send, write


def resolved(house: House, title: str) -> str:
    """The number of an incident of the user that the agent has resolved."""
    number = house.report(Role.USER, title)
    incidents.resolve(
        house.desk, house.people[Role.AGENT], incidents.id_of(number), resolution="Replaced the cable.", cause="Mice."
    )
    return number


def status(house: House, number: str) -> Status:
    return incidents.get(house.desk, house.people[Role.AGENT], incidents.id_of(number)).status


def test_signing_in_leads_back_to_the_page_and_the_words(go: Go, house: House) -> None:
    page = go("guest", "/report?title=Scanner+jams+daily")
    page.get_by_role("link", name="Sign in").click()
    sign_in(page, house.people[Role.USER].email)
    expect(page.get_by_label("In one line")).to_have_value("Scanner jams daily")
    expect(page.get_by_role("link", name="Ursula User")).to_be_visible()
    expect(page.get_by_label("Your e-mail address")).to_have_count(0)


def test_what_one_reported_stands_under_mine(go: Go) -> None:
    number = send(write(go(Role.USER, "/report"), "Lamp over desk 5 flickers"))
    page = go(Role.USER, "/mine")
    expect(page.get_by_text(f"{number} · New")).to_be_visible()
    page.get_by_role("link", name="Lamp over desk 5 flickers").click()
    expect(page.get_by_text(re.compile("^Expect an answer by"))).to_be_visible()


def test_choosing_a_line_of_the_work_list_opens_it(go: Go, house: House) -> None:
    number = house.report(Role.USER, "Elevator display shows floor 99")
    page = go(Role.AGENT, f"/work?text={number}")
    expect(page.get_by_text("1 incidents")).to_be_visible()
    grid = page.get_by_test_id("stDataFrameResizable")
    grid.click(position={"x": 17, "y": 52})  # the grid is a canvas: the box left of its first line
    expect(page.get_by_role("heading", name="Elevator display shows floor 99")).to_be_visible()


def test_an_agent_takes_an_incident_and_puts_it_on_hold(go: Go, house: House) -> None:
    number = house.report(Role.USER, "Phone in booth 2 is silent")
    page = go(Role.AGENT, f"/incident?id={number}")
    page.get_by_role("button", name="Assign to me").click()
    expect(page.get_by_text("Assignee: none → Adam Agent")).to_be_visible()
    settle(page)  # the timeline is drawn before the buttons, which still mean the status of before
    page.get_by_role("button", name="Put on hold").click()
    expect(page.get_by_text("open → on hold")).to_be_visible()
    assert status(house, number) is Status.ON_HOLD


def test_an_answer_reaches_the_reporter_and_an_internal_note_does_not(go: Go, house: House) -> None:
    number = house.report(Role.USER, "Kiosk screen is upside down")
    page = go(Role.AGENT, f"/incident?id={number}")
    for words, is_internal in (("Please turn it off and on.", False), ("Again the kiosk of Ursula.", True)):
        page.get_by_label("Answer").fill(words)
        if is_internal:
            page.get_by_text("Internal: only support sees it").click()
        page.get_by_role("button", name="Send").click()
        expect(page.locator(".said", has_text=words)).to_be_visible()
    seen = go(Role.USER, f"/incident?id={number}")
    expect(seen.locator(".said", has_text="Please turn it off and on.")).to_be_visible()
    assert "Again the kiosk" not in seen.inner_text("body")


def test_an_agent_resolves_with_resolution_and_cause(go: Go, house: House) -> None:
    number = house.report(Role.USER, "Gate camera shows yesterday")
    page = go(Role.AGENT, f"/incident?id={number}")
    unfold(page, "Resolve")
    page.get_by_label("What solved it (the reporter reads it)").fill("Set its clock.")
    page.get_by_label("What caused it (for support)").fill("No time server.")
    page.get_by_role("button", name="Resolve", exact=True).click()
    expect(page.get_by_text("Cause: No time server.").first).to_be_visible()
    assert status(house, number) is Status.RESOLVED


def test_the_bell_tells_the_reporter_what_is_new(go: Go, house: House) -> None:
    resolved(house, "Label printer 8 prints blanks")
    page = go(Role.USER)
    page.get_by_role("link", name=re.compile(r"\d+ new")).click()
    notice = page.get_by_test_id("stVerticalBlock").filter(has_text="Label printer 8").last
    expect(notice).to_be_visible()
    page.get_by_role("button", name="Mark all as read").click()
    expect(page.get_by_role("link", name="Notices")).to_be_visible()


def test_the_reporter_says_how_satisfied_they_are_once(go: Go, house: House) -> None:
    page = go(Role.USER, f"/incident?id={resolved(house, 'Bildwerfer of hall 1 is green')}")
    choose(page, "How satisfied are you?", "4 good")
    page.get_by_text("Quick answer").click()
    page.get_by_label("Anything to add?").fill("Friendly, too.")
    page.get_by_role("button", name="Send the answer").click()
    expect(page.get_by_text("You said: good (4 of 5).")).to_be_visible()
    expect(page.get_by_role("button", name="Send the answer")).to_have_count(0)


def test_the_reporter_reopens_what_is_not_solved(go: Go, house: House) -> None:
    number = resolved(house, "Locker 77 does not open")
    page = go(Role.USER, f"/incident?id={number}")
    unfold(page, "It isn't solved: reopen")
    page.get_by_label("What is still wrong?").fill("It is stuck again.")
    page.get_by_role("button", name="Reopen").click()
    expect(page.locator(".said", has_text="It is stuck again.")).to_be_visible()
    assert status(house, number) is Status.OPEN


def test_an_article_is_drafted_from_a_resolved_incident(go: Go, house: House) -> None:
    page = go(Role.AGENT, f"/incident?id={resolved(house, 'Barrier 3 stays down in rain')}")
    page.get_by_role("button", name="Draft an article from it").click()
    expect(page).to_have_url(re.compile(r"/write\?id=KB-\d+"))
    expect(page.get_by_label("Title")).to_have_value("Barrier 3 stays down in rain")
    expect(page.get_by_label("Text in Markdown")).to_have_value(re.compile("Replaced the cable"))


def test_somebody_elses_incident_is_closed_to_a_user(go: Go, house: House) -> None:
    number = house.report(Role.LEAD, "Safe of the board beeps")
    page: Page = settle(go(Role.USER, f"/incident?id={number}"))
    expect(page.get_by_text("There is no such incident, or it isn't open to you.")).to_be_visible()
    assert "Safe of the board" not in page.inner_text("body")
