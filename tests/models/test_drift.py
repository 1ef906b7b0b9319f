from __future__ import annotations

import numpy as np
import pytest
from scipy.spatial.distance import jensenshannon
from scipy.stats import fisher_exact

from models.evaluation.drift import drop_p, share_shift, vocabulary_shift


def rows(words: list[str], n: int, seed: int) -> list[list[str]]:
    random = np.random.default_rng(seed)
    return [random.choice(words, 5).tolist() for _ in range(n)]


WORDS = [f"w{n}" for n in range(40)]


def test_new_words_are_noticed_and_named() -> None:
    found = vocabulary_shift(rows(WORDS, 200, 1), [*rows(WORDS, 40, 2), *[["vpn", "tunnel", "w1"]] * 20])
    assert found.p == 0.001
    assert {name for name, *_ in found.changed[:2]} == {"vpn", "tunnel"}
    assert found.changed[0][1:] == (0.0, pytest.approx(1 / 3))


def test_the_distance_is_jensen_and_shannons() -> None:
    before, after = ["a"] * 6 + ["b"] * 2, ["a"] * 2 + ["b"] * 2
    assert share_shift(before, after).distance == pytest.approx(jensenshannon([0.75, 0.25], [0.5, 0.5], base=2))


def test_without_a_change_one_alarm_in_twenty_at_five_of_a_hundred() -> None:
    alarms = sum(vocabulary_shift(rows(WORDS, 60, 2 * n), rows(WORDS, 30, 2 * n + 1)).p <= 0.05 for n in range(100))
    assert alarms <= 12  # binomial: 12 or fewer of 100 in 99.8 % of runs


def test_shares_that_stay_are_no_alarm_and_shares_that_turn_are() -> None:
    assert share_shift(["a", "b"] * 50, ["a", "b"] * 20).p > 0.5
    assert share_shift(["a", "b"] * 50, ["b"] * 40).p == 0.001


@pytest.mark.parametrize(("before", "after"), [([], ["a"]), (["a"], []), ([], [])])
def test_nothing_to_compare_is_no_change(before: list[str], after: list[str]) -> None:
    assert share_shift(before, after).p == 1.0


def test_rare_words_are_no_habit() -> None:
    assert vocabulary_shift([["a"], ["b"]], [["c"], ["d"]]) == vocabulary_shift([], [])


@pytest.mark.parametrize("counts", [(80, 100, 20, 40), (8, 10, 8, 10), (50, 50, 45, 50)])
def test_a_fall_of_agreement_is_fishers_exact_test(counts: tuple[int, int, int, int]) -> None:
    a, n, b, m = counts
    expected = fisher_exact([[b, m - b], [a, n - a]], alternative="less").pvalue
    assert drop_p(*counts) == pytest.approx(expected)


def test_no_reviews_are_no_fall() -> None:
    assert (drop_p(0, 0, 1, 1), drop_p(1, 1, 0, 0)) == (1.0, 1.0)


def test_a_new_word_in_few_reports_is_not_lost_among_the_others() -> None:
    after = [[*row, "kiosk"] if place < 8 else row for place, row in enumerate(rows(WORDS, 100, 2))]
    found = vocabulary_shift(rows(WORDS, 400, 1), after)
    assert (found.p, found.changed[0]) == (0.001, ("kiosk", 0.0, 0.08))


def test_one_type_that_grows_is_noticed_beside_seven_that_stay() -> None:
    kinds = [f"t{n}" for n in range(8)]
    before, after = kinds * 75, kinds * 8 + ["t0"] * 20
    found = share_shift(before, after)
    assert (found.p, found.changed[0][0]) == (0.001, "t0")
