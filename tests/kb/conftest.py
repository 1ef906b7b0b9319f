"""What is learned once in tests of the use cases is known: they train on the same few rows again and again."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import pytest

from models.sentiment import SentimentModel
from models.triage import TriageModel

MOST_ROWS = 500
"""Of a training set that is remembered; a greater one would take much memory."""
MOST_MODELS = 150
_learned: dict[object, dict[str, Any]] = {}
"""What each training set and its settings gave, the oldest first."""


@pytest.fixture(autouse=True)
def learn_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """The same rows give the same model, as tests/models shows: who learns them again is given what it was."""
    for kind in (TriageModel, SentimentModel):
        monkeypatch.setattr(kind, "fit", _remembering(kind.fit))


def _remembering(fit: Callable[..., Any]) -> Callable[..., Any]:
    def remembering(self: Any, texts: Sequence[str], labels: Sequence[str], **given: Any) -> Any:
        if len(texts) > MOST_ROWS:
            return fit(self, texts, labels, **given)
        groups = {name: value if value is None else tuple(value) for name, value in given.items()}
        key = type(self), repr(self), *texts, None, *labels, *groups.items()
        if key not in _learned:
            fit(self, texts, labels, **given)
            _learned[key] = dict(vars(self))
        vars(self).update(_learned[key])
        for oldest in list(_learned)[:-MOST_MODELS]:
            del _learned[oldest]
        return self

    return remembering
