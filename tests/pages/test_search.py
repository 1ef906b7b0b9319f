"""Find, as people meet it."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest
from sqlmodel import select
from streamlit.testing.v1 import AppTest

from kb import feedback, services
from kb.desk import Desk
from kb.labels import OutageKind
from kb.person import Person, guest
from kb.tables import Deflection, SearchEvent

Open = Callable[..., AppTest]
Make = Callable[..., int]


@pytest.fixture
def shelf(make_article: Make) -> list[int]:
    return [
        make_article(
            "Printer jobs stay in the queue", "Restart the <b>spooler</b>.", type="hardware_failure", tags=["a"]
        ),
        make_article("Printer asks for paper", "Set the tray to A4.", type="configuration", tags=["b"]),
    ]


def said(app: AppTest) -> str:
    assert not app.exception, app.exception
    parts = [*app.markdown, *app.caption, *app.info, *app.warning, *app.error, *app.subheader, *app.get("html")]
    return "\n".join(str(getattr(part, "value", "") or part.proto) for part in parts)


def links(app: AppTest) -> list[str]:
    return [link.proto.label for link in app.get("page_link")]


def test_an_empty_knowledge_base_says_what_to_do(open_page: Open) -> None:
    app = open_page(None)
    assert "There are no articles yet" in said(app)
    assert app.title[0].value == "What’s not working?"


def test_without_a_query_new_and_helpful_articles_are_offered(open_page: Open, desk: Desk, shelf: list[int]) -> None:
    feedback.rate(desk, guest("a"), shelf[0], is_helpful=True)
    app = open_page(None)
    assert [one.value for one in app.subheader] == ["What helped others", "New"]
    assert "helped 1 of 1" in said(app)


def test_typing_finds_with_the_words_marked(open_page: Open, desk: Desk, shelf: list[int]) -> None:
    app = open_page(None)
    app.text_input(key="q").set_value("spooler").run()
    assert "**Printer jobs stay in the queue**" in links(app)
    assert "<mark>spooler</mark>" in said(app)
    with desk.reading() as session:
        (event,) = session.exec(select(SearchEvent)).all()
    assert (event.query, event.found) == ("spooler", 1)


def test_the_query_in_the_address_and_a_type_narrow_down(open_page: Open, shelf: list[int]) -> None:
    app = open_page(None, q="printer", type="configuration")
    assert "**Printer asks for paper**" in links(app)
    assert "**Printer jobs stay in the queue**" not in links(app)
    assert (app.pills(key="type").options, app.pills(key="type").value) == (
        ["Configuration 1", "Hardware failure 1"], "configuration",
    )  # fmt: skip
    app.pills(key="type").unselect("configuration").run()
    assert "**Printer jobs stay in the queue**" in links(app)
    assert "type" not in app.query_params


def test_a_misspelt_query_can_be_taken_as_written(open_page: Open, shelf: list[int]) -> None:
    app = open_page(None, q="spoler")
    assert "Showing results for **spooler**" in said(app)
    next(one for one in app.button if one.label.startswith("Search instead")).click().run()
    assert "Nothing found for “spoler”" in said(app)


def test_nothing_found_leads_on(open_page: Open, shelf: list[int]) -> None:
    app = open_page(None, q="*zzqqxx*")
    assert "Nothing found for “\\*zzqqxx\\*”" in said(app)
    (report,) = [link for link in app.get("page_link") if link.proto.label == "Report it"]
    assert "zzqqxx" in report.proto.query_string
    assert "New" in [one.value for one in app.subheader]


def test_this_fixed_it_is_one_click(open_page: Open, desk: Desk, shelf: list[int]) -> None:
    app = open_page(None, q="spooler")
    app.button(key=f"fixed-article-{shelf[0]}").click().run()
    assert not app.exception
    with desk.reading() as session:
        assert [row.article_id for row in session.exec(select(Deflection)).all()] == [shelf[0]]


def test_an_outage_stands_above(open_page: Open, desk: Desk, agent: Person, shelf: list[int]) -> None:
    service = services.services(desk)[0].id
    services.record_outage(
        desk, agent, service, kind=OutageKind.UNPLANNED, message="*Mail* is late",
        started_at=desk.now() - timedelta(minutes=5),
    )  # fmt: skip
    assert "\\*Mail\\* is late" in open_page(None).warning[0].value
