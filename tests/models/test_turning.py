"""The words that turn a label really turn it, and none of them is there in vain."""

from __future__ import annotations

import csv
from pathlib import Path

import pytest

from models.triage import TriageModel
from models.triage.turning import MOST_WORDS, turning_words, without

STARTER = Path(__file__).parents[2] / "kb" / "starter" / "incidents.csv"


@pytest.fixture(scope="module")
def rows() -> list[tuple[str, str]]:
    with STARTER.open(encoding="utf-8", newline="") as file:
        return [(f"{row['title']}\n{row['body']}", row["type"]) for row in csv.DictReader(file)]


@pytest.fixture(scope="module")
def model(rows: list[tuple[str, str]]) -> TriageModel:
    """Knows every third row."""
    return TriageModel().fit([text for text, _ in rows[::3]], [label for _, label in rows[::3]])


def test_the_named_words_turn_the_label_and_none_can_be_spared(model: TriageModel, rows: list[tuple[str, str]]) -> None:
    turned = 0
    for text, _ in rows[1:120:3]:
        guess = model.guess(text)
        turn = turning_words(model, text, guess)
        if turn is not None:
            turned += 1
            assert model.guess(without(text, turn.words)).label == turn.label != guess.label
            for word in turn.words:
                rest = [one for one in turn.words if one != word]
                assert model.guess(without(text, rest)).label == guess.label
    assert turned > 20


def test_where_five_words_are_not_enough_nothing_is_named(model: TriageModel, rows: list[tuple[str, str]]) -> None:
    text = "\n".join([text for text, label in rows[::3] if label == "access"][:6])
    guess = model.guess(text)
    strongest = [word for word, weight in guess.words if weight > 0][:MOST_WORDS]
    assert model.guess(without(text, strongest)).label == guess.label
    assert turning_words(model, text, guess) is None


def test_words_go_however_they_are_written_and_only_whole() -> None:
    assert without("Slow, SLOW and slower.", ["slow"]) == ",  and slower."
    assert without("C++ is slow", ["c++"]) == " is slow"
    assert without("as it is", []) == "as it is"
