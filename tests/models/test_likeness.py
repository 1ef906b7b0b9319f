from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from models.likeness import Likeness, between

USUAL = ("the printer is out of paper", "the printer jams", "password forgotten", "the mouse is dead")


def likeness(*texts: str) -> np.ndarray:
    rows = Likeness().fit(USUAL).rows(texts)
    return between(rows, rows)


def test_the_same_words_in_other_forms_are_alike() -> None:
    assert likeness("VPN connections failing", "failing VPN connection")[0, 1] == pytest.approx(1.0)


def test_rare_words_in_common_count_more_than_usual_ones() -> None:
    alike = likeness("printer broken", "printer slow", "zscaler broken today", "zscaler slow again")
    assert alike[2, 3] / alike[2, 2] > 0
    assert likeness("the printer zscaler", "a zscaler")[0, 1] > likeness("the printer zscaler", "a printer")[0, 1]


def test_texts_without_words_are_like_nothing() -> None:
    assert likeness("", "???", "printer").tolist()[:2] == [[0, 0, 0], [0, 0, 0]]


@given(st.lists(st.text(max_size=60), min_size=1, max_size=5))
def test_likeness_is_symmetric_and_between_0_and_1(texts: list[str]) -> None:
    alike = likeness(*texts)
    assert np.allclose(alike, alike.T)
    assert (alike >= 0).all()
    assert (alike <= 1 + 1e-6).all()
