"""Owners are reminded, but not nagged."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from kb import articles, outbox
from kb.desk import Desk
from kb.errors import NotAllowed
from kb.person import OPERATOR, Person


def test_an_owner_is_told_once_a_week(desk: Desk, lead: Person, clock, make_article: Callable[..., int]) -> None:  # type: ignore[no-untyped-def]
    for title in ("One", "Two"):
        articles.publish(desk, lead, articles.draft(desk, lead, title=title, body="Text"))
    assert articles.remind_to_verify(desk, OPERATOR) == 0
    clock.forward(days=181)
    assert [articles.remind_to_verify(desk, OPERATOR) for _ in range(2)] == [1, 0]
    assert [notice.subject for notice in outbox.notices(desk, lead)] == ["2 articles of yours wait to be verified"]
    clock.forward(days=8)
    assert articles.remind_to_verify(desk, OPERATOR) == 1


def test_a_verified_article_reminds_nobody(desk: Desk, lead: Person, clock) -> None:  # type: ignore[no-untyped-def]
    article_id = articles.draft(desk, lead, title="One", body="Text")
    articles.publish(desk, lead, article_id)
    clock.forward(days=181)
    articles.verify(desk, lead, article_id)
    assert articles.remind_to_verify(desk, OPERATOR) == 0


def test_reminders_are_a_job(desk: Desk, lead: Person) -> None:
    with pytest.raises(NotAllowed):
        articles.remind_to_verify(desk, lead)
