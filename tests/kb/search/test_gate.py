"""The gate: what a change of words does to the golden set, and that a change for the worse is held back."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from kb import articles, search, services
from kb.desk import Desk
from kb.errors import Conflict, HeldBack, NotAllowed, NotFound
from kb.person import OPERATOR, Person, guest
from kb.search import gate, golden, trial, wording
from kb.search.gate import Shift
from kb.search.wording import Change, Kind, Wording
from tests.conftest import Clock

Make = Callable[..., int]
GOOD = Change(Kind.ADD, "bildwerfer", "projector")
BAD = Change(Kind.ADD, "cable", "projector")


@pytest.fixture
def shelf(desk: Desk, lead: Person, make_article: Make) -> dict[str, int]:
    """Two articles and two judged queries, one of which needs a synonym."""
    ids = {
        "projector": make_article("Projector shows no projector picture", "Change the projector lamp."),
        "screen": make_article("Screen is dark", "The cable of the screen may be loose, or the room too bright."),
    }
    golden.judge(desk, lead, "screen", {ids["screen"]: 3})
    golden.judge(desk, lead, "bildwerfer", {ids["projector"]: 3})
    return ids


def ask(desk: Desk, query: str, times: int) -> None:
    for n in range(times):
        search.search(desk, guest(f"{query}-{n}"), query, is_final=True)


def test_it_says_how_search_does_the_worst_query_first(desk: Desk, lead: Person, shelf: dict[str, int]) -> None:
    found = trial.evaluate(desk, lead)
    assert (found.figures.ndcg, found.figures.mrr, found.figures.zero_share) == (0.5, 0.5, 0.5)
    assert [(one.text, one.ndcg, one.rank, one.found) for one in found.queries] == [
        ("bildwerfer", 0.0, None, 0),
        ("screen", 1.0, 1, 1),
    ]


def test_a_comparison_shows_what_is_gained_and_changes_nothing(desk: Desk, lead: Person, shelf: dict[str, int]) -> None:
    comparison = gate.compare(desk, lead, GOOD)
    assert (comparison.before.ndcg, comparison.after.ndcg, comparison.queries) == (0.5, 1.0, 2)
    assert (comparison.before.zero_share, comparison.after.zero_share) == (0.5, 0.0)
    assert (comparison.lost, comparison.gained) == ((), (Shift("bildwerfer", 0, 0.0, 1.0),))
    assert wording.wording(desk, lead) == Wording()
    assert gate.history(desk, lead) == ()


def test_queries_weigh_as_often_as_they_are_asked(
    desk: Desk, lead: Person, shelf: dict[str, int], clock: Clock
) -> None:
    ask(desk, "Screen", 3)
    found = trial.evaluate(desk, lead)
    assert (found.figures.ndcg, found.queries[1].asked) == (0.75, 3)
    clock.forward(days=91)
    assert trial.evaluate(desk, lead).figures.ndcg == 0.5


def test_what_people_ask_beside_the_golden_set_counts_for_the_share_without_a_result(
    desk: Desk, lead: Person, shelf: dict[str, int]
) -> None:
    ask(desk, "zzzz", 2)
    assert trial.evaluate(desk, lead).figures.zero_share == 0.75


def test_a_change_for_the_worse_is_held_back_and_says_by_how_much_and_where(
    desk: Desk, lead: Person, shelf: dict[str, int]
) -> None:
    golden.judge(desk, lead, "cable", {shelf["screen"]: 3})
    with pytest.raises(
        HeldBack, match=r"falls from 0\.6667 to 0\.\d{4} over 3 judged queries.*“cable” \(1\.00 to 0\.63"
    ):
        gate.apply(desk, lead, BAD)
    assert wording.wording(desk, lead) == Wording()
    assert gate.history(desk, lead) == ()


def test_a_lead_may_go_ahead_by_saying_so_which_is_recorded(desk: Desk, lead: Person, shelf: dict[str, int]) -> None:
    golden.judge(desk, lead, "cable", {shelf["screen"]: 3})
    gate.apply(desk, lead, BAD, anyway=True, reason="For the demo")
    (past,) = gate.history(desk, lead)
    assert (past.is_forced, past.reason, past.by, past.queries) == (True, "For the demo", "Lead", 3)
    assert (past.after.ndcg or 0) < (past.before.ndcg or 0)


def test_going_ahead_with_what_is_not_worse_is_not_called_forced(
    desk: Desk, lead: Person, shelf: dict[str, int]
) -> None:
    gate.apply(desk, lead, GOOD, anyway=True)
    assert gate.history(desk, lead)[0].is_forced is False


def test_a_change_is_undone_once_whatever_the_golden_set_says(desk: Desk, lead: Person, shelf: dict[str, int]) -> None:
    gate.apply(desk, lead, GOOD)
    (past,) = gate.history(desk, lead)
    gate.undo(desk, lead, past.id)
    assert wording.wording(desk, lead) == Wording()
    undoing, undone = gate.history(desk, lead)
    assert (undoing.is_undoing, undoing.change.kind, undone.is_undone) == (True, Kind.DROP, True)
    for change_id in (undone.id, undoing.id):
        with pytest.raises(Conflict):
            gate.undo(desk, lead, change_id)


def test_undoing_what_is_gone_already_conflicts(desk: Desk, lead: Person) -> None:
    gate.apply(desk, lead, GOOD)
    gate.apply(desk, OPERATOR, GOOD.undone())
    newest, first = gate.history(desk, lead)
    assert newest.by == "The command line"
    with pytest.raises(Conflict, match="any more"):
        gate.undo(desk, lead, first.id)
    with pytest.raises(NotFound):
        gate.undo(desk, lead, 99)


def test_without_a_judged_query_nothing_is_measured_and_nothing_held_back(desk: Desk, lead: Person) -> None:
    comparison = gate.apply(desk, lead, GOOD)
    assert (comparison.queries, comparison.before.ndcg, comparison.is_worse) == (0, None, False)
    assert len(gate.history(desk, lead)) == 1


def test_archived_answers_are_left_out(desk: Desk, lead: Person, shelf: dict[str, int]) -> None:
    articles.archive(desk, lead, shelf["projector"])
    assert [one.text for one in trial.evaluate(desk, lead).queries] == ["screen"]


def test_only_leads_pass_the_gate(desk: Desk, agent: Person) -> None:
    attempts = (
        lambda: gate.compare(desk, agent, GOOD),
        lambda: gate.undo(desk, agent, 1),
        lambda: gate.history(desk, agent),
    )
    for attempt in attempts:
        with pytest.raises(NotAllowed):
            attempt()


def test_search_finds_the_starter_articles_as_people_ask_for_them(desk: Desk) -> None:
    """The floor is what was measured when the set was written, 0.952 and 0.950, rounded down."""
    services.seed(desk)
    articles.load_starter(desk)
    golden.load_starter(desk)
    found = trial.evaluate(desk, OPERATOR)
    worst = [(one.text, round(one.ndcg, 2)) for one in found.queries[:10]]
    assert (found.figures.ndcg or 0) >= 0.95, worst
    assert (found.figures.mrr or 0) >= 0.94, worst
    assert found.figures.zero_share == 0
    assert len(found.queries) == 101
