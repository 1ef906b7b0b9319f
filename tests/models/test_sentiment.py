"""Sentiment: polar words, what turns them round, and the starter comments."""

from __future__ import annotations

import csv
from collections import Counter
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from models.sentiment import SentimentModel, polarity

STARTER = Path(__file__).parents[2] / "kb" / "starter" / "feedback.csv"
BALANCE, IN_THE_END = 4, 5


def _starter() -> tuple[list[str], list[str]]:
    with STARTER.open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    return [row["text"] for row in rows], [row["label"] for row in rows]


@pytest.fixture(scope="module")
def model() -> SentimentModel:
    return SentimentModel().fit(*_starter())


@pytest.mark.parametrize(
    ("text", "label"),
    [
        ("Thank you, this was very helpful!", "positive"),
        ("👍", "positive"),
        ("Not helpful at all.", "negative"),
        ("this doesn't work, very disappointing", "negative"),
        ("We use version 7 in building B.", "neutral"),
        ("Is there a form for this?", "neutral"),
    ],
)
def test_plain_comments_are_understood(model: SentimentModel, text: str, label: str) -> None:
    guessed, confidence = model.guess(text)
    assert guessed == label
    assert 1 / 3 < confidence <= 1


def test_a_negation_turns_a_word_round_for_three_words_only() -> None:
    assert polarity("helpful")[BALANCE] > 0 > polarity("not really very helpful")[BALANCE]
    assert polarity("not what we expected yesterday, helpful")[BALANCE] > 0
    assert polarity("no problem")[BALANCE] > 0


def test_what_comes_after_but_counts_in_the_end() -> None:
    figures = polarity("friendly and quick, but the answer was wrong")
    assert figures[BALANCE] > 0 > figures[IN_THE_END]


def test_faces_count_as_words_do() -> None:
    assert polarity(":-)")[BALANCE] == polarity("😀")[BALANCE] == polarity("good")[BALANCE]
    assert polarity(":(")[BALANCE] == polarity("👎")[BALANCE] == polarity("bad")[BALANCE]


@given(st.text())
def test_any_text_has_figures_within_bounds(text: str) -> None:
    figures = polarity(text)
    assert len(figures) == 7
    assert all(-1 <= figure <= 1 for figure in figures)


def test_an_empty_comment_gets_a_label(model: SentimentModel) -> None:
    assert model.guess("")[0] in model.classes_
    assert model.predict(["", "👎"]).shape == (2,)


def test_unequal_lengths_are_refused() -> None:
    with pytest.raises(ValueError, match="2 texts but 1 labels"):
        SentimentModel().fit(["a", "b"], ["positive"])


def test_the_starter_comments_are_many_different_and_balanced() -> None:
    texts, labels = _starter()
    shares = {label: n / len(labels) for label, n in Counter(labels).items()}
    assert len(texts) == len({text.casefold() for text in texts}) >= 300
    assert shares == pytest.approx({"positive": 0.45, "neutral": 0.25, "negative": 0.30}, abs=0.03)


def test_half_of_the_starter_comments_tell_the_other_half() -> None:
    texts, labels = _starter()
    predicted = SentimentModel().fit(texts[::2], labels[::2]).predict(texts[1::2])
    assert sum(a == b for a, b in zip(predicted, labels[1::2], strict=True)) > 0.7 * len(predicted)
