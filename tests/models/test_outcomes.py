"""Factors from what came of searches: bounded, smoothed, blind to position, one vote a person."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from models.outcomes import LIMIT, OutcomeModel, Showing, Verdict


def page(person: str, opened: int | None, *, asked: str = "printer", size: int = 5, age: float = 0) -> list[Showing]:
    """A page of articles 1..size in this order, one of them opened."""
    return [Showing(asked, n, person, n, 0.5 if n == opened else 0.0, age) for n in range(1, size + 1)]


def crowd(people: int, opened: int, **given: float) -> list[Showing]:
    return [one for number in range(people) for one in page(f"v:{number}", opened, **given)]  # type: ignore[arg-type]


def test_what_is_opened_rises_and_what_is_passed_over_falls() -> None:
    factors = OutcomeModel().fit(crowd(10, opened=3)).factors_
    assert factors["printer", 3] > 1.1 > 0.95 > factors["printer", 1]
    assert factors["printer", 1] < factors["printer", 5] < 1  # few look as far as the last


def test_the_same_share_of_openings_counts_more_farther_down() -> None:
    def factor(rank: int) -> float:
        shown = [Showing("a", 1, f"v:{n}", rank, 0.5 * (n < 2), 0) for n in range(10)]
        return OutcomeModel().fit(shown + crowd(10, opened=1)).factors_["a", 1]

    assert factor(1) < factor(3) < factor(10)


def test_one_person_counts_once_however_often_he_searches() -> None:
    once = OutcomeModel().fit(crowd(5, opened=1) + page("v:9", 3)).pairs_["printer", 3]
    often = OutcomeModel().fit(crowd(5, opened=1) + page("v:9", 3) * 50).pairs_["printer", 3]
    assert once == often
    assert once.people == 6


def test_one_person_alone_changes_little_and_many_reach_the_limit() -> None:
    usual = crowd(20, opened=1)
    alone = OutcomeModel().fit([*usual, *page("v:x", 4)]).factors_["printer", 4]
    assert alone < 1.08
    assert OutcomeModel().fit(crowd(40, opened=4)).factors_["printer", 4] == pytest.approx(LIMIT)


def test_evidence_fades_by_half_in_a_half_life() -> None:
    fresh = OutcomeModel().fit(page("v:1", 1)).pairs_["printer", 1]
    old = OutcomeModel().fit(page("v:1", 1, age=60)).pairs_["printer", 1]
    assert (old.successes, old.chances) == (fresh.successes / 2, fresh.chances / 2)


def test_no_success_at_all_changes_nothing() -> None:
    model = OutcomeModel().fit([replace(one, success=0.0) for one in crowd(10, opened=1)])
    assert set(model.factors_.values()) == {1.0}
    assert OutcomeModel().fit([]).factors_ == {}


def test_a_judged_article_was_certainly_looked_at() -> None:
    seen = Showing("a", 9, "v:1", 9, 0.0, 0, is_judged=True)
    assert OutcomeModel().fit([seen]).pairs_["a", 9].chances == 1.0


def test_what_readers_say_counts_for_every_query_their_last_word_alone() -> None:
    said = [Verdict(1, f"p:{n}", True, 0) for n in range(9)] + [Verdict(2, f"p:{n}", n < 3, 0) for n in range(9)]
    turned = [*said, Verdict(1, "p:1", False, 5), Verdict(1, "p:1", True, 1)]
    model = OutcomeModel().fit(crowd(3, opened=1), turned)
    assert model.documents_[1].factor > 1 > model.documents_[2].factor
    assert model.documents_[1].people == 9
    assert model.factors_["printer", 2] < model.pairs_["printer", 2].factor


showings = st.builds(
    Showing,
    asked=st.sampled_from("ab"),
    document=st.integers(1, 4),
    person=st.sampled_from(["", "v:1", "v:2", "p:3"]),
    rank=st.integers(1, 50),
    success=st.sampled_from([0.0, 0.5, 1.0]),
    age_days=st.floats(-1, 400),
    is_judged=st.booleans(),
)
verdicts = st.builds(
    Verdict, document=st.integers(1, 4), person=st.sampled_from(["v:1", "p:2"]), is_success=st.booleans(),
    age_days=st.floats(0, 400),
)  # fmt: skip


@given(st.lists(showings, max_size=40), st.lists(verdicts, max_size=20))
def test_whatever_happens_a_factor_stays_within_its_bounds(shown: list[Showing], said: list[Verdict]) -> None:
    model = OutcomeModel().fit(shown, said)
    for factor in (*model.factors_.values(), *(one.factor for one in model.documents_.values())):
        assert 1 / LIMIT <= factor <= LIMIT


def test_what_stood_below_the_article_opened_had_no_chance_and_the_first_keeps_its_place() -> None:
    shown = [replace(one, is_below=one.rank > 1) for one in crowd(20, opened=1)]
    model = OutcomeModel().fit(shown)
    assert set(model.pairs_) == {("printer", 1)}
    assert model.factors_["printer", 1] > 1.15
