"""Training: the first models of an installation, and challengers that go live only if they are not worse."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from sqlmodel import col, func, select

from kb.aside import run_aside
from kb.desk import Desk
from kb.errors import NotTrained
from kb.labels import Role, Target
from kb.person import Person
from kb.tables import ModelVersion, Review
from kb.training import gate
from kb.training.measuring import fitted, measure, scores_of
from kb.training.rows import COUNTS, collect
from kb.training.shadow import shade
from kb.training.versions import Made, active, problem_of, publish, trained_on
from kb.triage import serving
from models.triage import TriageModel

LEARNED = (Target.TYPE, Target.SEVERITY)
"""The models that learn from reviews; sentiment knows only its starter set."""
ENOUGH, OFTEN = 20, timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of training one target.

    `result` is live, not_better, held (a word alone turns its answers: a lead decides) or unchanged (nothing new to
    learn from); `note` says why in a sentence.
    """

    target: Target
    result: str
    version_id: int
    n_starter: int
    n_reviews: int
    macro_f1: float
    champion_macro_f1: float | None
    note: str = ""


def first_models(desk: Desk) -> None:
    """Train each model that is missing or whose file is damaged. Quick: it is measured later, by `train`.

    Processes that start together take turns, and the first trains for all.
    """
    with desk.alone("first models"):
        for target in _missing(desk):
            _train_afresh(desk, target)


def first_models_aside(desk: Desk) -> None:
    """`first_models` in a process of low priority: the first pages of an installation need not wait for it."""
    if _missing(desk):
        run_aside(desk, "train", "--first")


def train(desk: Desk, person: Person, *, by: str = "") -> tuple[Outcome, ...]:
    """Train on all confirmed labels and compare with the serving models on the same held-out incidents.

    Takes half a minute of a processor: pages and jobs call `train_aside`. `by` names who asked for it.
    """
    person.require(Role.LEAD, "train the assistant")
    first_models(desk)
    _measure_sentiment(desk)
    return tuple(_challenge(desk, target, by or person.name) for target in LEARNED)


def train_aside(desk: Desk, person: Person) -> tuple[Outcome, ...]:
    """`train` in a process of low priority, so that nobody's page waits for it."""
    person.require(Role.LEAD, "train the assistant")
    printed = run_aside(desk, "train", "--json", f"--by={person.name}")
    outcomes = json.loads(printed)
    return tuple(Outcome(**{**outcome, "target": Target(outcome["target"])}) for outcome in outcomes)


def retrain_if_due(desk: Desk, person: Person) -> tuple[Outcome, ...]:
    """Train when 20 reviews are new, when one is and a day has passed, or when a version has not been measured."""
    person.require(Role.LEAD, "train the assistant")
    return train_aside(desk, person) if is_due(desk) else ()


def _missing(desk: Desk) -> list[Target]:
    served = serving(desk, *Target)
    return [target for target in Target if target not in served]


def _train_afresh(desk: Desk, target: Target) -> None:
    with desk.reading() as session:
        damaged, rows = active(session, target), collect(session, target)
    note = f"Trained again: version {damaged.id} can't be used. {problem_of(desk, damaged)}" if damaged else ""
    publish(desk, fitted(target, rows), rows, Made(target, "Firstline", note), replaces=damaged)


def _measure_sentiment(desk: Desk) -> None:
    with desk.reading() as session:
        version, rows = active(session, Target.SENTIMENT), collect(session, Target.SENTIMENT)
    if version is not None and version.data_stamp == rows.stamp:
        measure(desk, version, rows)


def is_due(desk: Desk) -> bool:
    """Whether the clock should train now."""
    with desk.reading() as session:
        learned = col(ModelVersion.target).in_(LEARNED)
        last = session.exec(select(func.max(ModelVersion.trained_at)).where(learned)).one()
        fresh = select(func.count()).select_from(Review).where(*COUNTS, col(Review.is_demo).is_(False))
        n = session.exec(fresh if last is None else fresh.where(col(Review.at) > last)).one()
        live = [active(session, target) for target in Target]
    is_unmeasured = any(version is not None and not version.scores for version in live)
    return is_unmeasured or n >= ENOUGH or (n > 0 and last is not None and desk.now() - last >= OFTEN)


def _challenge(desk: Desk, target: Target, by: str) -> Outcome:
    """Train a challenger unless its rows have been trained on before; let it serve if nothing speaks against it."""
    with desk.reading() as session:
        champion = active(session, target)
        rows = collect(session, target)
        before = collect(session, target, until=champion.trained_at if champion else None)
        known = trained_on(session, target, rows.stamp)
    if champion is not None:
        measure(desk, champion, before)
    if known is not None:
        return _outcome(known, "unchanged", None, measure(desk, known, rows))
    challenger, served = fitted(target, rows), serving(desk, target)[target].model
    if not isinstance(challenger, TriageModel) or not isinstance(served, TriageModel):
        raise NotTrained(f"The {target} model does not learn from reviews.")
    ruling = gate.rule(target, challenger, served, rows=rows, before=before)
    scores, is_live = scores_of(target, rows), ruling.result == gate.LIVE
    made = Made(target, by, ruling.note, scores, is_live, ruling.audit)
    version = publish(desk, challenger, rows, made)
    if not is_live:
        _watch(desk, version)
    return _outcome(version, ruling.result, ruling.champion_macro_f1, scores)


def _watch(desk: Desk, version: ModelVersion) -> None:
    """What may not serve runs in the shadow, so that leads see on new incidents whether that was right."""
    with desk.transaction() as session:
        live = active(session, Target(version.target))
        if live is None or live.id != version.id:
            shade(session, desk, version)


def _outcome(version: ModelVersion, result: str, before: float | None, scores: dict[str, Any]) -> Outcome:
    return Outcome(
        target=Target(version.target),
        result=result,
        version_id=version.id or 0,
        n_starter=version.n_train - version.n_reviews,
        n_reviews=version.n_reviews,
        macro_f1=scores["macro_f1"],
        champion_macro_f1=before,
        note=version.note,
    )
