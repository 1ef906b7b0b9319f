"""Words that alone turn a model's answer: what somebody would plant to steer it."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np

from models.text import tokens
from models.triage import TriageModel

LEAST_ROWS = 4  # new rows that have the word; fewer hardly move a model that has read a thousand
MOST_WORDS = 150
LEAST_TURNED, LEAST_MORE = 0.4, 0.3
_ADDED = 3  # times a word is put in: who planted it would not be shy
_FEW_PROBES, _PROBES = 24, 120


@dataclass(frozen=True, slots=True)
class HeavyWord:
    """A word that, added to a text of another label, turns the answer to `label`.

    `turned` is the share (0-1) of texts it turns, `turned_before` what it was with the other model, `rows` in how
    many of the new rows it stands.
    """

    word: str
    label: str
    turned: float
    turned_before: float
    rows: int


def suspects(texts: Sequence[str], labels: Sequence[str], known: Iterable[str]) -> dict[str, int]:
    """Return the words of the new `texts` (n,) that go with one of their `labels` (n,), and in how many texts each is.

    The most telling ones come first: those that stand in many texts of one label and in few of the `known` ones.
    """
    by_word: defaultdict[str, Counter[str]] = defaultdict(Counter)
    for text, label in zip(texts, labels, strict=True):
        for word in set(tokens(text)):
            by_word[word][label] += 1
    usual = Counter(word for text in known for word in set(tokens(text)))
    found = {word: sum(count.values()) for word, count in by_word.items() if sum(count.values()) >= LEAST_ROWS}
    telling = {word: max(by_word[word].values()) / (1 + usual[word]) for word in found}
    first = sorted(found, key=lambda word: (-telling[word], word))[:MOST_WORDS]
    return {word: found[word] for word in first}


def heavy_words(
    model: TriageModel, before: TriageModel, words: dict[str, int], texts: Sequence[str]
) -> tuple[HeavyWord, ...]:
    """Return those of `words` that turn the answers of `model` on `texts` (n,), and did not those of `before`.

    Each word is added to texts spread over all of them: first to a few, and when it turns some, to more.
    """
    few, many = (_spread(texts, n) for n in (_FEW_PROBES, _PROBES))
    plain = {n: model.predict(probes) for n, probes in ((0, few), (1, many))}
    found = []
    for word, rows in words.items():
        if _turned(model, few, plain[0], word)[1] < LEAST_TURNED / 2:
            continue
        label, turned = _turned(model, many, plain[1], word)
        former = _turned(before, many, before.predict(many), word, to=label)[1] if turned >= LEAST_TURNED else 1.0
        if turned - former >= LEAST_MORE:
            found.append(HeavyWord(word, label, turned, former, rows))
    return tuple(sorted(found, key=lambda one: (-one.turned, one.word)))


def _turned(
    model: TriageModel, texts: Sequence[str], plain: np.ndarray, word: str, *, to: str = ""
) -> tuple[str, float]:
    """Return the label most answers turn to, and the share that does of those that were another."""
    said = model.predict([text + f" {word}" * _ADDED for text in texts])
    turned = Counter(said[said != plain].tolist())
    label = to or (turned.most_common(1)[0][0] if turned else "")
    others = int((plain != label).sum())
    return label, turned[label] / others if others else 0.0


def _spread(texts: Sequence[str], n: int) -> list[str]:
    return [texts[i] for i in np.unique(np.linspace(0, len(texts) - 1, min(n, len(texts))).astype(int))]
