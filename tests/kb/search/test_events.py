"""Searches are recorded once they are finished, and know what was opened."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from sqlmodel import select

from kb import search
from kb.desk import Desk
from kb.person import Person, guest
from kb.tables import SearchEvent

Make = Callable[..., int]


def events(desk: Desk) -> list[SearchEvent]:
    with desk.reading() as session:
        return list(session.exec(select(SearchEvent).order_by(SearchEvent.id)).all())


def find(desk: Desk, person: Person, *queries: str) -> None:
    for query in queries:
        search.search(desk, person, query, is_final=True)


def test_typing_leaves_one_row(desk: Desk, visitor: Person, make_article: Make) -> None:
    article_id = make_article("Printer", "Text")
    find(desk, visitor, "pr", "print", "printer", "print", "printer")
    (event,) = events(desk)
    assert (event.query, event.shown_ids, event.found, event.searcher) == ("printer", [article_id], 1, "v:visitor-1")


@pytest.mark.parametrize("second", ["vpn", "printer again"])
def test_another_question_or_a_later_one_is_a_row_of_its_own(desk: Desk, visitor: Person, clock, second: str) -> None:  # type: ignore[no-untyped-def]
    find(desk, visitor, "printer")
    if second.startswith("printer"):
        clock.forward(seconds=11)
    find(desk, visitor, second)
    assert [event.query for event in events(desk)] == ["printer", second]


def test_searchers_are_told_apart_and_those_without_a_key_never_mixed(desk: Desk) -> None:
    find(desk, guest("a"), "print")
    find(desk, guest("b"), "printer")
    find(desk, guest(""), "print", "printer")
    assert len(events(desk)) == 4


def test_what_is_not_final_or_empty_is_not_recorded(desk: Desk, visitor: Person) -> None:
    search.search(desk, visitor, "printer")
    find(desk, visitor, "", "  ")
    assert events(desk) == []


def test_opening_an_article_that_was_shown_is_noted_once(desk: Desk, visitor: Person, make_article: Make) -> None:
    first, second, other = make_article("Printer", "A"), make_article("Printer", "B"), make_article("Mouse", "C")
    find(desk, visitor, "printer")
    search.opened(desk, visitor, other)
    assert events(desk)[0].opened_id is None
    search.opened(desk, visitor, second)
    search.opened(desk, visitor, first)
    assert (events(desk)[0].opened_id, events(desk)[0].opened_rank) == (second, 2)
    find(desk, visitor, "printer b")
    assert len(events(desk)) == 2


def test_an_old_search_opens_nothing(desk: Desk, visitor: Person, make_article: Make, clock) -> None:  # type: ignore[no-untyped-def]
    article_id = make_article("Printer", "A")
    find(desk, visitor, "printer")
    clock.forward(hours=2)
    search.opened(desk, visitor, article_id)
    assert events(desk)[0].opened_id is None
