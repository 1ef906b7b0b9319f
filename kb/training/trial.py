"""Trying a classifier on a file of labelled texts, without a database."""

from __future__ import annotations

import csv
import gzip
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path

from kb.errors import NotValid
from kb.labels import Severity, Target
from kb.training.measuring import blank
from kb.training.rows import starter
from models.evaluation.classification import TriageReport, cross_validate, fit_and_score
from models.triage import TriageModel

Labelled = tuple[list[str], list[str]]


def trial(
    file: Path,
    *,
    text: Sequence[str],
    label: str,
    train: Path | None = None,
    model: Target | None = None,
    folds: int = 5,
    target_error: float = 0.05,
) -> TriageReport:
    """Score FILE by a model trained on `train`, or by the starter model, or else by cross-validation.

    `text` names one or more columns, joined by line breaks. Raises NotValid naming file, line and column.
    """
    test = read(file, text=text, label=label)
    if model is not None:
        known = starter(model)
        fresh = blank(model).set_params(target_error=target_error)
        return fit_and_score(fresh, (known.texts, known.labels), test)
    taught = read(train, text=text, label=label) if train else None
    fresh = _fresh({*test[1], *(taught[1] if taught else ())}, target_error)
    if taught is not None:
        return fit_and_score(fresh, taught, test)
    try:
        return cross_validate(fresh, *test, folds=folds)
    except ValueError as error:
        raise NotValid("folds", f"{file}: {error}.") from error


def read(path: Path, *, text: Sequence[str], label: str) -> Labelled:
    """Texts and labels of a CSV file with a header line, plain or .gz."""
    texts, labels = [], []
    for where, row in _rows(path, (*text, label)):
        if not row[label].strip():
            raise NotValid("label", f"{where}: column {label} is empty.")
        texts.append("\n".join(row[column] for column in text))
        labels.append(row[label].strip())
    if not texts:
        raise NotValid("file", f"{path}: there is no row below the header.")
    return texts, labels


def _rows(path: Path, columns: Sequence[str]) -> Iterator[tuple[str, dict[str, str]]]:
    csv.field_size_limit(sys.maxsize)
    opener = gzip.open if path.suffix == ".gz" else open
    line = 1
    try:
        with opener(path, "rt", encoding="utf-8-sig", newline="") as file:
            reader = csv.DictReader(file, strict=True)
            _check_header(path, reader.fieldnames or (), columns)
            for row in reader:
                line = reader.line_num
                if None in row or None in row.values():
                    raise NotValid("file", f"{path}:{line}: the row has not as many fields as the header.")
                yield f"{path}:{line}", row
    except OSError as error:
        raise NotValid("file", f"{path}: {error.strerror or error}.") from error
    except UnicodeDecodeError as error:
        raise NotValid("file", f"{path}: not UTF-8 text after line {line}.") from error
    except (csv.Error, EOFError) as error:
        raise NotValid("file", f"{path}: no CSV after line {line}: {error}.") from error


def _check_header(path: Path, header: Sequence[str], columns: Sequence[str]) -> None:
    for column in columns:
        if column not in header:
            there = ", ".join(header) or "no header"
            raise NotValid("column", f"{path}:1: there is no column {column!r}; there is {there}.")


def _fresh(labels: set[str], target_error: float) -> TriageModel:
    is_severity = labels <= set(Severity)
    return TriageModel(ordered_labels=tuple(Severity) if is_severity else None, target_error=target_error)
