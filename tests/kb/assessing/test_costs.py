from __future__ import annotations

import numpy as np
import pytest

from kb.assessing.costs import is_missed, of_severities, of_types


@pytest.mark.parametrize(
    ("true", "said", "cost"),
    [
        ("low", "low", 0),
        ("low", "medium", 1),
        ("low", "critical", 3),
        ("high", "medium", 2),
        ("high", "low", 4),
        ("critical", "high", 2),
        ("critical", "medium", 10),
        ("critical", "low", 10),
    ],
)
def test_too_low_costs_more_than_too_high_and_a_missed_critical_one_most(true: str, said: str, cost: int) -> None:
    assert of_severities(np.array([true]), np.array([said])).tolist() == [cost]


def test_only_a_critical_one_below_high_is_missed() -> None:
    truth, said = np.array(["critical"] * 3 + ["high"]), np.array(["low", "high", "critical", "low"])
    assert is_missed(truth, said).tolist() == [True, False, False, False]


def test_to_ask_costs_a_look_and_to_be_wrong_alone_five() -> None:
    truth, said, sure = np.array(["a"] * 4), np.array(["a", "b", "a", "b"]), np.array([True, True, False, False])
    assert of_types(truth, said, sure).tolist() == [0, 5, 1, 1]
