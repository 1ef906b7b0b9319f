"""The history: nothing is lost, and everything can come back."""

from __future__ import annotations

import pytest

from kb import articles
from kb.desk import Desk
from kb.errors import Conflict, NotAllowed, NotFound
from kb.person import Person


@pytest.fixture
def article_id(desk: Desk, agent: Person) -> int:
    """An article of two revisions."""
    article_id = articles.draft(desk, agent, title="T", body="One\nSame", tags=["a"])
    articles.revise(desk, agent, article_id, revision=1, title="T", body="Two\nSame", tags=["b"], note="Better")
    return article_id


def test_revisions_say_who_and_why(desk: Desk, agent: Person, article_id: int) -> None:
    newest, oldest = articles.revisions(desk, agent, article_id)
    assert (newest.number, newest.author, newest.note, oldest.number) == (2, "Agent", "Better", 1)


def test_a_diff_shows_what_changed(desk: Desk, agent: Person, article_id: int) -> None:
    lines = articles.diff(desk, agent, article_id, old=1, new=2).splitlines()
    assert {"-One", "+Two", "-Tags: a", "+Tags: b"} <= set(lines)
    assert " Same" in lines
    assert articles.diff(desk, agent, article_id, old=1, new=1) == ""


def test_an_old_revision_comes_back_as_the_newest(desk: Desk, agent: Person, article_id: int) -> None:
    assert articles.restore(desk, agent, article_id, 1, revision=2) == 3
    kept = articles.editing(desk, agent, article_id)
    assert (kept.text.body, kept.text.tags) == ("One\nSame", ("a",))
    assert articles.get(desk, agent, article_id).tags == ("a",)


def test_restoring_over_an_unseen_change_is_a_conflict(desk: Desk, agent: Person, article_id: int) -> None:
    with pytest.raises(Conflict):
        articles.restore(desk, agent, article_id, 1, revision=1)
    with pytest.raises(NotFound):
        articles.restore(desk, agent, article_id, 9, revision=2)


def test_the_history_is_for_agents(desk: Desk, user: Person, article_id: int) -> None:
    with pytest.raises(NotAllowed):
        articles.revisions(desk, user, article_id)
    with pytest.raises(NotAllowed):
        articles.diff(desk, user, article_id, old=1, new=2)
