"""`firstline triage`, `train` and `evaluate`: ask the assistant, teach it, measure it."""

from __future__ import annotations

import sys
from dataclasses import fields
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console

from kb import incidents, search, training
from kb import triage as assistant
from kb.doors.cli.base import app, desk, show_json
from kb.errors import NotValid
from kb.labels import Impact, Target, Urgency, words
from kb.person import OPERATOR
from models import beir
from models.evaluation.classification import TriageReport
from models.triage import Guess

evaluate = typer.Typer(
    no_args_is_help=True, help="Measure search or triage on judged files, without the database, or a version again."
)
app.add_typer(evaluate, name="evaluate")
Json = Annotated[bool, typer.Option("--json", help="Print JSON.")]
FEW = 3
"""So many candidates are named where it isn't known how many hold the right one."""
_waiting = Console(stderr=True)
"""Shows that something goes on, only on a terminal."""


@app.command()
def triage(
    text: Annotated[str, typer.Argument(help="What happened; - reads it from standard input.")],
    title: Annotated[str, typer.Option(help="The report in one line.")] = "",
    impact: Annotated[
        Impact | None, typer.Option(help="Who is affected; with urgency it decides the severity.")
    ] = None,
    urgency: Annotated[Urgency | None, typer.Option(help="Can work go on: low yes, medium badly, high no.")] = None,
    json: Json = False,
) -> None:
    """Say type and severity of a text, how sure that is, similar incidents and articles that may help.

    Example: firstline triage "orders arrive twice since the release"
    """
    body, handle = sys.stdin.read() if text == "-" else text, desk()
    if not assistant.text_of(title, body):
        raise NotValid("text", "There is no text to look at.")
    with _waiting.status("Asking the assistant"):
        training.first_models(handle)
        labels = assistant.label(handle, title=title, body=body, impact=impact or "", urgency=urgency or "")
        similar = incidents.similar(handle, OPERATOR, title, body)
        articles = search.suggest(handle, OPERATOR, assistant.text_of(title, body))
    if json:
        said = {"type": _plain(labels.type), "severity": _plain(labels.severity)} | _start(labels, impact)
        found = [{"id": hit.id, "title": hit.title} for hit in articles]
        return show_json({**said, "similar": similar, "articles": found})
    print(f"Type      {_said(labels.type)}\nSeverity  {_said(labels.severity)}")
    if impact:
        against = ", the text speaks against it: a person looks" if labels.is_severity_disputed else ""
        print(f"Starts as {words(labels.start_severity)}, by impact and urgency{against}")
    for other in similar:
        print(f"Similar   {other.number}  {other.title}")
    for hit in articles:
        print(f"Article   KB-{hit.id}  {hit.title}")


@app.command()
def train(
    json: Json = False,
    by: Annotated[str, typer.Option(hidden=True)] = "",
    first: Annotated[bool, typer.Option("--first", hidden=True)] = False,
) -> None:
    """Train on the starter set and all confirmed labels; the new model goes live if it is not worse.

    Example: firstline train --json
    """
    if first:  # how a new portal gets the models it lacks
        return training.first_models(desk())
    with _waiting.status("Training"):
        outcomes = training.train(desk(), OPERATOR, by=by)
    if json:
        return show_json(outcomes)
    for outcome in outcomes:
        learned = f"{outcome.n_starter} starter rows and {outcome.n_reviews} reviews"
        print(f"{words(outcome.target)}: {_RESULTS[outcome.result]}; macro-F1 {outcome.macro_f1:.3f}, from {learned}")
        if outcome.result == "held":
            print(outcome.note)


@evaluate.command("search")
def evaluate_search(
    folder: Annotated[Path, typer.Argument(help="Folder in BEIR form.")],
    typos: Annotated[bool, typer.Option("--typos", help="Take the misspelt queries.")] = False,
    json: Json = False,
) -> None:
    """Build the portal's index over a judged folder and measure it.

    Example: firstline evaluate search data/stackfaq --typos --json
    """
    try:
        with _waiting.status("Searching"):
            figures = beir.evaluate(folder, typos=typos)
    except (ValueError, OSError) as error:
        raise NotValid("folder", f"{error}.") from error
    _show(figures, json)


