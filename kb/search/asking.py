"""What a query asks for, however it is put: its stems, in one order."""

from __future__ import annotations

from models.ranking.analyser import built_in_analyser, stems
from models.ranking.query import parse


def asked(query: str) -> str:
    """The stems of the words that say something, each once, in alphabetical order; all words where none does.

    >>> asked("Why is the printer queue stuck?") == asked("stuck queues, printer")
    True
    """
    words, is_topical = parse(query).words, built_in_analyser().is_topical
    topical = [word for word in words if is_topical(word)] or words
    return " ".join(sorted({stem for word in topical for stem in stems(word)}))
