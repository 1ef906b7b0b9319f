from __future__ import annotations

import numpy as np
import pytest
from scipy.stats import binomtest

from models.evaluation.duel import duel, held_out
from models.triage import TriageModel

RIGHT = np.array([True] * 30)


@pytest.mark.parametrize(("lost", "won"), [(0, 0), (5, 5), (9, 1), (1, 9)])
def test_it_is_mcnemars_exact_test(lost: int, won: int) -> None:
    first, second = RIGHT.copy(), RIGHT.copy()
    second[:lost] = False
    first[lost : lost + won] = False
    found = duel(first, second)
    assert (found.n, found.only_first, found.only_second) == (30, lost, won)
    if lost + won:
        assert found.p_worse == pytest.approx(binomtest(lost, lost + won, 0.5, "greater").pvalue)
        assert found.p_better == pytest.approx(binomtest(won, lost + won, 0.5, "greater").pvalue)
    else:
        assert found.p_worse == found.p_better == 1.0


def test_no_case_decides_nothing() -> None:
    none = np.array([], dtype=bool)
    assert (duel(none, none).n, duel(none, none).p_worse) == (0, 1.0)


def test_no_row_is_judged_by_a_model_that_has_seen_it() -> None:
    """Each text has a word of its own and a label of its own: only who has seen it can know."""
    texts = [f"report about subject{chr(97 + n)}" for n in range(20)]
    labels = [f"label{n % 10}" for n in range(20)]
    assert (held_out(TriageModel(), texts, labels, folds=5) == np.array(labels)).mean() <= 0.2


def test_rows_that_were_not_taught_are_not_learned() -> None:
    texts = [f"password locked {n * 'a'}" for n in range(1, 13)] + [f"disk broken {n * 'b'}" for n in range(1, 13)]
    labels = ["access"] * 12 + ["hardware_failure"] * 12
    taught = [n < 12 for n in range(24)]
    assert set(held_out(TriageModel(), texts, labels, folds=4, taught=taught)) == {"access"}
    assert (held_out(TriageModel(), texts, labels, folds=4) == np.array(labels)).all()