@evaluate.command("triage")
def evaluate_triage(
    file: Annotated[Path, typer.Argument(help="CSV, plain or .gz.")],
    text: Annotated[str, typer.Option(help="Columns of the text, with commas between.")],
    label: Annotated[str, typer.Option(help="Column of the true label.")],
    train: Annotated[Path | None, typer.Option(help="CSV to learn from; without it FILE is cross-validated.")] = None,
    model: Annotated[str, typer.Option(help="starter:type or starter:severity instead of --train.")] = "",
    folds: Annotated[int, typer.Option(min=2, max=50, help="Parts of the cross-validation.")] = 5,
    target_error: Annotated[float, typer.Option(min=0.001, max=0.5, help="Errors allowed among sure answers.")] = 0.05,
    json: Json = False,
) -> None:
    """Measure triage on a labelled file.

    Example: firstline evaluate triage test.csv.gz --text title,body --label type --train train.csv.gz --json
    """
    if train and model:
        raise typer.BadParameter("choose --train or --model, not both")
    with _waiting.status("Training and scoring"):
        report = training.trial(
            file,
            text=tuple(filter(None, text.split(","))),
            label=label,
            train=train,
            model=_starter(model),
            folds=folds,
            target_error=target_error,
        )
    _show(report, json)


@evaluate.command("version")
def evaluate_version(
    number: Annotated[int, typer.Argument(help="The version's number, as the page Assistant shows it.")],
    json: Json = False,
) -> None:
    """Measure a version of a model again as when it was made, and say how it does in the shadow if it is there.

    Example: firstline evaluate version 7 --json
    """
    handle = desk()
    with _waiting.status("Training and scoring"):
        found = training.measure_again(handle, OPERATOR, number)
    shadow = next((row for row in training.shadows(handle, OPERATOR) if row.version_id == number), None)
    if json:
        facts = {"version": found.version, "measured": found.measured, "is_same_rows": found.is_same_rows}
        return show_json({**facts, "shadow": shadow})
    _show(found.measured, False)
    if not found.is_same_rows:
        print("Its rows are no longer those it learned from: texts were erased or types merged.")
    if shadow is not None:
        print(f"In the shadow it said the same as the one that serves in {shadow.agreed:,} of {shadow.seen:,}; of "
              f"{shadow.duel.n:,} that a person judged it was right on {shadow.duel.second_right:,}, "
              f"the one that serves on {shadow.duel.first_right:,}.")  # fmt: skip


_RESULTS = {
    "live": "trained, serves now",
    "not_better": "trained, but worse than the one that serves",
    "held": (
        "trained, but held back: one word alone turned its answers, so it does not serve and runs in the shadow; "
        "a lead looks at the words on the page Assistant, tab Versions"
    ),
    "unchanged": "nothing new to learn",
}


def _starter(model: str) -> Target | None:
    known = {f"starter:{target}": target for target in training.LEARNED}
    if model and model not in known:
        raise typer.BadParameter(f"--model is {model!r}: expected {' or '.join(known)}")
    return known.get(model)


def _show(report: beir.SearchFigures | TriageReport | training.Scores, as_json: bool) -> None:
    if as_json:
        return show_json(report)
    for field in fields(report):
        value = getattr(report, field.name)
        print(f"{field.name:<20} {f'{value:.4g}' if isinstance(value, float) else value}")


def _start(labels: assistant.Labels, impact: Impact | None) -> dict[str, object]:
    """What an incident would start with, where the answers that decide it were given."""
    said = {"start_severity": labels.start_severity, "is_severity_disputed": labels.is_severity_disputed}
    return said if impact else {}


def _plain(guess: Guess | None) -> dict[str, object] | None:
    if guess is None:
        return None
    candidates = [{"label": found.label, "confidence": round(found.confidence, 4)} for found in guess.candidates]
    return {
        "label": guess.label,
        "confidence": round(guess.confidence, 4),
        "is_sure": guess.is_sure,
        "candidates": candidates,
        "n_covering": guess.n_covering,
        "n_alike": guess.n_alike,
        "n_right": guess.n_right,
    }


def _said(guess: Guess | None) -> str:
    """The label, or, when it is not sure, the candidates that hold the right one in 90 of 100 reports."""
    if guess is None:
        return "no model serves"
    named = guess.candidates[: guess.n_covering or FEW]
    unsure = ", ".join(f"{words(found.label)} {found.confidence:.0%}" for found in named)
    told = f"{words(guess.label)}, {guess.confidence:.0%} sure" if guess.is_sure else f"not sure: {unsure}"
    return "; ".join(filter(None, (told, assistant.frequency(guess.n_alike, guess.n_right))))
