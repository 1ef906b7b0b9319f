"""Outcomes: what readers do re-orders what matches, within bounds, and leads can see and undo it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from sqlmodel import select

from kb import articles, feedback, search
from kb.desk import Desk
from kb.errors import NotAllowed, NotFound
from kb.labels import Audience
from kb.person import OPERATOR, Person, guest
from kb.search import outcomes, pins
from kb.tables import OutcomeReset, Stamp

Make = Callable[..., int]


@pytest.fixture
def shelf(make_article: Make) -> list[int]:
    """Three articles that match "printer" alike, one after the other, and one that does not."""
    made = [make_article("Printer trouble", f"Text {number}.") for number in range(3)]
    return [*made, make_article("Mouse does not move", "Change the battery.")]


def ids(desk: Desk, query: str = "printer", person: Person | None = None) -> list[int]:
    return [hit.id for hit in search.search(desk, person or guest("looker"), query).hits]


def crowd(desk: Desk, opened: int, *, people: int = 10, query: str = "printer", act: str = "open") -> None:
    """So many people search and then open, rate or fix."""
    for number in range(people):
        person = guest(f"{query}-{act}-{number}")
        search.search(desk, person, query, is_final=True)
        if act == "open":
            search.opened(desk, person, opened)
        elif act == "fix":
            feedback.fixed_it(desk, person, opened)
        else:
            feedback.rate(desk, person, opened, is_helpful=act == "helped")


def boost(desk: Desk, article_id: int, query: str = "printer") -> float:
    results = search.search(desk, guest("looker"), query)
    return next(hit.why.boost for hit in results.hits if hit.id == article_id and hit.why)


@pytest.mark.parametrize("act", ["open", "fix", "helped"])
def test_what_people_choose_moves_up(desk: Desk, shelf: list[int], act: str) -> None:
    assert ids(desk) == shelf[:3]
    crowd(desk, shelf[2], act=act)
    assert outcomes.learn(desk, OPERATOR) > 0
    assert ids(desk)[0] == shelf[2]
    assert 1 < boost(desk, shelf[2]) <= 1.25


def test_what_did_not_help_moves_down(desk: Desk, shelf: list[int]) -> None:
    crowd(desk, shelf[0], act="did not help")
    crowd(desk, shelf[1], people=3)
    outcomes.learn(desk, OPERATOR)
    assert ids(desk)[-1] == shelf[0]
    assert 0.8 <= boost(desk, shelf[0]) < 0.95


def test_what_was_learned_of_a_query_holds_for_its_words_alone(desk: Desk, shelf: list[int]) -> None:
    crowd(desk, shelf[2])
    outcomes.learn(desk, OPERATOR)
    assert ids(desk, "the PRINTERS")[0] == shelf[2]
    assert ids(desk, "printer trouble")[0] == shelf[0]


def test_what_was_learned_from_a_misspelt_query_serves_both(desk: Desk, shelf: list[int]) -> None:
    crowd(desk, shelf[2], query="prnter")
    outcomes.learn(desk, OPERATOR)
    assert ids(desk, "printer")[0] == ids(desk, "prnter")[0] == ids(desk, "prinetr")[0] == shelf[2]


def test_nothing_is_found_that_does_not_match(desk: Desk, shelf: list[int]) -> None:
    crowd(desk, shelf[3], act="helped", people=30)
    outcomes.learn(desk, OPERATOR)
    assert set(ids(desk)) == set(shelf[:3])


def test_searches_after_which_nothing_happened_teach_nothing(desk: Desk, shelf: list[int]) -> None:
    for number in range(30):
        search.search(desk, guest(f"api-{number}"), "printer", is_final=True)
    assert outcomes.learn(desk, OPERATOR) == 0


def test_one_person_cannot_move_much(desk: Desk, shelf: list[int], clock) -> None:  # type: ignore[no-untyped-def]
    crowd(desk, shelf[0])
    for _ in range(40):
        search.search(desk, guest("eager"), "printer", is_final=True)
        search.opened(desk, guest("eager"), shelf[2])
        feedback.fixed_it(desk, guest("eager"), shelf[2])
        clock.forward(days=1)
    outcomes.learn(desk, OPERATOR)
    assert [row.people for row in outcomes.listed(desk, OPERATOR, article_id=shelf[2])] == [1, 1]
    assert 1 < boost(desk, shelf[2]) < 1.1


def test_pins_come_before_outcomes(desk: Desk, lead: Person, shelf: list[int]) -> None:
    crowd(desk, shelf[2])
    pins.pin(desk, lead, "printer", shelf[1])
    outcomes.learn(desk, OPERATOR)
    assert ids(desk) == [shelf[1], shelf[2], shelf[0]]


def test_what_was_learned_can_be_inspected(desk: Desk, lead: Person, shelf: list[int]) -> None:
    crowd(desk, shelf[2], people=6)
    outcomes.learn(desk, lead)
    (row,) = outcomes.listed(desk, lead, article_id=shelf[2])
    assert (row.article_id, row.title, row.query, row.people) == (shelf[2], "Printer trouble", "printer", 6)
    assert (row.successes, row.chances, row.learned_at) == (3.0, 2.0, desk.now())
    assert row.factor == pytest.approx(boost(desk, shelf[2]), abs=1e-3)
    reach = [max(one.factor, 1 / one.factor) for one in outcomes.listed(desk, lead)]
    assert reach == sorted(reach, reverse=True)
    assert len(outcomes.listed(desk, lead, limit=1)) == 1


def test_a_reset_forgets_one_article_for_good(desk: Desk, lead: Person, shelf: list[int], clock) -> None:  # type: ignore[no-untyped-def]
    crowd(desk, shelf[2])
    outcomes.learn(desk, lead)
    clock.forward(minutes=1)
    outcomes.reset(desk, lead, shelf[2])
    assert boost(desk, shelf[2]) == 1.0 != boost(desk, shelf[0])
    outcomes.learn(desk, lead)
    assert outcomes.listed(desk, lead, article_id=shelf[2]) == ()
    clock.forward(minutes=1)
    crowd(desk, shelf[2], act="fix")
    outcomes.learn(desk, lead)
    assert boost(desk, shelf[2]) > 1


def test_a_reset_of_all_leaves_a_trace_and_the_ratings(desk: Desk, lead: Person, shelf: list[int]) -> None:
    crowd(desk, shelf[2], act="helped")
    outcomes.learn(desk, lead)
    outcomes.reset(desk, lead)
    outcomes.learn(desk, lead)
    assert outcomes.listed(desk, lead) == ()
    assert ids(desk) == shelf[:3]
    with desk.reading() as session:
        reset = session.exec(select(OutcomeReset)).one()
    assert (reset.article_id, reset.by_id) == (None, lead.id)
    assert articles.get(desk, lead, shelf[2]).helped == 10


def test_it_learns_anew_only_when_there_is_something_new_or_a_day_has_passed(
    desk: Desk, shelf: list[int], clock  # type: ignore[no-untyped-def]
) -> None:  # fmt: skip
    assert outcomes.learn(desk, OPERATOR) == 0
    crowd(desk, shelf[2])
    clock.forward(minutes=10)
    assert outcomes.learn(desk, OPERATOR) > 0
    clock.forward(minutes=10)
    assert outcomes.learn(desk, OPERATOR) == 0
    clock.forward(days=1)
    (before,) = outcomes.listed(desk, OPERATOR, article_id=shelf[2])
    assert outcomes.learn(desk, OPERATOR) > 0
    (after,) = outcomes.listed(desk, OPERATOR, article_id=shelf[2])
    assert after.successes < before.successes


def test_a_search_reads_factors_only_when_they_have_changed(desk: Desk, shelf: list[int]) -> None:
    crowd(desk, shelf[2])
    outcomes.learn(desk, OPERATOR)
    before = boost(desk, shelf[2])
    with desk.transaction() as session:
        session.exec(outcomes.delete(outcomes.Outcome))
    assert boost(desk, shelf[2]) == before
    with desk.transaction() as session:
        session.get_one(Stamp, outcomes.OUTCOMES).value += 1
    assert boost(desk, shelf[2]) == 1.0


def test_internal_articles_stay_hidden_whatever_agents_do(
    desk: Desk, visitor: Person, agent: Person, shelf: list[int], make_article: Make
) -> None:
    hidden = make_article("Printer contract", "Text", audience=Audience.INTERNAL)
    for _ in range(3):
        search.search(desk, agent, "printer", is_final=True)
        feedback.fixed_it(desk, agent, hidden)
    outcomes.learn(desk, OPERATOR)
    assert hidden not in ids(desk)
    assert hidden in ids(desk, person=agent)


@pytest.mark.parametrize("verb", [outcomes.learn, outcomes.listed, outcomes.reset])
def test_outcomes_are_for_leads(desk: Desk, agent: Person, lead: Person, verb: Callable[..., Any]) -> None:
    with pytest.raises(NotAllowed):
        verb(desk, agent)


def test_what_is_not_there_cannot_be_reset(desk: Desk, lead: Person) -> None:
    for article_id in (999, 2**40):
        with pytest.raises(NotFound):
            outcomes.reset(desk, lead, article_id)
