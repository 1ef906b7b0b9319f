"""The house: who may come in where, signing in and out, people, services, outages."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import expect

from kb import people
from kb.labels import Role
from tests.browser.conftest import DESKTOP, PASSWORD, House, Watch, sign_in
from tests.browser.seeing import Go, pick, settle

CLOSED = {
    "guest": ("/mine", "/work", "/review"),
    Role.USER: ("/work", "/figures", "/people"),
    Role.AGENT: ("/review", "/assistant"),
    Role.LEAD: ("/run", "/people"),
}


@pytest.mark.parametrize("who", CLOSED)
def test_an_address_of_a_higher_role_leads_to_find(go: Go, who: str) -> None:
    page = go(who)
    for path in CLOSED[who]:
        page.goto(path)
        expect(page.get_by_role("heading", name="What’s not working?")).to_be_visible()


def test_the_link_of_the_first_administrator_works_once(go: Go, house: House) -> None:
    page = go("guest")
    page.goto(house.server.first_link())
    expect(page.get_by_text("This link has been used or has expired.")).to_be_visible()


def test_a_wrong_password_says_so_and_keeps_the_address(go: Go) -> None:
    page = go("guest", "/login")
    page.get_by_label("E-mail address").fill("nobody@example.com")
    page.get_by_label("Password").fill("a guess or two")
    page.get_by_role("button", name="Sign in").click()
    expect(page.get_by_role("alert")).to_be_visible()
    expect(page.get_by_label("E-mail address")).to_have_value("nobody@example.com")


def test_an_administrator_adds_somebody_who_comes_in_by_the_link(go: Go) -> None:
    page = go(Role.ADMIN, "/people")
    page.get_by_role("tab", name="Add somebody").click()
    page.get_by_label("Name").fill("Nina New")
    page.get_by_label("E-mail address").fill("nina@example.com")
    pick(page, "Role", "Agent")
    page.get_by_role("button", name="Add", exact=True).click()
    link = page.get_by_test_id("stCode").inner_text().strip()
    guest = go("guest")
    guest.goto(link)
    guest.get_by_label("Password").fill(PASSWORD)
    guest.get_by_role("button", name="Start").click()
    expect(guest.get_by_role("link", name="Nina New")).to_be_visible()
    expect(guest.get_by_role("link", name="Work", exact=True)).to_be_visible()


def test_a_new_role_holds_from_the_next_click(go: Go, house: House) -> None:
    person = house.add_person(Role.USER, "Rosa Rising")
    page = go("guest", "/login?next=/mine")
    sign_in(page, person.email)
    expect(page.get_by_role("heading", name="Mine")).to_be_visible()
    people.set_role(house.desk, house.people[Role.ADMIN], person.id or 0, Role.LEAD)
    page.get_by_role("link", name="Find", exact=True).click()
    expect(page.get_by_role("link", name="Review", exact=True)).to_be_visible()


def test_a_changed_password_ends_the_other_session(go: Go, house: House) -> None:
    person = house.add_person(Role.USER, "Paula Password")
    here, there = go("guest", "/login?next=/account"), go("stranger", "/login?next=/mine")
    sign_in(here, person.email)
    sign_in(there, person.email)
    settle(there)
    here.get_by_role("link", name="Change your password").click()
    here.get_by_label("Present password").fill(PASSWORD)
    here.get_by_label("New password").fill("another long password")
    here.get_by_role("button", name="Change it").click()
    expect(here.get_by_role("heading", name="Paula Password")).to_be_visible()
    there.get_by_role("link", name="Report", exact=True).click()
    expect(there.get_by_text("Your session has ended.")).to_be_visible()


def test_signing_out_ends_the_other_tab_at_its_next_click(house: House) -> None:
    person = house.add_person(Role.USER, "Olga Out")
    context = house.new_context(**DESKTOP)
    house.sign_in(context, person.email)
    first, second = context.new_page(), context.new_page()
    first.goto("/account")
    second.goto("/mine")
    settle(second)
    first.get_by_role("button", name="Sign out").click()
    expect(first.get_by_role("link", name="Sign in")).to_be_visible()
    second.get_by_role("link", name="Report", exact=True).click()
    expect(second.get_by_text("Your session has ended.")).to_be_visible()
    context.close()


def test_an_api_token_is_shown_once_and_can_be_revoked(go: Go) -> None:
    page = go(Role.USER, "/account")
    page.get_by_label("What is it for?").fill("Lobby screen")
    page.get_by_role("button", name="Make a token").click()
    expect(page.get_by_test_id("stCode")).to_be_visible()
    page.reload()
    expect(page.get_by_text("Lobby screen")).to_be_visible()
    expect(page.get_by_test_id("stCode")).to_have_count(0)
    page.get_by_role("button", name="Revoke").click()
    expect(page.get_by_text("You have no tokens.")).to_be_visible()


def test_a_new_service_can_be_reported_about(go: Go) -> None:
    page = go(Role.ADMIN, "/run")
    page.get_by_test_id("stForm").first.get_by_label("Name").fill("Canteen tills")
    page.get_by_role("button", name="Add the service").click()
    expect(page.get_by_text("The service is saved.")).to_be_visible()
    report = go("guest", "/report")
    pick(report, "Service", "Canteen tills")


def test_a_present_outage_stands_on_find_until_it_is_over(go: Go) -> None:
    page = go(Role.ADMIN, "/run?tab=Outages")
    page.get_by_label("What people are told").fill("A digger met the fibre.")
    page.get_by_role("button", name="Record the outage").click()
    found = go("guest")
    banner = found.get_by_role("alert").filter(has_text=re.compile("is down since .* A digger met the fibre."))
    expect(banner).to_be_visible()
    page.get_by_role("button", name="It is over").click()
    expect(page.get_by_role("button", name="It is over")).to_have_count(0)
    found.reload()
    settle(found)
    expect(banner).to_have_count(0)


def test_a_call_to_another_host_would_be_noticed(go: Go, watch: Watch) -> None:
    """The proof that the look after every test can fail."""
    page = go("guest")
    page.evaluate("fetch('http://127.0.0.1:9/beacon').catch(() => 0)")
    with pytest.raises(AssertionError):
        watch.check()
