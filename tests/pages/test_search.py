"""Find, as people meet it."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from sqlmodel import select
from streamlit.testing.v1 import AppTest

from kb import articles, feedback, search, services
from kb.desk import Desk
from kb.errors import NoDatabase
from kb.labels import OutageKind
from kb.person import Person, guest
from kb.search import pins
from kb.tables import SearchEvent

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


def titles(app: AppTest) -> list[str]:
    return re.findall(r'class="title"[^>]*>([^<]*)<', said(app))


def button(app: AppTest, beginning: str) -> Any:
    return next(one for one in app.button if one.label.startswith(beginning))


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
    assert "Printer jobs stay in the queue" in titles(app)
    assert "<mark>spooler</mark>" in said(app)
    with desk.reading() as session:
        (event,) = session.exec(select(SearchEvent)).all()
    assert (event.query, event.found) == ("spooler", 1)


def test_the_query_in_the_address_and_a_type_narrow_down(open_page: Open, shelf: list[int]) -> None:
    app = open_page(None, q="printer", type="configuration")
    assert "Printer asks for paper" in titles(app)
    assert "Printer jobs stay in the queue" not in titles(app)
    assert (app.pills(key="type").options, app.pills(key="type").value) == (
        ["Configuration 1", "Hardware failure 1"], "configuration",
    )  # fmt: skip
    app.pills(key="type").unselect("configuration").run()
    assert "Printer jobs stay in the queue" in titles(app)
    assert "type" not in app.query_params


def test_a_misspelt_query_can_be_taken_as_written(open_page: Open, shelf: list[int]) -> None:
    app = open_page(None, q="spoler")
    assert "Showing results for **spooler**" in said(app)
    button(app, "Search instead").click().run()
    assert "Nothing found for “spoler”" in said(app)


def test_the_words_as_written_can_be_given_up_again(open_page: Open, shelf: list[int]) -> None:
    app = open_page(None, q="spoler")
    button(app, "Search instead").click().run()
    assert "Showing results for exactly **spoler**" in said(app)
    button(app, "Allow other spellings").click().run()
    assert "Showing results for **spooler**" in said(app)


def test_titles_complete_what_is_typed(open_page: Open, shelf: list[int]) -> None:
    app = open_page(None, q="printer jo")
    assert app.pills(key="completed").options == ["Printer jobs stay in the queue"]
    app.pills(key="completed").select("Printer jobs stay in the queue").run()
    assert app.text_input(key="q").value == "Printer jobs stay in the queue"
    assert titles(app)[0] == "Printer jobs stay in the queue"
    assert "completed" not in [one.key for one in app.pills]


def test_a_title_leads_to_the_part_its_sentence_stands_in(open_page: Open, make_article: Make) -> None:
    make_article("Printer waits", "## First aid & more\n\nRestart the spooler.\n\n## Cause\n\nDust.")
    (address,) = re.findall(r'class="title" href="([^"]*)"', said(open_page(None, q="spooler")))
    assert address == "/article?id=KB-1&amp;section=first-aid-and-more"


def test_age_check_and_tag_narrow_down(open_page: Open, desk: Desk, clock, lead: Person, shelf: list[int]) -> None:  # type: ignore[no-untyped-def]
    clock.forward(days=40)
    articles.verify(desk, lead, shelf[1])
    app = open_page(None, q="printer")
    assert "age" not in [one.key for one in app.pills]
    app.session_state["more-filters"] = True  # a click on "More filters"
    app.run()
    options = {one.key: one.options for one in app.pills if one.key != "completed"}
    assert (options["age"], options["verified"], options["tag"]) == (["Past year 2"], ["Verified 2"], ["a 1", "b 1"])
    app.pills(key="tag").select("b").run()
    assert "Printer jobs stay in the queue" not in titles(app)
    assert app.query_params["tag"] == "b"


def test_filters_of_the_address_hold_and_can_be_cleared(open_page: Open, shelf: list[int]) -> None:
    app = open_page(None, q="printer", age="older", tag=["a"], type="nonsense")
    assert "Nothing fits with these filters" in said(app)
    assert app.session_state["age"] == "older"
    app.button(key="clear-nothing").click().run()
    assert "Printer jobs stay in the queue" in titles(app)
    assert set(app.query_params) == {"q"}


def test_a_pinned_article_says_so(open_page: Open, desk: Desk, lead: Person, shelf: list[int]) -> None:
    pins.pin(desk, lead, "printer", shelf[1])
    app = open_page(None, q="printer")
    assert titles(app)[0] == "Printer asks for paper"
    assert said(app).count(">Pinned<") == 1
    assert "A lead has pinned it" in said(app)


def test_favourites_and_what_was_read_stand_first(open_page: Open, desk: Desk, user: Person, shelf: list[int]) -> None:
    search.set_favourite(desk, user, shelf[0])
    search.note_read(desk, user, shelf[1])
    app = open_page(user)
    assert [one.value for one in app.subheader] == ["Favourites", "Read last", "New"]
    assert links(app)[2:4] == ["**Printer jobs stay in the queue**", "**Printer asks for paper**"]


def test_nothing_found_leads_on(open_page: Open, shelf: list[int]) -> None:
    app = open_page(None, q="*zzqqxx*")
    assert "Nothing found for “\\*zzqqxx\\*”" in said(app)
    (report,) = [link for link in app.get("page_link") if link.proto.label == "Report it"]
    assert "zzqqxx" in report.proto.query_string
    assert "New" in [one.value for one in app.subheader]


def test_each_result_can_be_said_to_have_fixed_it(open_page: Open, shelf: list[int]) -> None:
    shown = said(open_page(None, q="printer"))
    for article_id in shelf:
        assert f'<input type="hidden" name="article" value="{article_id}"><button>This fixed it</button>' in shown


def test_results_stand_where_the_search_can_not_be_recorded(
    open_page: Open, monkeypatch: pytest.MonkeyPatch, shelf: list[int]
) -> None:
    stood: list[str] = []

    def record(_desk: Desk, _person: Person, found: search.Results) -> None:
        stood.append(found.query)
        raise NoDatabase

    monkeypatch.setattr(search, "record", record)
    app = open_page(None, q="printer")
    assert stood == ["printer"]
    assert len(titles(app)) == 2


def test_an_outage_stands_above(open_page: Open, desk: Desk, agent: Person, shelf: list[int]) -> None:
    service = services.services(desk)[0].id
    services.record_outage(
        desk, agent, service, kind=OutageKind.UNPLANNED, message="*Mail* is late",
        started_at=desk.now() - timedelta(minutes=5),
    )  # fmt: skip
    assert "\\*Mail\\* is late" in open_page(None).warning[0].value
