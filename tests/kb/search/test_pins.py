"""Pins stand first for their words, in their order, for those who may find them."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from sqlmodel import select

from kb import articles, search
from kb.desk import Desk
from kb.errors import Conflict, NotAllowed, NotFound, NotValid
from kb.labels import Audience
from kb.person import Person
from kb.search import pins
from kb.tables import Pin

Make = Callable[..., int]


@pytest.fixture
def shelf(make_article: Make) -> dict[str, int]:
    return {
        "queue": make_article("Print queue is stuck", "Restart the spooler.", type="hardware_failure"),
        "paper": make_article("Printer asks for paper", "Set the tray to A4."),
        "mouse": make_article("Mouse does not move", "Change the battery."),
        "inside": make_article("Contracts", "The vendor.", audience=Audience.INTERNAL),
    }


def ids(desk: Desk, person: Person, query: str, **narrowed: object) -> list[int]:
    return [hit.id for hit in search.search(desk, person, query, **narrowed).hits]  # type: ignore[arg-type]


@pytest.mark.parametrize("typed", ["print queue", "QUEUES,  printed", "the queue of print", "print qeuue"])
def test_a_pin_stands_first_however_the_words_are_put(
    desk: Desk, visitor: Person, lead: Person, shelf: dict[str, int], typed: str
) -> None:
    pins.pin(desk, lead, "Print queue", shelf["mouse"])
    first, second, *_ = search.search(desk, visitor, typed).hits
    assert (first.id, first.is_pinned, second.id, second.is_pinned) == (shelf["mouse"], True, shelf["queue"], False)


@pytest.mark.parametrize("typed", ["print", "print queue stuck"])
def test_other_words_are_another_query(
    desk: Desk, visitor: Person, lead: Person, shelf: dict[str, int], typed: str
) -> None:
    pins.pin(desk, lead, "print queue", shelf["mouse"])
    assert shelf["mouse"] not in ids(desk, visitor, typed)


def test_pins_keep_their_order_until_it_is_changed(
    desk: Desk, visitor: Person, lead: Person, shelf: dict[str, int]
) -> None:
    pins.pin(desk, lead, "print", shelf["mouse"])
    second = pins.pin(desk, lead, "print", shelf["paper"])
    assert ids(desk, visitor, "print")[:2] == [shelf["mouse"], shelf["paper"]]
    pins.put_first(desk, lead, second)
    pins.put_first(desk, lead, second)
    assert ids(desk, visitor, "print")[:2] == [shelf["paper"], shelf["mouse"]]
    assert [row.article_id for row in pins.listed(desk, lead)] == [shelf["paper"], shelf["mouse"]]


def test_a_pin_is_shown_to_those_who_may_find_it_alone(
    desk: Desk, visitor: Person, agent: Person, lead: Person, shelf: dict[str, int]
) -> None:
    pins.pin(desk, lead, "paper", shelf["inside"])
    assert ids(desk, agent, "paper")[0] == shelf["inside"]
    results = search.search(desk, visitor, "paper")
    assert ([hit.id for hit in results.hits], results.found) == ([shelf["paper"]], 1)
    articles.archive(desk, lead, shelf["inside"])
    assert ids(desk, agent, "paper") == [shelf["paper"]]
    assert not pins.listed(desk, lead)[0].is_shown


def test_a_pin_gives_way_to_what_is_narrowed_down(
    desk: Desk, visitor: Person, lead: Person, shelf: dict[str, int]
) -> None:
    pins.pin(desk, lead, "print", shelf["mouse"])
    assert ids(desk, visitor, "print", types=["hardware_failure"]) == [shelf["queue"]]


def test_an_unpinned_article_is_found_as_before_and_who_did_it_stays(
    desk: Desk, visitor: Person, lead: Person, shelf: dict[str, int], clock  # type: ignore[no-untyped-def]
) -> None:  # fmt: skip
    before = ids(desk, visitor, "print")
    pin_id = pins.pin(desk, lead, "print", shelf["mouse"])
    clock.forward(hours=1)
    pins.unpin(desk, lead, pin_id)
    assert ids(desk, visitor, "print") == before
    assert pins.listed(desk, lead) == ()
    with desk.reading() as session:
        row = session.exec(select(Pin)).one()
    assert (row.by_id, row.removed_by_id, row.removed_at) == (lead.id, lead.id, desk.now())
    with pytest.raises(NotFound):
        pins.unpin(desk, lead, pin_id)
    pins.pin(desk, lead, "print", shelf["mouse"])


def test_what_cannot_be_pinned_is_refused(desk: Desk, lead: Person, shelf: dict[str, int], make_article: Make) -> None:
    draft = make_article("Draft", "Text", is_draft=True)
    for article_id in (draft, 999, 2**40):
        with pytest.raises(NotFound):
            pins.pin(desk, lead, "print", article_id)
    for query in ("", " ?! ", "x" * 201):
        with pytest.raises(NotValid):
            pins.pin(desk, lead, query, shelf["mouse"])
    pins.pin(desk, lead, "print", shelf["mouse"])
    with pytest.raises(Conflict, match="already"):
        pins.pin(desk, lead, "printing", shelf["mouse"])


def test_so_many_pins_that_the_best_match_is_among_the_first_three(
    desk: Desk, visitor: Person, lead: Person, shelf: dict[str, int]
) -> None:
    for name in ("mouse", "paper"):
        pins.pin(desk, lead, "print queue is stuck", shelf[name])
    with pytest.raises(Conflict, match="Take one"):
        pins.pin(desk, lead, "stuck print queue", shelf["inside"])
    assert ids(desk, visitor, "Print queue is stuck")[2] == shelf["queue"]


def test_pins_are_for_leads(desk: Desk, agent: Person, shelf: dict[str, int]) -> None:
    for action in (
        lambda: pins.pin(desk, agent, "print", shelf["mouse"]),
        lambda: pins.unpin(desk, agent, 1),
        lambda: pins.put_first(desk, agent, 1),
        lambda: pins.listed(desk, agent),
    ):
        with pytest.raises(NotAllowed):
            action()


def test_another_process_sees_a_pin_at_once(desk: Desk, visitor: Person, lead: Person, shelf: dict[str, int]) -> None:
    other = Desk(desk.settings, now=desk.now)
    assert ids(other, visitor, "print")[0] != shelf["mouse"]
    pins.pin(desk, lead, "print", shelf["mouse"])
    assert ids(other, visitor, "print")[0] == shelf["mouse"]
    other.close()
