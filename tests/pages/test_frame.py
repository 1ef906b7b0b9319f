from __future__ import annotations

from collections.abc import Callable

import pytest
from streamlit.testing.v1 import AppTest

from kb import outbox, people
from kb.desk import Desk
from kb.labels import Role
from kb.person import Person, guest
from pages.ui import frame
from tests.conftest import Clock

Open = Callable[..., AppTest]
Make = Callable[..., Person]
PAGE_OF_ROLE = {Role.USER: "account.py", Role.AGENT: "write.py", Role.LEAD: "review.py", Role.ADMIN: "people.py"}


def test_each_role_is_offered_its_screens() -> None:
    listed = {
        role: [name for _, name, _, least, is_listed in frame.SCREENS if is_listed and role.rank >= least.rank]
        for role in Role
    }
    assert listed[Role.GUEST] == ["Find", "Report"]
    assert listed[Role.USER] == ["Find", "Report", "Mine"]
    assert listed[Role.AGENT] == ["Find", "Report", "Mine", "Work", "Write"]
    leads = ["Review", "Figures", "Assistant", "Search tuning"]
    assert listed[Role.LEAD] == ["Find", "Report", "Mine", "Work", *leads[:1], "Write", *leads[1:]]
    assert listed[Role.ADMIN] == [*listed[Role.LEAD], "Run"]


@pytest.mark.parametrize("role", list(Role))
def test_a_page_opens_for_its_role_and_above_alone(
    open_page: Open, make_person: Callable[..., Person], role: Role
) -> None:
    person = None if role is Role.GUEST else make_person(role)
    for least, page in PAGE_OF_ROLE.items():
        if role.rank >= least.rank:
            assert not open_page(person, page).exception
        else:
            with pytest.raises(ValueError, match=page):
                open_page(person, page)


@pytest.mark.parametrize("page", ["review.py", "people.py", "account.py"])
def test_a_page_run_past_the_portal_still_asks_who_is_there(open_page: Open, page: str) -> None:
    open_page(None)
    app = AppTest.from_file(frame.PAGES / page, default_timeout=30)
    app.user = {"visitor": "v" * 24}
    app.run()
    assert "Sign in to open this page" in app.warning[0].value
    assert not app.title


def test_a_guest_is_offered_to_sign_in_and_to_come_back(open_page: Open) -> None:
    app = open_page(None, "search.py", q="printer jobs")
    assert any('href="/login?next=%2F%3Fq%3Dprinter%2Bjobs"' in html.proto.body for html in app.html)


def test_the_bell_counts_what_is_new(open_page: Open, desk: Desk, user: Person) -> None:
    with desk.transaction() as session:
        outbox.queue(session, desk, accounts=[user.id or 0], subject="Your incident is resolved")
    app = open_page(user)
    assert "1 new" in [link.label for link in app.get("page_link")]


def test_a_name_is_never_read_as_markdown() -> None:
    assert frame.as_text("*Ann* [x](http://evil) :red[!]") == r"\*Ann\* \[x\]\(http\://evil\) \:red\[\!\]"


def test_a_revoked_session_ends_at_the_next_rerun(open_page: Open, desk: Desk, user: Person) -> None:
    app = open_page(user, "account.py")
    people.sign_out(desk, int(app.user["sid"]))
    app.run()
    assert "session has ended" in app.warning[0].value
    assert not app.title


def test_a_session_ends_for_an_open_page_after_an_idle_hour(open_page: Open, user: Person, clock: Clock) -> None:
    app = open_page(user, "account.py")
    clock.forward(minutes=61)
    assert "session has ended" in app.run().warning[0].value


def test_a_lost_role_closes_the_page_at_the_next_click(
    open_page: Open, desk: Desk, lead: Person, admin: Person
) -> None:
    app = open_page(lead, "review.py")
    people.set_role(desk, admin, lead.id or 0, Role.USER)
    app.run()
    assert app.title[0].value != "Review"


def test_a_session_of_somebody_else_is_no_session(open_page: Open, lead: Person, user: Person) -> None:
    app = open_page(lead, "account.py")
    app.user = {**app.user, "uid": str(user.id)}
    assert "session has ended" in app.run().warning[0].value


def test_a_guest_keeps_the_visitor_number_of_the_gate(open_page: Open) -> None:
    app = open_page(guest("w" * 24))
    assert not app.exception


def test_an_invitation_is_addressed_to_this_installation(open_page: Open, desk: Desk) -> None:
    assert frame.address(desk, "/account/invite") == "http://localhost:8501/account/invite"
