"""An article, as people meet it."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from sqlmodel import select
from streamlit.testing.v1 import AppTest

from kb import articles, feedback, search
from kb.desk import Desk
from kb.labels import Audience
from kb.person import Person, guest
from kb.tables import SearchEvent
from tests.pages.test_submit import area

Open = Callable[..., AppTest]
Make = Callable[..., int]
BODY = "## Symptom\n\nJobs wait. <script>alert(1)</script>\n\n## Steps\n\n1. Restart the spooler."


@pytest.fixture
def article_id(make_article: Make) -> int:
    return make_article("Print *jobs* wait", BODY, tags=["printer"], environment="Windows 11")


def said(app: AppTest) -> str:
    assert not app.exception, app.exception
    return "\n".join(str(part.value) for part in [*app.markdown, *app.caption, *app.info, *app.success, *app.error])


@pytest.mark.parametrize("number", ["", "KB-999", "12; drop", "KB-0", "<b>"])
def test_an_address_that_leads_nowhere_says_so(open_page: Open, article_id: int, number: str) -> None:
    app = open_page(None, "article.py", id=number)
    assert "There is no such article." in said(app)


def test_it_is_read_with_contents_and_no_html(open_page: Open, article_id: int) -> None:
    app = open_page(None, "article.py", id=f"KB-{article_id}")
    assert app.title[0].value == "Print \\*jobs\\* wait"
    assert "- [Symptom](#symptom)\n- [Steps](#steps)" in said(app)
    assert "Windows 11" in said(app)
    assert "<script" not in said(app)


def test_an_internal_article_is_there_for_agents_alone(
    open_page: Open, agent: Person, user: Person, make_article: Make
) -> None:
    number = f"KB-{make_article('Inside', 'Text', audience=Audience.INTERNAL)}"
    for person in (None, user):
        assert "There is no such article." in said(open_page(person, "article.py", id=number))
    assert "internal" in said(open_page(agent, "article.py", id=number))


def test_opening_it_from_a_search_is_noted(open_page: Open, desk: Desk, article_id: int) -> None:
    search.search(desk, guest("v" * 24), "jobs wait", is_final=True)
    open_page(None, "article.py", id=f"KB-{article_id}")
    with desk.reading() as session:
        assert session.exec(select(SearchEvent)).one().opened_id == article_id


def test_a_reader_rates_it_and_says_why_not(open_page: Open, desk: Desk, user: Person, article_id: int) -> None:
    app = open_page(user, "article.py", id=f"KB-{article_id}")
    app.button(key="helped").click().run()
    assert "You said: this helped." in said(app)
    app.radio[0].set_value("missing_step")
    app.text_area[0].set_value("Which service?")
    next(one for one in app.button if one.label == "Send").click().run()
    mine = feedback.my_rating(desk, user, article_id)
    assert mine
    assert (mine.is_helpful, mine.reason, mine.comment) == (False, "missing_step", "Which service?")


def test_why_it_did_not_help_is_back_when_it_was_not_sent(open_page: Open, desk: Desk, article_id: int) -> None:
    app = open_page(None, "article.py", id=f"KB-{article_id}")
    app.radio[0].set_value("missing_step")
    area(app, "What should be different?").set_value("Which service?").run()
    app = open_page(None, "article.py", id=f"KB-{article_id}")
    next(one for one in app.button if one.label == "Send").click().run()
    mine = feedback.my_rating(desk, guest("v" * 24), article_id)
    assert mine
    assert (mine.reason, mine.comment) == ("missing_step", "Which service?")
    assert area(open_page(None, "article.py", id=f"KB-{article_id}"), "What should be different?").value == ""


def test_a_passage_is_annotated_by_whoever_is_signed_in(
    open_page: Open, desk: Desk, user: Person, article_id: int
) -> None:
    assert "Sign in to annotate" in said(open_page(None, "article.py", id=f"KB-{article_id}"))
    app = open_page(user, "article.py", id=f"KB-{article_id}")
    area(app, "The passage, copied from the text").set_value("not in there")
    area(app, "Your remark").set_value("Which one?").run()
    app = open_page(user, "article.py", id=f"KB-{article_id}")  # it was not sent, and is back
    add = next(one for one in app.button if one.label == "Add the remark")
    add.click().run()
    assert "does not stand in the article" in said(app)
    assert area(app, "Your remark").value == "Which one?"
    area(app, "The passage, copied from the text").set_value("Restart the spooler")
    next(one for one in app.button if one.label == "Add the remark").click().run()
    assert "> Restart the spooler" in said(app)
    assert feedback.remarks(desk, user, article_id)[0].heading == "Steps"


def test_an_agent_verifies_and_edits(open_page: Open, desk: Desk, agent: Person, clock, article_id: int) -> None:  # type: ignore[no-untyped-def]
    clock.forward(days=200)
    app = open_page(agent, "article.py", id=f"KB-{article_id}")
    assert app.warning[0].value.startswith("Nobody has checked this")
    assert "Edit" in [link.proto.label for link in app.get("page_link")]
    next(one for one in app.button if one.label == "It still holds").click().run()
    assert articles.get(desk, agent, article_id).verified_at == desk.now()


def test_it_is_kept_among_the_favourites_and_let_go(open_page: Open, desk: Desk, user: Person, article_id: int) -> None:
    app = open_page(user, "article.py", id=f"KB-{article_id}")
    app.button(key="favourite").click().run()
    assert search.is_favourite(desk, user, article_id)
    app.button(key="favourite-kept").click().run()
    assert not search.is_favourite(desk, user, article_id)


def test_a_guest_has_no_favourites_but_what_was_read_is_remembered(
    open_page: Open, desk: Desk, article_id: int
) -> None:
    app = open_page(None, "article.py", id=f"KB-{article_id}")
    assert not [one for one in app.button if str(one.key).startswith("favourite")]
    assert [hit.id for hit in search.last_read(desk, guest("v" * 24))] == [article_id]


@pytest.mark.parametrize("is_known", [False, True])
def test_the_section_of_the_address_is_opened(open_page: Open, user: Person, article_id: int, is_known: bool) -> None:
    person, number = user if is_known else None, f"KB-{article_id}"
    assert "firstline_section" not in components(open_page(person, "article.py", id=number))
    assert "firstline_section" in components(open_page(person, "article.py", id=number, section="steps"))


def components(app: AppTest) -> list[str]:
    return [one.proto.component_name for one in app.get("bidi_component")]
