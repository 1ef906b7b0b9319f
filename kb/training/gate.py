"""Whether a challenger may serve: a duel on the same cases, and a look for words that were planted."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass, field
from typing import Any

import numpy as np

from kb.labels import Target, words
from kb.training.measuring import FOLDS, blank
from kb.training.rows import Rows
from models.evaluation.classification import macro_f1, per_label
from models.evaluation.duel import Duel, duel, held_out
from models.evaluation.probing import HeavyWord, heavy_words, suspects
from models.text import tokens
from models.triage import TriageModel

TOLERANCE = 0.01
"""By how much a challenger's macro-F1 may lie below the champion's: as much as another split would change it."""
MOST_RECALL_LOST, LEAST_ROWS = 0.05, 20
"""Of a label with so many rows: what one person who mislabels on purpose costs, when the cap is lifted."""
LATEST = 300
"""The duel is fought on so many of the latest confirmed cases."""
WORSE = 0.05
"""A duel lost so clearly that equally good models would lose so in one of twenty."""
LEAST_PEOPLE = 2
"""A word that turns answers is held back unless so many people confirmed labels that go with it."""
LIVE, NOT_BETTER, HELD = "live", "not_better", "held"


@dataclass(frozen=True, slots=True)
class Ruling:
    """What becomes of a challenger, why in a sentence, and what it rests on."""

    result: str
    note: str
    duel: Duel
    macro_f1: float
    champion_macro_f1: float
    words: tuple[HeavyWord, ...] = field(default=())

    @property
    def audit(self) -> dict[str, Any]:
        """Fit to be stored beside the version."""
        return {"duel": asdict(self.duel), "words": [asdict(word) for word in self.words], "result": self.result}


def rule(target: Target, challenger: TriageModel, champion: TriageModel, *, rows: Rows, before: Rows) -> Ruling:
    """Compare a model trained on `rows` with one trained on `before`, on rows that neither has seen.

    The challenger may serve when it doesn't lose the duel on the latest confirmed cases, macro-F1 over all rows and the
    recall of each label hold, and no word alone turns answers that fewer than two people stand behind.
    """
    truth = np.array(rows.labels)
    taught = set(zip(before.texts, before.labels, strict=True))
    is_old = [pair in taught for pair in zip(rows.texts, rows.labels, strict=True)]
    first = held_out(blank(target), rows.texts, rows.labels, folds=FOLDS, taught=is_old)
    second = held_out(blank(target), rows.texts, rows.labels, folds=FOLDS)
    latest = slice(max(rows.n_starter, len(truth) - LATEST), None)
    fought = duel((first == truth)[latest], (second == truth)[latest])
    found = planted(challenger, champion, rows, is_old)
    old, new = macro_f1(truth, first), macro_f1(truth, second)
    objections = (*_losses(fought, old, new), *_lost_recall(truth, first, second))
    held = _held(found, rows)
    result = NOT_BETTER if objections else HELD if held else LIVE
    told = f"Macro-F1 {new:.3f}; the version that served reaches {old:.3f} on the same incidents."
    return Ruling(result, " ".join((told, *objections, *held)), fought, new, old, found)


def planted(
    challenger: TriageModel, champion: TriageModel, rows: Rows, is_old: Sequence[bool]
) -> tuple[HeavyWord, ...]:
    """The words of rows new to the challenger that alone turn its answers, and did not turn the champion's."""
    new = [place for place, old in enumerate(is_old) if not old]
    starter = rows.texts[: rows.n_starter] or rows.texts
    words = suspects([rows.texts[place] for place in new], [rows.labels[place] for place in new], starter)
    return heavy_words(challenger, champion, words, starter)


def _losses(fought: Duel, old: float, new: float) -> list[str]:
    said = []
    if new < old - TOLERANCE:
        said.append("It is worse over all.")
    if fought.p_worse < WORSE:
        said.append(
            f"Of the latest {fought.n} confirmed cases it loses {fought.only_first} and wins {fought.only_second} "
            f"(McNemar's exact test, p = {fought.p_worse:.3f})."
        )
    return said


def _lost_recall(truth: np.ndarray, first: np.ndarray, second: np.ndarray) -> list[str]:
    old, new = per_label(truth, first), per_label(truth, second)
    return [
        f"It finds {words(label)} in {new[label].recall:.0%} of its incidents and not in {score.recall:.0%} as before."
        for label, score in old.items()
        if score.n >= LEAST_ROWS and new[label].recall < score.recall - MOST_RECALL_LOST
    ]


def _held(found: Sequence[HeavyWord], rows: Rows) -> list[str]:
    return [
        f'Held back: the word "{one.word}" alone turns {one.turned:.0%} of other reports into {words(one.label)}, and '
        "only one person confirmed labels that go with it. Look at them before you let it serve."
        for one in found
        if _people(one, rows) < LEAST_PEOPLE
    ]


def _people(one: HeavyWord, rows: Rows) -> int:
    """How many people confirmed the label of this word on a text that has it."""
    reviews = zip(rows.texts[rows.n_starter :], rows.labels[rows.n_starter :], rows.reviewers, strict=False)
    return len({who for text, label, who in reviews if label == one.label and one.word in tokens(text)})
