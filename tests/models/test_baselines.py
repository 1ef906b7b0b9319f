from __future__ import annotations

from models.evaluation.baselines import Keywords, Majority
from tests.models.texts import three_kinds


def test_the_majority_is_said_always() -> None:
    model = Majority().fit(["x", "y", "z"], ["b", "a", "b"])
    assert model.predict(["anything", ""]).tolist() == ["b", "b"]


def test_a_list_of_words_finds_its_label() -> None:
    texts, labels = three_kinds(30)
    model = Keywords(each=4).fit(texts, labels)
    assert {"printer", "paper"} & set(model.words_["printer"])
    assert model.predict(["new toner for the printer", "my password"]).tolist() == ["printer", "login"]


def test_no_hit_and_a_draw_fall_back_to_the_usual_label() -> None:
    texts, labels = three_kinds(20)
    model = Keywords(each=4).fit([*texts, "toner"], [*labels, "printer"])
    assert model.predict(["zzz", "printer password"]).tolist() == ["printer", "printer"]


def test_a_word_that_stands_everywhere_is_on_no_list() -> None:
    model = Keywords(each=2).fit([f"help {n}" for n in range(8)], ["a", "b"] * 4)
    assert all("help" not in words for words in model.words_.values())
