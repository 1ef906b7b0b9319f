from __future__ import annotations

import numpy as np
import pytest
from sklearn.metrics import cohen_kappa_score

from models.evaluation.agreement import agreement

LABELS = ("low", "medium", "high", "critical")


@pytest.mark.parametrize(("order", "weights"), [((), None), (LABELS, "quadratic")])
def test_it_is_cohens_kappa(order: tuple[str, ...], weights: str | None) -> None:
    random = np.random.default_rng(1)
    first = random.choice(LABELS, 80).tolist()
    second = [label if random.random() < 0.6 else str(random.choice(LABELS)) for label in first]
    found = agreement(first, second, order=order)
    assert found
    known = None if not order else list(order)
    assert found.kappa == pytest.approx(cohen_kappa_score(first, second, labels=known, weights=weights))
    assert found.low < found.kappa < found.high
    assert found.n == 80


def test_the_same_labels_agree_wholly() -> None:
    found = agreement(["a", "b", "a"], ["a", "b", "a"])
    assert found
    assert (found.kappa, found.high, found.share) == (1.0, 1.0, 1.0)


def test_one_label_alone_says_nothing_against_agreement() -> None:
    found = agreement(["a"], ["a"])
    assert found
    assert found.kappa == 1.0


def test_without_a_case_there_is_no_figure() -> None:
    assert agreement([], []) is None


def test_a_severity_further_off_costs_more() -> None:
    near = agreement(["low", "high", "medium"], ["low", "high", "high"], order=LABELS)
    far = agreement(["low", "high", "medium"], ["low", "high", "critical"], order=LABELS)
    assert near
    assert far
    assert near.kappa > far.kappa
