"""Write: from a draft to what anybody finds, and back to an older text."""

from __future__ import annotations

import re

from playwright.sync_api import expect

from kb import articles, feedback
from kb.labels import ArticleStatus, Role
from tests.browser.conftest import House
from tests.browser.seeing import Go, pick, settle, unfold

KEPT_AFTER = 5_000
"""Milliseconds: what was typed so long ago is there again."""
BODY = "## Symptom\n\nThe franking machine prints no date.\n\n## Steps\n\n1. Turn the drum."


def article(house: House, title: str, *, role: Role = Role.AGENT) -> int:
    """A draft of the agent's, or an article the lead has published."""
    person = house.people[role]
    article_id = articles.draft(house.desk, person, title=title, body=BODY)
    if role is Role.LEAD:
        articles.publish(house.desk, person, article_id)
    return article_id


def test_an_agent_writes_a_draft_and_hands_it_in(go: Go, house: House) -> None:
    page = go(Role.AGENT, "/write?id=new")
    page.get_by_label("Title").fill("Franking machine prints no date")
    page.get_by_label("Text in Markdown").fill(BODY)
    pick(page, "Type", "Hardware failure")
    page.get_by_role("button", name="Save").click()
    expect(page).to_have_url(re.compile(r"id=KB-\d+"))
    page.get_by_role("button", name="Hand in for review").click()
    expect(page.get_by_text(re.compile(r"KB-\d+ · in review · revision \d"))).to_be_visible()


def test_a_preview_shows_the_text_as_readers_will_see_it(go: Go) -> None:
    page = go(Role.AGENT, "/write?id=new")
    page.get_by_label("Title").fill("Franking machine smells")
    page.get_by_label("Text in Markdown").fill("Turn it **off** at once.")
    page.get_by_role("button", name="Preview").click()
    expect(page.get_by_role("heading", name="Franking machine smells")).to_be_visible()
    expect(page.locator("strong", has_text="off")).to_be_visible()


def test_a_lead_publishes_what_waits_and_anybody_finds_it(go: Go, house: House) -> None:
    article_id = article(house, "Franking machine eats envelopes")
    articles.submit_for_review(house.desk, house.people[Role.AGENT], article_id)
    page = go(Role.LEAD, "/write?show=in_review")
    page.get_by_role("link", name="Franking machine eats envelopes").click()
    page.get_by_role("button", name="Publish").click()
    expect(page.get_by_text(re.compile(f"KB-{article_id} · published"))).to_be_visible()
    found = go("guest", "/?q=franking+machine+eats+envelopes")
    expect(found.get_by_role("link", name="Franking machine eats envelopes").first).to_be_visible()


def test_a_draft_is_not_found_by_others(go: Go, house: House) -> None:
    article_id = article(house, "Franking machine quorvexes")
    page = go("guest", "/?q=quorvexes")
    expect(page.get_by_role("heading", name="Nothing found for “quorvexes”")).to_be_visible()
    page.goto(f"/article?id=KB-{article_id}")
    expect(page.get_by_text("It may have been withdrawn.")).to_be_visible()


def test_an_older_text_is_compared_and_restored(go: Go, house: House) -> None:
    article_id = article(house, "Franking machine counts twice")
    page = go(Role.AGENT, f"/write?id=KB-{article_id}")
    page.get_by_label("Text in Markdown").fill(BODY.replace("Turn the drum", "Clean the drum"))
    page.get_by_label("What did you change?").fill("Turning is not enough")
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_text("revision 2")).to_be_visible()
    page.get_by_role("tab", name="History").click()
    expect(page.get_by_text("+1. Clean the drum.")).to_be_visible()
    expect(page.get_by_text("-1. Turn the drum.")).to_be_visible()
    page.get_by_role("button", name="Restore revision 1").click()
    expect(page.get_by_text("revision 3")).to_be_visible()
    page.get_by_role("tab", name="Text", exact=True).click()
    text = page.get_by_label("Text in Markdown")
    expect(text).to_have_count(1)  # for a moment the box of the former text stands beside the new one
    expect(text).to_have_value(BODY)


def test_a_passage_is_remarked_on_and_the_remark_resolved(go: Go, house: House) -> None:
    article_id = article(house, "Franking machine leaks ink", role=Role.LEAD)
    page = go(Role.USER, f"/article?id=KB-{article_id}")
    unfold(page, "Annotate a passage")
    page.get_by_label("The passage, copied from the text").fill("Turn the drum.")
    page.get_by_label("Your remark").fill("Clockwise?")
    page.wait_for_timeout(KEPT_AFTER)
    page.reload()  # before it was sent: nobody has left the field
    expect(page.get_by_label("Your remark")).to_have_value("Clockwise?")
    page.get_by_role("button", name="Add the remark").click()
    expect(page.get_by_role("heading", name="Remarks")).to_be_visible()
    desk = go(Role.AGENT, f"/article?id=KB-{article_id}")
    desk.get_by_role("button", name="Resolve").click()
    expect(desk.get_by_role("heading", name="Remarks")).to_have_count(0)
    settle(desk)
    assert not feedback.remarks(house.desk, house.people[Role.AGENT], article_id)


def test_an_archived_article_is_gone_for_readers_and_comes_back(go: Go, house: House) -> None:
    article_id = article(house, "Franking machine beeps at noon", role=Role.LEAD)
    page = go(Role.LEAD, f"/write?id=KB-{article_id}")
    page.get_by_role("button", name="Archive").click()
    expect(page.get_by_text(re.compile(f"KB-{article_id} · archived"))).to_be_visible()
    page.get_by_role("button", name="Publish").click()
    expect(page.get_by_text(re.compile(f"KB-{article_id} · published"))).to_be_visible()
    editing = articles.editing(house.desk, house.people[Role.LEAD], article_id)
    assert editing.status is ArticleStatus.PUBLISHED
