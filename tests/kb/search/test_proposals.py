"""Synonyms that searches speak for: one failed, the next one did it."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from kb import feedback, search
from kb.desk import Desk
from kb.errors import HeldBack, NotAllowed, NotFound
from kb.person import Person, guest
from kb.search import gate, golden, proposals, wording
from kb.search.wording import Rule
from tests.conftest import Clock

Make = Callable[..., int]


@pytest.fixture
def projector(make_article: Make) -> int:
    make_article("Room booking", "Rooms are booked in the calendar.")
    return make_article("Projector shows no picture", "Change the lamp.")


def retry(desk: Desk, clock: Clock, who: str, *queries: str, opens: int | None = None, minutes: float = 1) -> None:
    """Somebody tries one query after the other and opens an article from the last."""
    for place, query in enumerate(queries):
        clock.forward(minutes=minutes if place else 60)
        search.search(desk, guest(who), query, is_final=True)
    if opens:
        search.opened(desk, guest(who), opens)


def pairs(desk: Desk, lead: Person) -> list[tuple[str, str, int]]:
    return [(one.typed, one.meant, one.people) for one in proposals.proposals(desk, lead)]


def test_words_that_found_nothing_and_those_that_did_are_proposed_with_their_evidence(
    desk: Desk, lead: Person, projector: int, clock: Clock
) -> None:
    for who in ("a", "a", "b"):
        retry(desk, clock, who, "The bildwerfer broken", "projector broken", opens=projector)
    (one,) = proposals.proposals(desk, lead)
    assert (one.typed, one.meant, one.people, one.times) == ("bildwerfer", "projector", 2, 3)
    assert (one.failed, one.succeeded, one.title) == (
        "The bildwerfer broken", "projector broken", "Projector shows no picture",
    )  # fmt: skip


def test_this_fixed_it_is_a_success_too(desk: Desk, lead: Person, projector: int, clock: Clock) -> None:
    retry(desk, clock, "a", "bildwerfer", "projector")
    assert pairs(desk, lead) == []
    feedback.fixed_it(desk, guest("a"), projector)
    assert pairs(desk, lead) == [("bildwerfer", "projector", 1)]


def test_a_second_failure_in_between_is_proposed_too(desk: Desk, lead: Person, projector: int, clock: Clock) -> None:
    retry(desk, clock, "a", "bildwerfer", "videowall", "projector", opens=projector)
    assert pairs(desk, lead) == [("bildwerfer", "projector", 1), ("videowall", "projector", 1)]


@pytest.mark.parametrize("minutes", [10.5, 600])
def test_a_later_success_is_another_matter(
    desk: Desk, lead: Person, projector: int, clock: Clock, minutes: float
) -> None:
    retry(desk, clock, "a", "bildwerfer", "projector", opens=projector, minutes=minutes)
    assert pairs(desk, lead) == []


def test_two_people_are_needed_where_the_first_query_found_something(
    desk: Desk, lead: Person, projector: int, clock: Clock
) -> None:
    retry(desk, clock, "a", "room bildwerfer", "projector", opens=projector)
    assert pairs(desk, lead) == []
    retry(desk, clock, "b", "room bildwerfer", "projector", opens=projector)
    assert pairs(desk, lead) == [("room bildwerfer", "projector", 2)]


@pytest.mark.parametrize(
    ("failed", "succeeded"),
    [
        ("projecter", "projector"),  # the search corrects it by itself
        ("projector", "projector picture"),  # nothing was exchanged
        ("big grey bildwerfer upstairs", "projector"),  # too much was
    ],
)
def test_what_is_no_exchange_of_words_or_found_by_now_is_not_proposed(
    desk: Desk, lead: Person, projector: int, clock: Clock, failed: str, succeeded: str
) -> None:
    for who in ("a", "b"):
        retry(desk, clock, who, failed, succeeded, opens=projector)
    assert pairs(desk, lead) == []


def test_searchers_are_not_mixed_and_those_without_a_key_left_out(
    desk: Desk, lead: Person, projector: int, clock: Clock
) -> None:
    retry(desk, clock, "a", "bildwerfer")
    retry(desk, clock, "b", "projector", opens=projector, minutes=0)
    retry(desk, clock, "", "bildwerfer", "projector", opens=projector)
    assert pairs(desk, lead) == []


def test_accepting_is_one_step_and_undoing_it_brings_the_proposal_back(
    desk: Desk, lead: Person, visitor: Person, projector: int, clock: Clock
) -> None:
    retry(desk, clock, "a", "bildwerfer", "projector", opens=projector)
    proposals.accept(desk, lead, "bildwerfer", "projector")
    assert pairs(desk, lead) == []
    assert wording.wording(desk, lead).rules == (Rule("bildwerfer", "projector"),)
    assert [hit.id for hit in search.search(desk, visitor, "bildwerfer").hits] == [projector]
    (past,) = gate.history(desk, lead)
    assert past.reason == "Proposed by the searches of 1 person"
    gate.undo(desk, lead, past.id)
    assert pairs(desk, lead) == [("bildwerfer", "projector", 1)]


def test_the_gate_holds_a_proposal_back_too(
    desk: Desk, lead: Person, projector: int, make_article: Make, clock: Clock
) -> None:
    retry(desk, clock, "a", "bildwerfer", "projector", opens=projector)
    hire = make_article("Hire of things", "You can hire a tent, a van, a grill or a bildwerfer at the front desk.")
    golden.judge(desk, lead, "bildwerfer hire", {hire: 3})
    golden.judge(desk, lead, "bildwerfer", {hire: 3})
    with pytest.raises(HeldBack):
        proposals.accept(desk, lead, "bildwerfer", "projector")
    assert pairs(desk, lead) == [("bildwerfer", "projector", 1)]
    proposals.accept(desk, lead, "bildwerfer", "projector", anyway=True)
    assert gate.history(desk, lead)[0].is_forced


def test_a_dismissed_proposal_stays_away_until_it_is_recalled(
    desk: Desk, lead: Person, projector: int, clock: Clock
) -> None:
    retry(desk, clock, "a", "bildwerfer", "projector", opens=projector)
    proposals.dismiss(desk, lead, "bildwerfer", "projector")
    retry(desk, clock, "b", "bildwerfer", "projector", opens=projector)
    assert pairs(desk, lead) == []
    assert proposals.dismissed(desk, lead) == (("bildwerfer", "projector"),)
    proposals.recall(desk, lead, "bildwerfer", "projector")
    assert pairs(desk, lead) == [("bildwerfer", "projector", 2)]


def test_what_was_never_proposed_can_be_neither_accepted_nor_dismissed(desk: Desk, lead: Person) -> None:
    for verb in (proposals.accept, proposals.dismiss, proposals.recall):
        with pytest.raises(NotFound):
            verb(desk, lead, "bildwerfer", "projector")


def test_only_leads_see_proposals(desk: Desk, agent: Person) -> None:
    attempts = (
        lambda: proposals.proposals(desk, agent),
        lambda: proposals.accept(desk, agent, "a", "b"),
        lambda: proposals.dismiss(desk, agent, "a", "b"),
        lambda: proposals.recall(desk, agent, "a", "b"),
        lambda: proposals.dismissed(desk, agent),
    )
    for attempt in attempts:
        with pytest.raises(NotAllowed):
            attempt()
