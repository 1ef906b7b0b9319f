"""Search tuning: what people search, pins and outcomes, as a lead meets them."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from streamlit.testing.v1 import AppTest

from kb import search
from kb.desk import Desk
from kb.person import Person, guest
from kb.search import outcomes, pins

OpenPage = Callable[..., AppTest]
Make = Callable[..., int]


@pytest.fixture
def shelf(make_article: Make) -> list[int]:
    return [make_article(f"Printer *trouble* {number}") for number in range(3)]


def crowd(desk: Desk, opened: int, people: int = 8) -> None:
    for number in range(people):
        search.search(desk, guest(f"v{number}"), "Printer", is_final=True)
        search.opened(desk, guest(f"v{number}"), opened)


def said(app: AppTest) -> str:
    parts = (*app.markdown, *app.caption, *app.error, *app.info, *app.toast)
    return "\n".join(part.value for part in parts).replace("\\", "")


def test_searches_are_counted_and_listed(open_page: OpenPage, desk: Desk, lead: Person, shelf: list[int]) -> None:
    crowd(desk, shelf[1])
    search.search(desk, guest("other"), "xqzvkw", is_final=True)
    app = open_page(lead, "tuning.py", tab="What people search")
    assert [(metric.label, metric.value) for metric in app.metric][:2] == [
        ("Searches", "9"),
        ("Found nothing", "11.1 %"),
    ]
    table = app.dataframe[0].value
    assert table["Query"].tolist() == ["printer", "xqzvkw"]
    assert table["Nothing opened"].tolist()[0].startswith("0 of 8 (0–")
    app.segmented_control(key="insights-order").set_value("without_result").run()
    assert app.dataframe[0].value["Query"].tolist() == ["xqzvkw"]
    app.segmented_control(key="insights-order").set_value("reported").run()
    assert "Nobody reported an incident" in said(app)


def test_an_article_is_pinned_put_first_and_unpinned(
    open_page: OpenPage, desk: Desk, lead: Person, shelf: list[int]
) -> None:
    app = open_page(lead, "tuning.py", tab="Pins")
    app.text_input(key="pin-query").input("Stuck printer").run()
    app.button(key=f"pin-{shelf[1]}").click().run()
    app.text_input(key="pin-number-of").input(f"KB-{shelf[2]}")
    app.button(key="FormSubmitter:pin-number-Pin it").click().run()
    first, second = pins.listed(desk, lead)
    assert [first.article_id, second.article_id] == shelf[1:]
    assert "Printer *trouble* 1 · Lead, today" in said(app)
    app.button(key=f"first-{second.id}").click().run()
    assert pins.listed(desk, lead)[0].id == second.id
    app.button(key=f"unpin-{second.id}").click().run()
    assert [pin.id for pin in pins.listed(desk, lead)] == [first.id]


def test_what_cannot_be_pinned_is_said(open_page: OpenPage, lead: Person, shelf: list[int]) -> None:
    app = open_page(lead, "tuning.py", tab="Pins")
    app.text_input(key="pin-query").input("xqzvkw").run()
    assert "finds nothing yet" in said(app)
    app.text_input(key="pin-number-of").input("KB-999")
    app.button(key="FormSubmitter:pin-number-Pin it").click().run()
    assert "no such published article" in said(app)


def test_factors_are_shown_with_their_evidence(open_page: OpenPage, desk: Desk, lead: Person, shelf: list[int]) -> None:
    crowd(desk, shelf[1])
    app = open_page(lead, "tuning.py", tab="Outcomes")
    app.button(key="learn-now").click().run()
    row = next(row for row in app.dataframe[0].value.to_dict("records") if row["Factor"] > 1)
    assert row["Article"] == f"KB-{shelf[1]} Printer *trouble* 1"
    assert (row["For the query"], row["People"], row["Successes"]) == ("Printer", 8, "4.0 in 4.0 chances")
    app.button(key="learn-now").click().run()
    assert not app.exception


def test_one_article_and_all_of_it_are_forgotten(
    open_page: OpenPage, desk: Desk, lead: Person, shelf: list[int]
) -> None:
    crowd(desk, shelf[1])
    outcomes.learn(desk, lead)
    app = open_page(lead, "tuning.py", tab="Outcomes")
    app.text_input(key="reset-number").input(f"KB-{shelf[1]}")
    app.button(key="FormSubmitter:reset-one-Forget").click().run()
    assert {row.article_id for row in outcomes.listed(desk, lead)} == {shelf[0]}
    app.button(key="reset-all").click().run()
    assert outcomes.listed(desk, lead) == ()
    app.text_input(key="reset-number").input("nonsense")
    app.button(key="FormSubmitter:reset-one-Forget").click().run()
    assert "There is no such article." in said(app)
