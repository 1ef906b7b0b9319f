"""Figures as CSV and as the JSON other programs read."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterable

from kb.analytics.figure import Figure

COLUMNS = ("figure", "label", "name", "value", "unit", "n", "low", "high")
FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")
"""What a spreadsheet takes for the beginning of a formula (OWASP), its full-width forms among them."""
_INVISIBLE = re.compile(r"\A[\s\u200b-\u200f\u2028-\u202f\u2060-\u2069\ufeff]+")


def to_csv(figures: Iterable[Figure]) -> str:
    """All cells, a row each; text that a spreadsheet would run as a formula gets an apostrophe (OWASP)."""
    file = io.StringIO()
    writer = csv.writer(file)
    writer.writerow(COLUMNS)
    for figure in figures:
        for cell in figure.cells:
            texts = (figure.name, defused(cell.label), defused(cell.name))
            writer.writerow((*texts, cell.value, figure.unit.value, cell.n, cell.low, cell.high))
    return file.getvalue()


def to_json(figures: Iterable[Figure]) -> dict[str, dict[str, dict[str, float | int | None]]]:
    """figure -> label -> {value, n}; the keys are a contract."""
    return {
        figure.name: {cell.label: {"value": cell.value, "n": cell.n} for cell in figure.cells} for figure in figures
    }


def defused(text: str) -> str:
    """With an apostrophe before what is a formula once blanks and signs no one sees are gone."""
    return f"'{text}" if text.startswith(FORMULA) or _INVISIBLE.sub("", text).startswith(FORMULA) else text
