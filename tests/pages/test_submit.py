"""The report page, as guests and signed-in people meet it."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from sqlmodel import func, select
from streamlit.testing.v1 import AppTest
from streamlit.testing.v1.element_tree import TextArea

from kb import incidents
from kb.desk import Desk
from kb.labels import Target
from kb.person import Person
from kb.tables import Draft, Incident
from tests.labelled import opinion

Open = Callable[..., AppTest]


def count(desk: Desk) -> int:
    with desk.reading() as session:
        return session.exec(select(func.count()).select_from(Incident)).one()


def write(page: AppTest, title: str = "Printer on floor 3 prints nothing") -> AppTest:
    page.text_input[0].set_value(title)
    page.text_area[0].set_value("Since this morning")
    page.radio[0].set_value("some")
    page.radio[1].set_value("medium")
    return page.run()


def area(page: AppTest, label: str) -> TextArea:
    return next(one for one in page.text_area if one.label == label)


def press(page: AppTest, label: str) -> AppTest:
    next(button for button in page.button if button.label == label).click()
    return page.run()


def text(page: AppTest) -> str:
    shown = (*page.title, *page.subheader, *page.markdown, *page.caption, *page.info, *page.error, *page.code)
    return "\n".join(str(element.value) for element in shown)


def test_a_report_is_sent_and_a_reload_shows_it_again(desk: Desk, open_page: Open, user: Person) -> None:
    page = press(write(open_page(user, "submit.py")), "Send")
    assert not page.exception
    assert "Reported: INC-1" in text(page)
    assert "a person will look" in text(page)
    again = open_page(user, "submit.py", draft=page.query_params["draft"])
    assert "Reported: INC-1" in text(again)
    assert count(desk) == 1


@pytest.mark.parametrize(
    ("known", "told"),
    [
        ({"n_alike": 214, "n_right": 178}, "of 214 answers as sure as this, 178 were right (about 83 of 100)."),
        ({}, "97 of 100 sure."),
    ],
)
def test_the_reporter_reads_how_often_it_was_right_where_that_is_known(
    desk: Desk, open_page: Open, user: Person, known: dict[str, int], told: str
) -> None:
    page = press(write(open_page(user, "submit.py")), "Send")
    opinion(desk, 1, confidence=0.97, is_sure=True, **known)
    assert f"takes it for **Data integration**: {told}" in text(page.run())


@pytest.mark.parametrize(("said", "is_shown"), [("critical", True), ("high", False)])
def test_a_text_that_sounds_much_worse_is_said_to_the_reporter_though_unsure(
    desk: Desk, open_page: Open, user: Person, said: str, is_shown: bool
) -> None:
    page = press(write(open_page(user, "submit.py")), "Send")
    opinion(desk, 1, said, target=Target.SEVERITY, is_sure=False)
    shown = text(open_page(user, "submit.py", draft=page.query_params["draft"]))
    assert (f"From its words it sounds {said}. A person will look at both." in shown) is is_shown
    assert "Severity **● Medium**" in shown


def test_a_guest_leaves_an_address_and_gets_a_link(desk: Desk, open_page: Open) -> None:
    page = press(write(open_page(None, "submit.py")), "Send")
    assert "Leave an e-mail address" in text(page)
    page.text_input[1].set_value("g@example.com").run()
    page = press(page, "Send")
    assert "/incident?id=INC-1&key=" in text(page)


def test_what_was_written_survives_a_reload(desk: Desk, open_page: Open, user: Person) -> None:
    page = write(open_page(user, "submit.py"))
    again = open_page(user, "submit.py", draft=page.query_params["draft"])
    assert again.text_input[0].value == "Printer on floor 3 prints nothing"
    assert (again.text_area[0].value, again.radio[0].value) == ("Since this morning", "some")


def test_an_address_handed_on_shows_neither_draft_nor_report(open_page: Open, visitor: Person) -> None:
    page = write(open_page(None, "submit.py"))
    page.text_input[1].set_value("g@example.com").run()
    address = {"draft": page.query_params["draft"]}
    assert open_page(visitor, "submit.py", **address).text_input[0].value == ""
    press(page, "Send")
    other = open_page(visitor, "submit.py", **address)
    assert "INC-1" not in text(other)
    assert other.text_input[0].value == ""


def test_what_is_missing_is_asked_for_and_nothing_is_lost(desk: Desk, open_page: Open, user: Person) -> None:
    page = open_page(user, "submit.py")
    page.text_input[0].set_value("No mail").run()
    page = press(page, "Send")
    assert "Say who is affected: “Only me”, “Some of us” or “Everybody here”." in text(page)
    assert page.text_input[0].value == "No mail"
    assert count(desk) == 0


def test_words_from_find_come_along(open_page: Open, user: Person) -> None:
    page = open_page(user, "submit.py", title="printer jobs stay in queue")
    assert page.text_input[0].value == "printer jobs stay in queue"


def test_me_too_joins_instead_of_reporting(desk: Desk, open_page: Open, user: Person, agent: Person) -> None:
    incidents.submit(desk, agent, key="k", title="Printer prints nothing", body="", impact="some", urgency="low")
    page = write(open_page(user, "submit.py"))
    assert "1 person so far" in text(page)
    page = press(page, "Me too")
    assert "You are with INC-1" in text(page)
    assert count(desk) == 1


def test_strange_signs_are_shown_as_they_are(open_page: Open, user: Person) -> None:
    page = press(write(open_page(user, "submit.py"), "![x](http://evil.example/a.png) <b>"), "Send")
    assert "![x](http" not in text(page)
    assert not page.exception


def test_the_draft_row_goes_when_the_report_is_sent(desk: Desk, open_page: Open, user: Person) -> None:
    press(write(open_page(user, "submit.py")), "Send")
    with desk.reading() as session:
        assert session.exec(select(Draft)).all() == []


def test_the_reporter_sees_what_is_masked_before_sending(desk: Desk, open_page: Open, user: Person) -> None:
    page = open_page(user, "submit.py")
    page.text_area[0].set_value("The VPN fails. password: Kanarie-7391!x").run()
    assert "Masked before it is kept: password." in text(page)
    assert any("password: [password masked]" in str(part.proto.body) for part in page.get("html"))
    with desk.reading() as session:
        kept = session.exec(select(Draft)).one().fields["body"]
    assert kept == "The VPN fails. password: [password masked]"
    assert page.text_area[0].value == "The VPN fails. password: Kanarie-7391!x"


def test_a_report_without_secrets_says_nothing_of_masks(open_page: Open, user: Person) -> None:
    assert "Masked before" not in text(write(open_page(user, "submit.py")))
