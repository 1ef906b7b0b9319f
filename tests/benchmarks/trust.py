"""How far the assistant may be left alone: its error budget, and texts that should leave it unsure or unmoved.

    python tests/benchmarks/trust.py [budget odd] [--splits 200] [--refit] [--data it_service_tickets]

budget: every row is labelled by a model that has not seen it (five folds). In each split the thresholds are found on a
random half of these answers, by label, and hold for the other half: printed is in how many splits the share of wrong
answers among those given alone was above the 5 % it was allowed, and how many were given; then the same of each label.
The half that judges errs itself by a percent, and by more for one label, so broken splits are an upper figure. With
--refit each split trains anew on its half, as an installation does: seconds a split instead of a thousandth.
odd: how often the starter models keep quiet over noise, emoji and other languages, and how often an order in a report
they have not seen ("set severity to critical") moves their severity.
"""

from __future__ import annotations

import argparse
import random
import re
import string
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path

import numpy as np
import pandas as pd

ROOT = Path(__file__).parents[2]
DATA = ROOT.parent / "shared" / "data" / "triage"
SEVERITIES = ("low", "medium", "high", "critical")
sys.path.insert(0, str(ROOT))

from models.calibration import grouped_folds, label_thresholds  # noqa: E402
from models.triage import TriageModel, same_text  # noqa: E402

Strings = np.ndarray
Counts = np.ndarray
BUDGET, EACH, MOST_SHOWN = 0.05, 100, 12
"""Wrong answers allowed among the sure ones; odd texts made of each kind; orders shown."""
MOST_ROWS = 4000
"""Of a public set in one split: half of them teach."""


def starter() -> dict[str, list[str]]:
    rows = pd.read_csv(ROOT / "kb" / "starter" / "incidents.csv", dtype=str, keep_default_na=False)
    return {"text": (rows["title"] + "\n" + rows["body"]).str.strip().tolist()} | {
        name: rows[name].tolist() for name in ("type", "severity")
    }


def public(name: str, n: int) -> tuple[list[str], list[str]]:
    """Texts and labels of so many rows of the train part of a public set, the same ones each time."""
    table = pd.read_csv(DATA / name / "train.csv.gz", dtype=str, keep_default_na=False)
    chosen = table.sample(n, random_state=0)
    return chosen["text"].tolist(), chosen["label"].tolist()


def blank(target: str) -> TriageModel:
    return TriageModel(ordered_labels=SEVERITIES if target == "severity" else None, target_error=BUDGET)


def refitted(model: TriageModel, texts: Sequence[str], labels: Strings, splits: int) -> Iterator[Counts]:
    """Of each split, by label said (3, k): how often a model of one half said it, alone, and wrongly so."""
    codes, groups = np.unique(labels, return_inverse=True)[1], same_text(texts)
    for seed in range(splits):
        half = grouped_folds(codes, groups, n_folds=2, random_state=seed)
        asked = [texts[i] for i in np.flatnonzero(half == 1)]
        model.fit([texts[i] for i in np.flatnonzero(half == 0)], labels[half == 0].tolist())
        probabilities = model.predict_proba(asked)
        is_sure = model.is_sure(asked, probabilities)
        said = model.decide(probabilities)
        yield by_label(said, is_sure, model.classes_[said] == labels[half == 1], len(model.classes_))


def resplit(model: TriageModel, texts: Sequence[str], labels: Strings, splits: int) -> Iterator[Counts]:
    """As `refitted`, with answers from five folds that are split into halves that set the thresholds and are judged."""
    classes, codes = np.unique(labels, return_inverse=True)
    groups = same_text(texts)
    folds, probabilities = grouped_folds(codes, groups, n_folds=5), np.zeros((len(texts), len(classes)))
    for fold in range(5):
        model.fit([texts[i] for i in np.flatnonzero(folds != fold)], labels[folds != fold].tolist())
        probabilities[folds == fold] = model.predict_proba([texts[i] for i in np.flatnonzero(folds == fold)])
    said, everyone = model.decide(probabilities), np.ones(len(texts), dtype=bool)
    confidence, is_right, k = probabilities[np.arange(len(said)), said], said == codes, len(classes)
    for seed in range(splits):
        sets = grouped_folds(codes, groups, n_folds=2, random_state=seed) == 0
        held = (confidence[sets], said[sets], is_right[sets], everyone[sets])
        found = label_thresholds(*held, n_labels=k, target_error=BUDGET)
        yield by_label(said[~sets], (confidence >= found[said])[~sets], is_right[~sets], k)


def by_label(said: np.ndarray, is_sure: np.ndarray, is_right: np.ndarray, k: int) -> Counts:
    return np.array([np.bincount(said[chosen], minlength=k) for chosen in (slice(None), is_sure, is_sure & ~is_right)])


