"""Favourites, articles read last and completions: each reader's own, and nothing that may not be found."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from sqlmodel import func, select

from kb import articles, search
from kb.desk import Desk
from kb.errors import NotAllowed, NotFound
from kb.labels import Audience
from kb.person import OPERATOR, Person, guest
from kb.search.keeping import KEPT
from kb.tables import Reading

Make = Callable[..., int]


def ids(hits: tuple[search.ArticleHit, ...]) -> list[int]:
    return [hit.id for hit in hits]


def test_favourites_are_ones_own_newest_first(
    desk: Desk, user: Person, agent: Person, make_article: Make, clock  # type: ignore[no-untyped-def]
) -> None:  # fmt: skip
    first, second = make_article("One"), make_article("Two")
    for article_id in (first, second, first):
        search.set_favourite(desk, user, article_id)
        clock.forward(minutes=1)
    assert ids(search.favourites(desk, user)) == [second, first]
    assert search.favourites(desk, agent) == ()
    assert search.is_favourite(desk, user, first)
    search.set_favourite(desk, user, first, is_favourite=False)
    search.set_favourite(desk, user, first, is_favourite=False)
    assert not search.is_favourite(desk, user, first)
    assert ids(search.favourites(desk, user, limit=1)) == [second]


def test_guests_keep_no_favourites(desk: Desk, visitor: Person, make_article: Make) -> None:
    article_id = make_article()
    with pytest.raises(NotAllowed, match="signed-in"):
        search.set_favourite(desk, visitor, article_id)
    assert search.favourites(desk, visitor) == ()
    assert not search.is_favourite(desk, visitor, article_id)


def test_what_one_may_not_find_is_no_favourite_and_no_reading(
    desk: Desk, user: Person, agent: Person, lead: Person, make_article: Make
) -> None:
    hidden, withdrawn = make_article("Inside", audience=Audience.INTERNAL), make_article("Gone soon")
    for article_id in (hidden, 999, 2**40):
        with pytest.raises(NotFound):
            search.set_favourite(desk, user, article_id)
    search.note_read(desk, user, hidden)
    search.set_favourite(desk, user, withdrawn)
    search.note_read(desk, user, withdrawn)
    articles.archive(desk, lead, withdrawn)
    assert search.favourites(desk, user) == search.last_read(desk, user) == ()
    search.note_read(desk, agent, hidden)
    assert ids(search.last_read(desk, agent)) == [hidden]


def test_each_browser_has_its_own_last_articles(desk: Desk, make_article: Make, clock) -> None:  # type: ignore[no-untyped-def]
    first, second = make_article("One"), make_article("Two")
    for article_id in (first, second, second, first):
        search.note_read(desk, guest("a"), article_id)
        clock.forward(minutes=2)
    search.note_read(desk, guest("b"), second)
    assert ids(search.last_read(desk, guest("a"))) == [first, second]
    assert ids(search.last_read(desk, guest("b"))) == [second]


def test_nobody_in_particular_leaves_no_trace(desk: Desk, make_article: Make) -> None:
    article_id = make_article()
    for person in (guest(""), OPERATOR):
        search.note_read(desk, person, article_id)
        assert search.last_read(desk, person) == ()


def test_only_the_newest_readings_are_kept(desk: Desk, visitor: Person, make_article: Make, clock) -> None:  # type: ignore[no-untyped-def]
    made = [make_article(f"Article {number}") for number in range(KEPT + 3)]
    for article_id in made:
        search.note_read(desk, visitor, article_id)
        clock.forward(minutes=1)
    with desk.reading() as session:
        assert session.exec(select(func.count()).select_from(Reading)).one() == KEPT
    assert ids(search.last_read(desk, visitor, limit=50)) == made[:2:-1]


def completions(desk: Desk, person: Person, query: str) -> tuple[search.Completion, ...]:
    return search.search(desk, person, query).completions


def test_titles_are_completed_for_who_may_find_them(
    desk: Desk, visitor: Person, agent: Person, make_article: Make
) -> None:
    queue = make_article("Print queue is stuck")
    inside = make_article("Print contract", audience=Audience.INTERNAL)
    assert completions(desk, visitor, "print q") == (search.Completion(queue, "Print queue is stuck"),)
    assert [one.id for one in completions(desk, visitor, "prin")] == [queue]
    assert {one.id for one in completions(desk, agent, "prin")} == {queue, inside}
    assert completions(desk, visitor, " ") == completions(desk, visitor, "zzz") == ()


def test_a_title_withdrawn_behind_the_index_is_not_completed(
    desk: Desk, visitor: Person, lead: Person, make_article: Make
) -> None:
    article_id = make_article("Print queue is stuck")
    assert completions(desk, visitor, "print")
    articles.archive(desk, lead, article_id)
    assert completions(desk, visitor, "print") == ()
