"""One incident's page for its reporter, agents, watchers and guests."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from streamlit.testing.v1 import AppTest

from kb import attachments, drafts, incidents
from kb.desk import Desk
from kb.labels import Role, Target
from kb.person import Person
from tests.labelled import opinion
from tests.pages.test_submit import area, press, text

Open = Callable[..., AppTest]


@pytest.fixture
def report(desk: Desk) -> Callable[..., incidents.Submitted]:
    def send(person: Person, **given: str) -> incidents.Submitted:
        values = {"title": "No mail", "body": "In room 4711", "impact": "some", "urgency": "medium", "key": "k"}
        return incidents.submit(desk, person, **{**values, **given})  # type: ignore[arg-type]

    return send


def html(page: AppTest) -> str:
    return "\n".join(str(element.proto.body) for element in page.get("html"))


def test_the_reporter_sees_and_comments(
    desk: Desk, open_page: Open, user: Person, report: Callable[..., object]
) -> None:
    report(user)
    page = open_page(user, "incident.py", id="INC-1")
    assert "In room 4711" in html(page)
    assert "Expect an answer by" in text(page)
    page.text_area[0].set_value("<b>Any news?</b>")
    page = press(page, "Send")
    assert "&lt;b&gt;Any news?&lt;/b&gt;" in html(page)
    assert not page.exception


def test_a_comment_that_was_not_sent_is_back_for_its_writer_alone(
    desk: Desk, open_page: Open, user: Person, agent: Person, report: Callable[..., object]
) -> None:
    report(user)
    page = open_page(agent, "incident.py", id="INC-1")
    page.text_area[0].set_value("Looking into it")
    page.checkbox[0].check().run()
    assert open_page(user, "incident.py", id="INC-1").text_area[0].value == ""
    again = open_page(agent, "incident.py", id="INC-1")
    assert (again.text_area[0].value, again.checkbox[0].value) == ("Looking into it", True)
    press(again, "Send")
    assert (again.text_area[0].value, again.checkbox[0].value) == ("", False)
    assert open_page(agent, "incident.py", id="INC-1").text_area[0].value == ""
    assert incidents.get(desk, agent, 1).timeline[-1].is_public is False


def test_a_solution_that_was_not_sent_is_back_for_its_writer_alone(
    desk: Desk, open_page: Open, agent: Person, user: Person, lead: Person, report: Callable[..., object]
) -> None:
    report(user)
    page = open_page(agent, "incident.py", id="INC-1")
    area(page, "What solved it (the reporter reads it)").set_value("Restarted it").run()
    area(page, "What caused it (for support)").set_value("A leak").run()
    assert not area(open_page(lead, "incident.py", id="INC-1"), "What caused it (for support)").value
    again = open_page(agent, "incident.py", id="INC-1")
    assert area(again, "What caused it (for support)").value == "A leak"
    press(again, "Resolve")
    seen = incidents.get(desk, agent, 1)
    assert (seen.resolution, seen.cause) == ("Restarted it", "A leak")
    incidents.reopen(desk, user, 1, reason="Again")
    assert not area(open_page(agent, "incident.py", id="INC-1"), "What caused it (for support)").value


def test_a_solution_that_is_refused_stays_in_its_fields(
    desk: Desk, open_page: Open, agent: Person, user: Person, report: Callable[..., object]
) -> None:
    report(user)
    page = open_page(agent, "incident.py", id="INC-1")
    area(page, "What caused it (for support)").set_value("A leak").run()
    press(page, "Resolve")
    assert "Say what solved it" in text(page)
    assert area(page, "What caused it (for support)").value == "A leak"
    assert incidents.get(desk, agent, 1).status == "new"


def test_why_it_is_reopened_is_back_when_it_was_not_sent(
    desk: Desk, open_page: Open, agent: Person, user: Person, report: Callable[..., object]
) -> None:
    report(user)
    incidents.resolve(desk, agent, 1, resolution="Done")
    area(open_page(user, "incident.py", id="INC-1"), "What is still wrong?").set_value("Still no mail").run()
    page = open_page(user, "incident.py", id="INC-1")
    assert area(page, "What is still wrong?").value == "Still no mail"
    press(page, "Reopen")
    assert incidents.get(desk, user, 1).timeline[-1].body == "Still no mail"


def test_files_of_a_comment_that_was_not_sent_are_there_again(
    desk: Desk, open_page: Open, user: Person, report: Callable[..., object]
) -> None:
    report(user)
    file = attachments.store(desk, user, file_name="noise.log", content=b"87 dB")
    drafts.save(desk, user, f"{user.rater}:comment:1", {"body": "It whistles", "files": [file.id]})
    page = open_page(user, "incident.py", id="INC-1")
    assert r"noise\.log, 0 kB" in text(page)
    press(page, "Send")
    assert [one.file_name for one in incidents.get(desk, user, 1).files] == ["noise.log"]
    assert attachments.waiting(desk, user, [file.id]) == ()


def test_a_guest_needs_the_key(open_page: Open, visitor: Person, report: Callable[..., incidents.Submitted]) -> None:
    done = report(visitor, guest_email="g@example.com")
    assert "whole link" in text(open_page(None, "incident.py", id=done.number))
    assert "In room 4711" in html(open_page(None, "incident.py", id=done.number, key=done.guest_key))


@pytest.mark.parametrize("number", ["", "INC-99", "x" * 500, "INC-<b>"])
def test_an_unknown_incident_is_a_plain_sentence(open_page: Open, user: Person, number: str) -> None:
    page = open_page(user, "incident.py", id=number)
    assert "There is no" in text(page)
    assert not page.exception


def test_an_agent_takes_answers_and_resolves(
    desk: Desk, open_page: Open, user: Person, agent: Person, report: Callable[..., object]
) -> None:
    report(user)
    page = press(open_page(agent, "incident.py", id="INC-1"), "Assign to me")
    assert incidents.get(desk, agent, 1).assignee == "Agent"
    page.text_area[0].set_value("Looking into it")
    page = press(page, "Send")
    fields = {area.label: area for area in page.text_area}
    fields["What solved it (the reporter reads it)"].set_value("Restarted the server")
    page = press(page, "Resolve")
    assert incidents.get(desk, user, 1).resolution == "Restarted the server"
    assert not page.exception


def test_staff_reads_how_often_the_assistant_was_right(
    desk: Desk, open_page: Open, user: Person, agent: Person, report: Callable[..., object]
) -> None:
    report(user)
    opinion(desk, 1, n_alike=214, n_right=178)
    opinion(desk, 1, "high", target=Target.SEVERITY, n_alike=90, n_right=45)
    shown = text(open_page(agent, "incident.py", id="INC-1"))
    told = " of 100; of {} answers as sure as this, {} were right"
    assert told.format(214, 178) in next(line for line in shown.splitlines() if "Assistant on type" in line)
    assert told.format(90, 45) in next(line for line in shown.splitlines() if "Assistant on severity" in line)
    assert "were right" not in text(open_page(user, "incident.py", id="INC-1"))


def test_the_reporter_is_asked_once_how_satisfied(
    desk: Desk, open_page: Open, user: Person, agent: Person, report: Callable[..., object]
) -> None:
    report(user)
    incidents.resolve(desk, agent, 1, resolution="Done")
    page = open_page(user, "incident.py", id="INC-1")
    page.radio[0].set_value(4)
    page = press(page, "Send the answer")
    assert incidents.get(desk, user, 1).score == 4
    assert "good (4 of 5)" in "".join(str(s.value) for s in page.success)


def test_how_satisfied_one_is_is_back_when_it_was_not_sent(
    desk: Desk, open_page: Open, user: Person, agent: Person, report: Callable[..., object]
) -> None:
    report(user)
    incidents.resolve(desk, agent, 1, resolution="Done")
    page = open_page(user, "incident.py", id="INC-1")
    page.radio[0].set_value(2)
    area(page, "Anything to add?").set_value("It took three days.").run()
    page = press(open_page(user, "incident.py", id="INC-1"), "Send the answer")
    seen = incidents.get(desk, user, 1)
    assert seen.score == 2
    assert "It took three days." in [entry.body for entry in seen.timeline]


def test_the_reporter_reopens(
    desk: Desk, open_page: Open, user: Person, agent: Person, report: Callable[..., object]
) -> None:
    report(user)
    incidents.resolve(desk, agent, 1, resolution="Done")
    page = open_page(user, "incident.py", id="INC-1")
    {area.label: area for area in page.text_area}["What is still wrong?"].set_value("Still no mail")
    press(page, "Reopen")
    assert incidents.get(desk, user, 1).status == "open"


def test_what_changed_with_the_incident_above_says_so(
    desk: Desk, open_page: Open, user: Person, agent: Person, report: Callable[..., object]
) -> None:
    report(user)
    report(user, key="k2")
    incidents.join(desk, agent, 2, 1)
    incidents.resolve(desk, agent, 1, resolution="Done")
    incidents.reopen(desk, user, 1, reason="Still no mail")
    assert html(open_page(user, "incident.py", id="INC-2")).count("together with INC-1<") == 2


def test_a_refusal_stands_on_the_page(open_page: Open, user: Person, report: Callable[..., object]) -> None:
    report(user)
    page = press(open_page(user, "incident.py", id="INC-1"), "Send")
    assert "Write something first" in text(page)


def test_a_watcher_reads_no_report(
    desk: Desk, open_page: Open, user: Person, make_person: Callable[..., Person], report: Callable[..., object]
) -> None:
    report(user)
    watcher = make_person(Role.USER, "Watcher")
    incidents.me_too(desk, watcher, 1)
    page = open_page(watcher, "incident.py", id="INC-1")
    assert "4711" not in html(page) + text(page)
    assert [button.label for button in page.button] == ["Send"]


def test_a_draft_article_begins_from_what_solved_it(
    desk: Desk, open_page: Open, user: Person, agent: Person, report: Callable[..., object]
) -> None:
    report(user)
    incidents.resolve(desk, agent, 1, resolution="Restarted the server")
    page = press(open_page(agent, "incident.py", id="INC-1"), "Draft an article from it")
    assert page.query_params["id"] == "KB-1"