def budget(splits: int, data: Sequence[str], *, refit: bool) -> None:
    rows = starter()
    sets = {f"starter {target}": (rows["text"], rows[target], blank(target)) for target in ("type", "severity")}
    for name in data:
        sets[name] = (*public(name, MOST_ROWS), blank(name))
    for name, (texts, labels, model) in sets.items():
        found = (refitted if refit else resplit)(model, texts, np.asarray(labels, dtype=str), splits)
        counts = np.array(list(found))
        asked, alone, wrong = counts.sum(axis=2).T
        share, given = wrong / np.maximum(1, alone), alone / asked
        each = counts[:, 2][counts[:, 1] > 0] / counts[:, 1][counts[:, 1] > 0]
        worst = (counts[:, 2].sum(axis=0) / np.maximum(1, counts[:, 1].sum(axis=0))).max()
        print(
            f"{name:20s} {splits} splits: budget broken in {np.mean(share > BUDGET):.1%}; answers alone "
            f"{alone.sum() / asked.sum():.1%} ({given.min():.1%}-{given.max():.1%}), of these wrong "
            f"{wrong.sum() / max(1, alone.sum()):.2%} ({share.min():.1%}-{share.max():.1%}); by one label broken in "
            f"{np.mean(each > BUDGET):.1%}, the worst label {worst:.1%} wrong",
            flush=True,
        )


def listed() -> dict[str, list[str]]:
    """The blocks of odd_texts.txt."""
    text = (Path(__file__).parent / "odd_texts.txt").read_text(encoding="utf-8")
    blocks = re.split(r"^\[(\w+)\]\n", text, flags=re.MULTILINE)[1:]
    return {name: block.splitlines() for name, block in zip(blocks[::2], blocks[1::2], strict=True)}


def made(known: Sequence[str]) -> dict[str, list[str]]:
    """Noise of several kinds, made by chance: keys, letters, emoji, shuffled words, nothing."""
    dice = random.Random(0)
    emoji = [chr(code) for code in (*range(0x1F300, 0x1F64F), *range(0x1F680, 0x1F6C5))]

    def word(letters: str) -> str:
        return "".join(dice.choice(letters) for _ in range(dice.randint(2, 10)))

    def several(letters: str) -> str:
        return " ".join(word(letters) for _ in range(dice.randint(2, 25)))

    def stirred(text: str) -> str:
        return " ".join("".join(dice.sample(part, len(part))) for part in text.split())

    return {
        "empty": [
            "",
            " ",
            "\n",
            "\t\n ",
            "...",
            "?",
            "-",
            "!!!",
            "\u200b",
            "\x00",
            "n/a",
            "test",
            "x",
            "12345",
            "http://",
        ],
        "keys": [several(dice.choice(("asdfjkl", "qwertyuiop", "zxcvbnm,."))) for _ in range(EACH)],
        "letters": [several(string.ascii_lowercase) for _ in range(EACH)],
        "signs": [several(string.punctuation + string.digits) for _ in range(EACH)],
        "emoji": [several("".join(emoji)) for _ in range(EACH)],
        "stirred letters": [stirred(dice.choice(known)) for _ in range(EACH)],
    }


def odd() -> None:
    rows = starter()
    texts, written = rows["text"], listed()
    taught = {target: (texts[::2], rows[target][::2]) for target in ("type", "severity")}
    models = {target: blank(target).fit(*known) for target, known in taught.items()}
    for name, asked in (made(texts) | {"other languages": written["language"]}).items():
        sure = [model.is_sure(asked, model.predict_proba(asked)).mean() for model in models.values()]
        print(f"{name:16s} of {len(asked):3d} not sure: type {1 - sure[0]:.1%}, severity {1 - sure[1]:.1%}  (>= 95 %)")
    moved = steered(models["severity"], texts[1 :: 2 * (len(texts) // (2 * EACH))], written["order"])
    print(f"orders: {np.mean(list(moved.values())):.2%} of the severities moved  (<= 1 %)")
    for (order, where), share in sorted(moved.items(), key=lambda one: -one[1])[:MOST_SHOWN]:
        print(f"    {share:5.1%}  {where:12s} {order}")


def steered(model: TriageModel, texts: Sequence[str], orders: Sequence[str]) -> dict[tuple[str, str], float]:
    """The share of answers each order moves, by where in reports the model has not seen it stands."""
    plain, moved = model.predict(texts), {}
    for order in orders:
        for where, asked in (("after", [f"{text}\n{order}" for text in texts]),
                             ("in the title", [f"{order}\n{text}" for text in texts]),
                             ("within", [text.replace(". ", f". {order} ", 1) for text in texts])):  # fmt: skip
            moved[order, where] = float(np.mean(model.predict(asked) != plain))
    return moved


def main() -> None:
    asked = argparse.ArgumentParser()
    asked.add_argument("runs", nargs="*", default=["budget", "odd"])
    asked.add_argument("--splits", type=int, default=200)
    asked.add_argument("--refit", action="store_true")
    asked.add_argument("--data", nargs="*", default=[])
    given = asked.parse_args()
    if "budget" in given.runs:
        budget(given.splits, given.data, refit=given.refit)
    if "odd" in given.runs:
        odd()


if __name__ == "__main__":
    main()
