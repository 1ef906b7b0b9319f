import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from sklearn.metrics import ndcg_score

from models.evaluation import mrr_at_k, ndcg_at_k, recall_at_k

GAINS = st.lists(st.integers(0, 3), min_size=2, max_size=15).filter(any)


@given(gains=GAINS, seed=st.integers(0, 999), k=st.integers(1, 12))
def test_ndcg_is_that_of_scikit_learn(gains, seed, k):
    order = np.random.default_rng(seed).permutation(len(gains))
    ranked = [str(i) for i in order]
    scores = np.empty(len(gains))
    scores[order] = np.arange(len(gains), 0, -1)
    expected = ndcg_score([[2**gain - 1 for gain in gains]], [scores], k=k)
    assert ndcg_at_k(ranked, {str(i): gain for i, gain in enumerate(gains)}, k) == pytest.approx(expected)


def test_ndcg_by_hand():
    ideal = 3 + 1 / math.log2(3)
    assert ndcg_at_k(["x", "b", "a"], {"a": 2, "b": 1}, 3) == pytest.approx((1 / math.log2(3) + 3 / 2) / ideal)


@given(GAINS)
def test_the_best_order_has_ndcg_1(gains):
    judged = {str(i): gain for i, gain in enumerate(gains)}
    assert ndcg_at_k(sorted(judged, key=judged.__getitem__, reverse=True), judged, 10) == pytest.approx(1)


def test_mrr_is_one_over_the_first_relevant_rank_within_k():
    assert mrr_at_k(["x", "y", "a", "b"], {"a": 1, "b": 1}) == pytest.approx(1 / 3)
    assert mrr_at_k(["x", "y", "a"], {"a": 1}, 2) == 0
    assert mrr_at_k(["x"], {"x": 0}) == 0
    assert mrr_at_k([], {"a": 1}) == 0


def test_recall_counts_relevant_documents_within_k():
    assert recall_at_k(["a", "x", "b"], {"a": 1, "b": 2, "c": 0, "d": 1}) == pytest.approx(2 / 3)
    assert recall_at_k(["a", "x", "b"], {"a": 1, "b": 1}, 2) == 0.5


@pytest.mark.parametrize("measure", [ndcg_at_k, recall_at_k])
def test_a_query_without_relevant_documents_has_no_figure(measure):
    with pytest.raises(ValueError, match="no relevant document"):
        measure(["a"], {"a": 0})
