"""Write, as agents and leads meet it."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from sqlmodel import select
from streamlit.testing.v1 import AppTest

from kb import articles, drafts, feedback
from kb.desk import Desk
from kb.labels import ArticleStatus
from kb.person import Person
from kb.tables import Draft

Open = Callable[..., AppTest]
Make = Callable[..., int]


def said(app: AppTest) -> str:
    assert not app.exception, app.exception
    return "\n".join(str(part.value) for part in [*app.markdown, *app.caption, *app.info, *app.error, *app.code])


def press(app: AppTest, label: str) -> AppTest:
    next(one for one in app.button if one.label == label).click().run()
    return app


def test_it_is_no_page_of_a_user(open_page: Open, user: Person) -> None:
    with pytest.raises(ValueError, match=r"write\.py"):
        open_page(user, "write.py")


def test_the_list_says_what_waits(open_page: Open, desk: Desk, agent: Person, make_article: Make) -> None:
    assert "No drafts." in said(open_page(agent, "write.py"))
    article_id = articles.draft(desk, agent, title="Own *draft*", body="Text")
    app = open_page(agent, "write.py")
    assert f"KB-{article_id} · Draft" in said(app)
    assert "**Own \\*draft\\***" in [link.proto.label for link in app.get("page_link")]


def test_an_address_opens_the_list_it_names(
    open_page: Open, desk: Desk, agent: Person, make_article: Make, clock
) -> None:  # type: ignore[no-untyped-def]
    article_id = make_article("Old one", "Text")
    clock.forward(days=200)
    assert f"KB-{article_id} · Not verified for long" in said(open_page(agent, "write.py", show="to_verify"))
    assert "No drafts." in said(open_page(agent, "write.py", show="nonsense"))


def test_a_new_article_is_previewed_and_saved(open_page: Open, desk: Desk, agent: Person, make_article: Make) -> None:
    make_article()
    app = open_page(agent, "write.py", id="new")
    app.text_input(key="title-new").set_value("Reset the router")
    app.text_area(key="body-new").set_value("Pull <b>the</b> plug")
    app.text_input(key="tags-new").set_value("router, home")
    assert "Pull **the** plug" in said(press(app, "Preview"))
    assert articles.worklist(desk, agent).drafts == ()
    press(app, "Save")
    (draft,) = articles.worklist(desk, agent).drafts
    assert articles.editing(desk, agent, draft.id).text.tags == ("home", "router")


def test_a_text_that_cannot_be_kept_says_why_and_stays(open_page: Open, agent: Person) -> None:
    app = open_page(agent, "write.py", id="new")
    app.text_area(key="body-new").set_value("My words")
    press(app, "Save")
    assert "A title has 1 to 200 characters." in said(app)
    assert app.text_area(key="body-new").value == "My words"


def test_a_new_article_that_was_not_saved_is_back_and_can_be_discarded(
    open_page: Open, desk: Desk, agent: Person
) -> None:
    app = open_page(agent, "write.py", id="new")
    app.text_input(key="title-new").set_value("Reset the router").run()
    app.text_area(key="body-new").set_value("Mail desk@example.com first").run()
    again = open_page(agent, "write.py", id="new")
    assert "What you wrote and did not save is back." in said(again)
    assert again.text_input(key="title-new").value == "Reset the router"
    assert again.text_area(key="body-new").value == "Mail desk@example.com first"
    press(again, "Discard it")
    assert again.text_input(key="title-new").value == ""
    assert "is back" not in said(open_page(agent, "write.py", id="new"))


def test_a_change_that_was_not_saved_is_back_for_its_writer_alone(
    open_page: Open, desk: Desk, agent: Person, lead: Person
) -> None:
    article_id = articles.draft(desk, agent, title="Router", body="First")
    open_page(agent, "write.py", id=f"KB-{article_id}").text_area(key=f"body-{article_id}").set_value("Mine").run()
    assert "is back" not in said(open_page(lead, "write.py", id=f"KB-{article_id}"))
    articles.revise(desk, lead, article_id, revision=1, title="Router", body="Theirs")
    again = open_page(agent, "write.py", id=f"KB-{article_id}")
    assert again.text_area(key=f"body-{article_id}").value == "Mine"
    press(again, "Save")
    assert "Somebody else has changed this article" in said(again)
    press(press(again, "I have carried it over"), "Save")
    assert articles.editing(desk, agent, article_id).text.body == "Mine"


def test_what_is_saved_is_kept_as_a_draft_no_longer(open_page: Open, desk: Desk, agent: Person) -> None:
    app = open_page(agent, "write.py", id="new")
    app.text_input(key="title-new").set_value("Reset the router")
    app.text_area(key="body-new").set_value("Pull the plug")
    press(app, "Save")
    with desk.reading() as session:
        assert session.exec(select(Draft)).all() == []
    assert open_page(agent, "write.py", id="new").text_input(key="title-new").value == ""


def test_the_way_from_draft_to_reader(open_page: Open, desk: Desk, agent: Person, lead: Person) -> None:
    article_id = articles.draft(desk, agent, title="Router", body="Text")
    app = open_page(agent, "write.py", id=f"KB-{article_id}")
    assert "Publish" not in [one.label for one in app.button]
    press(app, "Hand in for review")
    press(open_page(lead, "write.py", id=f"KB-{article_id}"), "Publish")
    assert articles.get(desk, agent, article_id).status is ArticleStatus.PUBLISHED


def test_two_writers_lose_nothing(open_page: Open, desk: Desk, agent: Person, lead: Person) -> None:
    article_id = articles.draft(desk, agent, title="Router", body="First")
    app = open_page(agent, "write.py", id=f"KB-{article_id}")
    app.text_area(key=f"body-{article_id}").set_value("Mine")
    articles.revise(desk, lead, article_id, revision=1, title="Router", body="Theirs")
    press(app, "Save")
    assert "Somebody else has changed this article" in said(app)
    assert app.text_area(key="theirs-2").value == "Theirs"
    assert app.text_area(key=f"body-{article_id}").value == "Mine"
    press(press(app, "I have carried it over"), "Save")
    assert articles.editing(desk, agent, article_id).text.body == "Mine"
    assert articles.restore(desk, agent, article_id, 2, revision=3) == 4


def test_history_shows_what_changed_and_brings_it_back(open_page: Open, desk: Desk, agent: Person) -> None:
    article_id = articles.draft(desk, agent, title="Router", body="First")
    articles.revise(desk, agent, article_id, revision=1, title="Router", body="Second", note="Better")
    app = open_page(agent, "write.py", id=f"KB-{article_id}")
    assert "-First" in said(app)
    assert "+Second" in said(app)
    press(app, "Restore revision 1")
    assert next(area.value for area in app.text_area if area.label == "Text in Markdown") == "First"


def test_remarks_are_answered_and_low_ratings_read(
    open_page: Open, desk: Desk, agent: Person, user: Person, make_article: Make
) -> None:
    article_id = make_article("Router", "Pull the plug.")
    remark = feedback.annotate(desk, user, article_id, quote="the plug", body="Which?")
    feedback.rate(desk, user, article_id, is_helpful=False, reason="unclear")
    app = open_page(agent, "write.py", id=f"KB-{article_id}")
    assert "It is unclear" in said(app)
    app.text_input(key=f"answer-remark-{remark}").set_value("The black one.").run()
    app = open_page(agent, "write.py", id=f"KB-{article_id}")  # it was not sent, and is back
    press(app, "Resolve")
    assert feedback.remarks(desk, user, article_id, with_resolved=True)[0].answer == "The black one."


@pytest.mark.parametrize("number", ["KB-999", "x"])
def test_an_unknown_article_is_said(open_page: Open, agent: Person, number: str) -> None:
    assert "There is no such article." in said(open_page(agent, "write.py", id=number))


def test_what_was_kept_without_its_list_of_files_is_back(open_page: Open, desk: Desk, agent: Person) -> None:
    """A change that comes after the form was dropped is kept without one."""
    drafts.save(desk, agent, f"{agent.rater}:article:new", {"article_title": "Reset the router", "files": None})
    app = open_page(agent, "write.py", id="new")
    assert "What you wrote and did not save is back." in said(app)
    assert app.text_input(key="title-new").value == "Reset the router"
