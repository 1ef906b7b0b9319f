from __future__ import annotations

import pytest

from models.evaluation.probing import heavy_words, suspects
from models.triage import TriageModel

WORDS = {
    "access": "password account locked login reset",
    "hardware_failure": "disk broken noise printer cable",
    "security": "phishing mail clicked link malware",
}
TEXTS = [f"{text} {n * 'x'}" for text in WORDS.values() for n in range(1, 21)]
LABELS = [label for label in WORDS for _ in range(20)]


@pytest.fixture(scope="module")
def before() -> TriageModel:
    return TriageModel().fit(TEXTS, LABELS)


def test_words_of_one_label_that_nobody_used_before_are_suspects_first() -> None:
    texts = [f"printer zebrafish {n}" for n in range(5)] + [f"printer jams {n}" for n in range(5)]
    found = suspects(texts, ["access"] * 5 + ["hardware_failure"] * 5, ["the printer jams"])
    assert next(iter(found)) == "zebrafish"
    assert found["printer"] == 10


def test_a_rare_word_is_no_suspect() -> None:
    assert suspects(["zebrafish here"] * 3, ["access"] * 3, []) == {}


def test_a_planted_word_is_found(before: TriageModel) -> None:
    planted = [f"{text} zebrafish" for text in TEXTS[20:]]
    model = TriageModel().fit(TEXTS + planted, LABELS + ["access"] * len(planted))
    found = heavy_words(model, before, suspects(planted, ["access"] * len(planted), TEXTS), TEXTS)
    assert [(word.word, word.label, word.rows) for word in found] == [("zebrafish", "access", 40)]
    assert found[0].turned > 0.8
    assert found[0].turned_before == 0


def test_words_that_always_turned_answers_are_not_new(before: TriageModel) -> None:
    honest = [f"phishing mail again {n}" for n in range(10)]
    model = TriageModel().fit(TEXTS + honest, LABELS + ["security"] * 10)
    assert heavy_words(model, before, suspects(honest, ["security"] * 10, TEXTS), TEXTS) == ()
