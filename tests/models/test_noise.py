from __future__ import annotations

import numpy as np
import pytest

from models.evaluation.noise import HeldOut, confused, held_out, suspects
from models.triage import TriageModel
from models.triage.costs import cheapest
from tests.models.texts import three_kinds

CLASSES = np.array(["a", "b", "c"])


def likeliest(probabilities: np.ndarray) -> HeldOut:
    return HeldOut(CLASSES, probabilities, CLASSES[probabilities.argmax(axis=1)])


def test_a_row_far_from_its_label_is_suspect_and_the_plainest_comes_first() -> None:
    said = np.array([[0.9, 0.1, 0.0], [0.8, 0.2, 0.0], [0.1, 0.9, 0.0], [0.2, 0.7, 0.1], [0.85, 0.1, 0.05]])
    found = suspects(likeliest(said), ["a", "a", "a", "b", "b"])
    assert [(one.row, one.likelier) for one in found] == [(2, "b"), (4, "a")]
    assert found[0].confidence == 0.9


def test_a_label_that_is_never_given_surely_needs_less_to_be_likely() -> None:
    said = np.array([[0.9, 0.1, 0.0], [0.55, 0.45, 0.0], [0.6, 0.4, 0.0], [0.6, 0.4, 0.0]])
    assert [one.row for one in suspects(likeliest(said), ["a", "a", "b", "b"])] == [1]


def test_clear_rows_are_not_suspect() -> None:
    assert suspects(likeliest(np.eye(3)), ["a", "b", "c"]) == []


@pytest.mark.parametrize("seed", [1, 2])
def test_turned_labels_are_found_among_right_ones(seed: int) -> None:
    texts, labels = three_kinds(40)
    random = np.random.default_rng(seed)
    turned = set(random.choice(len(labels), 12, replace=False).tolist())
    names = sorted(set(labels))
    given = [names[(names.index(label) + 1) % 3] if row in turned else label for row, label in enumerate(labels)]
    found = suspects(held_out(TriageModel(), texts, given), given)
    right = sum(one.row in turned for one in found)
    assert right >= 10
    assert right >= 0.8 * len(found)
    assert all(one.likelier == labels[one.row] for one in found if one.row in turned)


def test_a_row_is_judged_by_models_that_have_not_seen_it() -> None:
    texts, labels = three_kinds(20)
    strange = [*texts, "zyx wvu tsr qpo"]
    found = held_out(TriageModel(), strange, [*labels, "strange"])
    assert found.predicted[-1] != "strange"
    assert found.probabilities.sum(axis=1) == pytest.approx(1)


def test_what_is_said_is_what_would_be_said_of_an_incident_though_another_is_likelier() -> None:
    texts, labels = three_kinds(20)
    order = tuple(sorted(set(labels)))
    random = np.random.default_rng(0)
    mixed = [order[random.integers(3)] if random.random() < 0.6 else label for label in labels]
    found = held_out(TriageModel(ordered_labels=order), texts, mixed)
    assert found.predicted.tolist() == found.classes[cheapest(found.probabilities, np.arange(3))].tolist()
    assert (found.predicted != found.classes[found.probabilities.argmax(axis=1)]).any()


def test_what_is_known_besides_teaches_every_fold() -> None:
    texts, labels = three_kinds(20)
    found = held_out(TriageModel(), ["the printer is jammed"] * 2, ["x", "x"], known=(texts, labels), folds=5)
    assert found.predicted.tolist() == ["x", "x"] or found.classes.tolist() == sorted({*labels, "x"})


def test_only_what_may_be_learned_from_is_and_all_are_judged() -> None:
    texts, labels = three_kinds(20)
    left_out = sorted(set(labels))[0]
    found = held_out(TriageModel(), texts, labels, taught=[label != left_out for label in labels])
    assert len(found.predicted) == len(labels)
    assert left_out not in found.predicted
    assert left_out in found.classes


def test_pairs_are_counted_both_ways_and_among_themselves() -> None:
    truth = ["a", "a", "b", "b", "c", "c"]
    said = ["a", "b", "a", "b", "c", "a"]
    assert confused(truth, said) == {("a", "b"): (2, 4), ("a", "c"): (1, 3), ("b", "c"): (0, 2)}
