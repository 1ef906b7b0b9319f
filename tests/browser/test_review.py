"""Review and Assistant: the lead and the labels."""

from __future__ import annotations

import re

from playwright.sync_api import Page, expect

from kb import incidents, review, services
from kb.labels import Role
from tests.browser.conftest import House
from tests.browser.seeing import Go, settle


def first_waiting(house: House) -> review.Details:
    lead = house.people[Role.LEAD]
    return review.details(house.desk, lead, review.queue(house.desk, lead).items[0].id)


def is_noted(page: Page, incident_id: int) -> None:
    expect(page.get_by_test_id("stToast").filter(has_text=f"INC-{incident_id} is noted.")).to_be_visible()


def test_a_lead_accepts_a_label_and_the_next_one_opens(go: Go, house: House) -> None:
    waiting = first_waiting(house)
    page = go(Role.LEAD, "/review")
    expect(page.locator(".report mark.for, h2 mark.for").first).to_be_visible()
    page.get_by_role("button", name="Accept").click()
    is_noted(page, waiting.id)
    expect(page.get_by_text(f"INC-{waiting.id},")).to_have_count(0)
    assert first_waiting(house).id != waiting.id


def test_a_lead_corrects_a_label_with_one_key(go: Go, house: House) -> None:
    waiting = first_waiting(house)
    assert waiting.type_opinion
    second = waiting.type_opinion.candidates[1][0]
    page = go(Role.LEAD, "/review")
    page.keyboard.press("2")
    is_noted(page, waiting.id)
    names = {kind.slug: kind.name for kind in services.types(house.desk)}
    seen = incidents.get(house.desk, house.people[Role.LEAD], waiting.id)
    assert seen.type_name == names[second]


def test_a_lead_accepts_and_takes_back_with_one_key_each(go: Go, house: House) -> None:
    waiting, lead = first_waiting(house), house.people[Role.LEAD]
    page = go(Role.LEAD, "/review")
    page.keyboard.press("a")
    is_noted(page, waiting.id)
    expect(page.get_by_role("button", name=f"Take back INC-{waiting.id}")).to_be_visible()
    assert incidents.get(house.desk, lead, waiting.id).type == waiting.shown_type
    settle(page).keyboard.press("u")
    expect(page.get_by_test_id("stToast").filter(has_text=f"INC-{waiting.id} is as it was before.")).to_be_visible()
    expect(page.get_by_role("heading", name=waiting.title)).to_be_visible()
    assert incidents.get(house.desk, lead, waiting.id).type == waiting.type


def test_a_lead_leaves_one_to_others_with_one_key(go: Go, house: House) -> None:
    waiting = first_waiting(house)
    page = go(Role.LEAD, "/review")
    page.keyboard.press("n")
    is_noted(page, waiting.id)
    assert waiting.id not in [one.id for one in review.queue(house.desk, house.people[Role.LEAD]).items]
    assert incidents.get(house.desk, house.people[Role.LEAD], waiting.id).type == waiting.type


def test_a_lead_switches_by_keyboard_from_the_type_to_the_severity(go: Go, house: House) -> None:
    page = go(Role.LEAD, f"/review?id=INC-{first_waiting(house).id}")
    group = page.get_by_role("radiogroup", name="What the marks explain")
    expect(group.get_by_role("radio", name="Why this type")).to_be_checked()
    group.get_by_role("radio", name="Why this type").focus()
    page.keyboard.press("ArrowRight")
    page.keyboard.press("Enter")
    expect(group.get_by_role("radio", name="Why this severity")).to_be_checked()


def test_one_out_of_turn_opens_by_a_click(go: Go, house: House) -> None:
    lead = house.people[Role.LEAD]
    third = review.queue(house.desk, lead).items[2]
    page = go(Role.LEAD, "/review")
    page.get_by_role("button", name=re.compile(rf"^{third.number} ")).click()  # no "Same as INC-..."
    expect(page.get_by_role("heading", name=third.title)).to_be_visible()


def test_the_assistant_shows_which_version_serves(go: Go) -> None:
    page = go(Role.LEAD, "/assistant")
    page.get_by_role("tab", name="Versions").click()
    panel = page.get_by_role("tabpanel").filter(visible=True)
    for target in ("Type", "Severity", "Sentiment"):
        expect(panel.get_by_role("heading", name=target)).to_be_visible()
    expect(panel.get_by_text(re.compile(r"^Version \d+ serves"))).to_have_count(3)
    expect(page.get_by_role("button", name="Train now")).to_be_enabled()
