"""Mine and Notices."""

from __future__ import annotations

from collections.abc import Callable

from streamlit.testing.v1 import AppTest

from kb import incidents, outbox
from kb.desk import Desk
from kb.person import Person
from tests.pages.test_submit import press, text

Open = Callable[..., AppTest]


def submit(desk: Desk, person: Person) -> int:
    return incidents.submit(desk, person, key="k", title="No mail", body="", impact="one", urgency="low").id


def test_who_reported_nothing_is_told_what_to_do(open_page: Open, user: Person) -> None:
    page = open_page(user, "my_incidents.py")
    assert "You have reported nothing" in text(page)
    assert not page.exception


def test_own_incidents_are_listed_and_others_are_not(desk: Desk, open_page: Open, user: Person, agent: Person) -> None:
    submit(desk, user)
    assert "INC\\-1 · New · ○ Low" in text(open_page(user, "my_incidents.py"))
    assert "INC" not in text(open_page(agent, "my_incidents.py"))


def test_notices_are_read_one_by_one_or_all(desk: Desk, open_page: Open, user: Person, agent: Person) -> None:
    number = submit(desk, user)
    incidents.comment(desk, agent, number, "<i>On it</i>")
    page = open_page(user, "notices.py")
    assert "an answer to No mail" in text(page)
    press(page, "Mark as read")
    assert outbox.unread(desk, user) == 1
    press(page, "Mark all as read")
    assert outbox.unread(desk, user) == 0


def test_an_empty_bell_says_what_will_stand_there(open_page: Open, user: Person) -> None:
    assert "Nothing yet" in text(open_page(user, "notices.py"))
