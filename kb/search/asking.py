"""What a query asks for, however it is put: its stems, in one order."""

from __future__ import annotations

from models.ranking.analyser import Analyser, stems
from models.ranking.query import parse

_ANALYSER = Analyser()


def asked(query: str) -> str:
    """The stems of the words that say something, each once, in alphabetical order; all words where none does.

    >>> asked("Why is the printer queue stuck?") == asked("stuck queues, printer")
    True
    """
    words = parse(query).words
    topical = [word for word in words if _ANALYSER.is_topical(word)] or words
    return " ".join(sorted({stem for word in topical for stem in stems(word)}))
