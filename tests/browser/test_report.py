"""Report: from the first word to the number, and the ways it can end otherwise."""

from __future__ import annotations

import re

from playwright.sync_api import Page, expect

from kb import incidents
from kb.incidents import Filters
from kb.labels import Role
from tests.browser.conftest import House
from tests.browser.seeing import Go, choose, settle

NUMBER = re.compile(r"^Reported: INC-\d+$")


def write(page: Page, title: str, *, email: str = "") -> Page:
    """Fill the form as a person does, without waiting between the fields."""
    page.get_by_label("In one line").fill(title)
    page.get_by_label("What happened").fill("Since this morning, on two desks.")
    choose(page, "Who is affected", "Some of us")
    choose(page, "Can work go on", "Badly")
    if email:
        page.get_by_label("Your e-mail address").fill(email)
    return page


def send(page: Page, *, clicks: int = 1) -> str:
    """Send it; gives the number."""
    page.get_by_role("button", name="Send", exact=True).click(click_count=clicks)
    return number_on(page)


def number_on(page: Page) -> str:
    heading = page.get_by_role("heading", name=NUMBER)
    expect(heading).to_be_visible()
    return heading.inner_text().split()[-1]


def count(house: House, words: str) -> int:
    return incidents.worklist(house.desk, house.people[Role.AGENT], Filters(text=words)).found


def secret_link(page: Page) -> str:
    return page.get_by_test_id("stCode").inner_text().strip()


def test_a_guest_gets_a_number_a_label_and_a_secret_link(go: Go) -> None:
    page = write(go("guest", "/report"), "Badge reader at gate 4 blinks red", email="gate@example.com")
    send(page)
    expect(page.get_by_text(re.compile("The assistant takes it for|a person will look"))).to_be_visible()
    expect(page.get_by_text("Severity ● Medium")).to_be_visible()
    expect(page.get_by_text(re.compile("^Expect an answer"))).to_be_visible()
    assert re.search(r"^http://localhost:\d+/incident\?id=INC-\d+&key=\S{20,}$", secret_link(page))


def test_the_secret_link_opens_the_report_with_its_file_in_any_browser(go: Go) -> None:
    page = go("guest", "/report")
    page.locator("input[type=file]").set_input_files(
        {"name": "reader.log", "mimeType": "text/plain", "buffer": b"gate 7: no answer"}
    )
    expect(page.get_by_text("reader.log, 0 kB")).to_be_visible()
    send(write(page, "Badge reader at gate 7 is dark", email="gate@example.com"))
    other = go("stranger", secret_link(page))
    expect(other.get_by_role("heading", name="Badge reader at gate 7 is dark")).to_be_visible()
    with other.expect_download() as download:
        other.get_by_role("link", name="reader.log").click()
    assert download.value.path().read_bytes() == b"gate 7: no answer"


def test_a_wrong_key_opens_nothing(go: Go) -> None:
    page = write(go("guest", "/report"), "Badge reader at gate 9 hums", email="gate@example.com")
    send(page)
    other = go("stranger", secret_link(page)[:-4] + "xxxx")
    expect(other.get_by_text("There is no such incident, or it isn't open to you.")).to_be_visible()
    assert "gate 9" not in other.inner_text("body")


def test_a_double_click_makes_one_incident(go: Go, house: House) -> None:
    page = write(go(Role.USER, "/report"), "Doorbell of the ramp rings twice")
    send(page, clicks=2)
    settle(page)
    assert count(house, "Doorbell of the ramp") == 1


def test_a_reload_after_sending_shows_the_same_number(go: Go, house: House) -> None:
    page = write(go(Role.USER, "/report"), "Window shutter stays half open")
    number = send(page)
    page.reload()
    assert number_on(page) == number
    assert count(house, "Window shutter") == 1


def test_a_reload_before_sending_loses_nothing(go: Go) -> None:
    page = write(go(Role.USER, "/report"), "Projector in room 12 is pink")
    settle(page)
    page.reload()
    expect(page.get_by_label("In one line")).to_have_value("Projector in room 12 is pink")
    expect(page.get_by_label("What happened")).to_have_value("Since this morning, on two desks.")
    expect(page.get_by_role("radio", name="Some of us")).to_be_checked()


def test_what_is_missing_is_asked_for(go: Go) -> None:
    page = go("guest", "/report")
    page.get_by_label("In one line").fill("Nothing else is said")
    page.get_by_role("button", name="Send", exact=True).click()
    expect(page.get_by_role("alert").filter(has_text="Say who is affected")).to_be_visible()
    expect(page.get_by_label("In one line")).to_have_value("Nothing else is said")


def test_this_fixed_it_ends_the_report_without_an_incident(go: Go, house: House) -> None:
    page = go(Role.USER, "/report")
    page.get_by_label("In one line").fill("Print jobs stay in the queue of floor 31")
    page.get_by_role("button", name="This fixed it").first.click()
    expect(page.get_by_role("heading", name="Good to hear")).to_be_visible()
    assert count(house, "floor 31") == 0


def test_me_too_joins_an_incident_of_others(go: Go, house: House) -> None:
    number = house.report(Role.LEAD, "Turnstile of the canteen refuses every badge")
    page = go(Role.USER, "/report")
    page.get_by_label("In one line").fill("canteen turnstile refuses my badge")
    page.get_by_test_id("stVerticalBlock").filter(has_text=number).get_by_role("button", name="Me too").last.click()
    expect(page.get_by_role("heading", name=f"You are with {number}")).to_be_visible()
    page.get_by_role("link", name="Follow it").click()
    expect(page.get_by_role("heading", name="Turnstile of the canteen")).to_be_visible()
    assert count(house, "refuses my badge") == 0
