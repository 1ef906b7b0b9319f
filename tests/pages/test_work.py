"""The agents' list."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from streamlit.testing.v1 import AppTest

from kb import incidents
from kb.desk import Desk
from kb.incidents import Filters
from kb.person import Person
from tests.pages.test_submit import press, text

Open = Callable[..., AppTest]


@pytest.fixture
def two(desk: Desk, user: Person) -> None:
    for key, title, urgency in (("a", "Wireless is slow", "low"), ("b", "No mail", "high")):
        incidents.submit(desk, user, key=key, title=title, body="", impact="all", urgency=urgency)


def titles(page: AppTest) -> list[str]:
    return list(page.dataframe[0].value["Title"]) if page.dataframe else []


@pytest.mark.usefixtures("two")
def test_the_worst_stands_first(open_page: Open, agent: Person) -> None:
    page = open_page(agent, "work.py")
    assert titles(page) == ["No mail", "Wireless is slow"]
    assert list(page.dataframe[0].value["Severity"]) == ["◆ Critical", "● Medium"]


@pytest.mark.usefixtures("two")
def test_filters_come_from_the_address_and_go_there(open_page: Open, agent: Person) -> None:
    page = open_page(agent, "work.py", severity="critical")
    assert titles(page) == ["No mail"]
    page.selectbox(key="severity").set_value("").run()
    page.text_input(key="text").set_value("wireless").run()
    assert titles(page) == ["Wireless is slow"]
    assert page.query_params["text"] == "wireless"


def test_an_odd_address_is_no_error(open_page: Open, agent: Person) -> None:
    page = open_page(agent, "work.py", severity="bogus", team="'", overdue="maybe")
    assert not page.exception
    assert "No open incidents" in text(page)


@pytest.mark.usefixtures("two")
def test_a_list_is_saved_and_opened(desk: Desk, open_page: Open, agent: Person) -> None:
    page = open_page(agent, "work.py", severity="critical")
    {field.label: field for field in page.text_input}["Save this list as"].set_value("Worst")
    page = press(page, "Save")
    page.selectbox(key="severity").set_value("").run()
    assert len(titles(page)) == 2
    assert titles(press(page, "Worst")) == ["No mail"]
    press(page, "Delete")
    assert incidents.views(desk, agent) == ()


@pytest.mark.usefixtures("two")
def test_a_chosen_line_opens_its_incident(open_page: Open, agent: Person) -> None:
    page = open_page(agent, "work.py")
    key = f"work-{hash(Filters())}-1"
    page.session_state[key] = {"selection": {"rows": [0], "columns": [], "cells": []}}
    page.run()
    assert page.query_params["id"] == "INC-2"


def test_the_list_is_not_for_users(open_page: Open, user: Person) -> None:
    with pytest.raises(ValueError, match="work"):
        open_page(user, "work.py")
