from __future__ import annotations

import numpy as np
import pytest
import scipy.sparse as sp

from models import selection
from models.likeness import Likeness
from models.selection import by_value, rarity, uncertainty, worth

PRINTER, AGAIN, SALARY, VIRUS = "the printer jams", "the printer jams again", "wrong salary paid", "a virus mail came"
TEXTS = [PRINTER, AGAIN, SALARY, VIRUS]


def rows(*texts: str) -> sp.csr_matrix:
    return Likeness().fit(TEXTS).rows(texts)


def in_order(texts: list[str], values: list[float], seen: sp.csr_matrix | None = None, most: int = 0) -> list[int]:
    found = rows(*texts)
    return by_value(np.array(values), lambda places: found[places], seen, most=most)


def test_it_is_the_lead_over_the_second_that_makes_sure() -> None:
    assert uncertainty(np.array([[0.5, 0.5, 0.0], [0.5, 0.3, 0.2], [1.0, 0.0, 0.0]])) == pytest.approx([1, 0.8, 0])
    assert uncertainty(np.ones((2, 1))).tolist() == [0, 0]


def test_a_text_that_may_have_a_label_few_others_have_is_rarer() -> None:
    usual, perhaps, rare = [1.0, 0.0], [0.5, 0.5], [0.0, 1.0]
    found = rarity(np.array([usual] * 97 + [perhaps] * 2 + [rare]))
    assert found[0] < found[97] < found[99]


def test_of_few_texts_no_label_is_rare() -> None:
    assert rarity(np.array([[1.0, 0.0], [1.0, 0.0], [0.0, 1.0]])) == pytest.approx([1, 1, 1], abs=0.1)


def test_of_equally_uncertain_texts_one_that_may_have_a_rare_label_is_worth_more() -> None:
    usual, rare = [0.5, 0.5, 0.0], [0.5, 0.0, 0.5]
    found = worth(np.array([usual] * 99 + [rare]))
    assert found[99] > found[0] > 0


def test_a_doubt_that_is_known_better_counts_and_what_is_certain_is_still_worth_something() -> None:
    said = np.array([[1.0, 0.0], [1.0, 0.0]])
    assert worth(said, np.array([0.5, 1.0]))[1] == pytest.approx(2 * worth(said, np.array([0.5, 1.0]))[0])
    assert worth(said).min() > 0


def test_among_alike_the_severest_comes_first() -> None:
    assert in_order([PRINTER, PRINTER, PRINTER], [1, 4, 2]) == [1, 2, 0]


def test_of_like_texts_one_comes_first_and_the_others_later() -> None:
    assert in_order(TEXTS, [1, 0.9, 0.8, 0.7]) == [0, 2, 3, 1]


def test_what_is_like_a_seen_one_comes_later() -> None:
    assert in_order([PRINTER, SALARY], [1, 0.9], rows(AGAIN)) == [1, 0]


def test_what_is_unlike_everything_does_not_come_before_what_is_worth_much_more(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    texts, values, seen = [PRINTER, AGAIN, SALARY], [1.0, 0.9, 0.5], rows(PRINTER)
    assert in_order(texts, values, seen)[0] == 2
    monkeypatch.setattr(selection, "MOST_COMPARED", 2)
    assert in_order(texts, values, seen)[0] == 1


@pytest.mark.parametrize("most", [1, 2, 4, 9])
def test_the_first_ones_are_those_of_the_whole_order(most: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(selection, "MOST_COMPARED", 2)
    values = [0.4, 1.0, 0.9, 0.8]
    assert in_order(TEXTS, values, most=most) == in_order(TEXTS, values)[:most]


def test_it_is_the_order_of_asking_anew_after_each(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(selection, "MOST_COMPARED", 2)
    values, left, anew = [0.4, 1.0, 0.9, 0.8], [0, 1, 2, 3], list[int]()
    while left:
        seen = rows(*(TEXTS[place] for place in anew)) if anew else None
        anew.append(left.pop(in_order([TEXTS[i] for i in left], [values[i] for i in left], seen, most=1)[0]))
    assert in_order(TEXTS, values) == anew


def test_of_nothing_there_is_no_order() -> None:
    assert in_order([], []) == []
