"""Triage and sentiment on the public sets beside the floors they have to hold, run by hand (five minutes):

    python tests/benchmarks/triage.py [it_service_tickets jira_severity negative_control starter type_probe sentiment]
    python tests/benchmarks/triage.py reports [FILE]

The second scores the starter models on reports they have not seen: a CSV file with title, body, type and severity, or
unseen_reports.csv, 192 by three writers (language models) who knew the definitions of the labels and none of the
starter incidents. Of so few the ECE is not 0 by chance alone: the line below says what it would be.
The error budget and odd texts are measured by trust.py, the labels the review queue saves by replay_labels.py, what
scikit-learn's own models reach on the same rows by compare.py, and whether a training is felt by training.py.
Read from ../shared/data, which is no part of the project; the probe is only ever scored, never learnt from.
"""

from __future__ import annotations

import sys
import time
from pathlib import Path

import numpy as np
import pandas as pd

ROOT = Path(__file__).parents[2]
DATA = ROOT.parent / "shared" / "data"
STARTER = ROOT / "kb" / "starter"
UNSEEN = Path(__file__).parent / "unseen_reports.csv"
SEVERITIES = ("low", "medium", "high", "critical")
sys.path.insert(0, str(ROOT))

from models.evaluation.classification import (  # noqa: E402
    TriageReport,
    accuracy,
    cross_validate,
    ece,
    fit_and_score,
    macro_f1,
    score,
)
from models.evaluation.duel import held_out  # noqa: E402
from models.sentiment import SentimentModel  # noqa: E402
from models.triage import TriageModel  # noqa: E402


def read(path: Path, *columns: str) -> list[list[str]]:
    """Return the columns of a CSV file as lists of text; joined by a line break where a name holds a plus."""
    table = pd.read_csv(path, keep_default_na=False, dtype=str)
    return [["\n".join(row) for row in table[column.split("+")].to_numpy()] for column in columns]


def show(name: str, report: TriageReport, floor: str = "") -> None:
    """Print a line of figures, the floor behind them."""
    kappa = "" if report.quadratic_kappa is None else f"  kappa {report.quadratic_kappa:.3f}"
    sure = "none sure" if report.selective_accuracy is None else f"of these right {report.selective_accuracy:.3f}"
    print(
        f"{name:24s} n {report.n_test:6d}  acc {report.accuracy:.4f} (usual {report.majority_accuracy:.3f})  "
        f"F1 {report.macro_f1:.4f}  ECE {report.ece:.4f}  Brier {report.brier:.3f}{kappa}  "
        f"coverage {report.coverage:.3f}, {sure}  fit {report.train_seconds or 0:.1f} s  "
        f"p95 {report.predict_p95_ms:.1f} ms  {report.model_bytes / 1e6:.1f} MB  {floor}",
        flush=True,
    )


def it_service_tickets() -> None:
    folder = DATA / "triage" / "it_service_tickets"
    train, test = (tuple(read(folder / f"{part}.csv.gz", "text", "label")) for part in ("train", "test"))
    show(
        "it_service_tickets",
        fit_and_score(TriageModel(), train, test),
        "F1 >= 0.86, fit <= 60 s, p95 <= 5 ms, ECE <= 0.05",
    )


def jira_severity() -> None:
    """By time: sixths, each scored by a model of all before it; fifths, each by one of the others. Then shuffled."""
    path = DATA / "triage" / "jira_severity" / "train.csv.gz"
    rows = sorted(zip(*read(path, "created", "summary+description", "severity4"), strict=True))
    texts, labels, step = [row[1] for row in rows], [row[2] for row in rows], len(rows) // 6
    model = TriageModel(ordered_labels=("low", "high", "critical"))
    for end in range(step, 6 * step, step):
        test = slice(end, end + step)
        show(
            f"jira_severity {rows[end][0][:7]}",
            fit_and_score(model, (texts[:end], labels[:end]), (texts[test], labels[test])),
        )
    print(f"jira_severity in fifths by time: {in_fifths(model, texts, labels)}  F1 >= 0.58, ECE <= 0.05", flush=True)
    show("jira_severity shuffled", cross_validate(model, texts, labels), "F1 >= 0.54")


def in_fifths(model: TriageModel, texts: list[str], labels: list[str]) -> str:
    """Score each fifth by a model of the others, in the order given; the figures of all rows together."""
    fifth, truth = np.arange(len(texts)) * 5 // len(texts), np.array(labels)
    said, confidence = truth.copy(), np.zeros(len(texts))
    for one in range(5):
        inside, outside = np.flatnonzero(fifth != one), np.flatnonzero(fifth == one)
        model.fit([texts[i] for i in inside], truth[inside].tolist())
        probabilities = model.predict_proba([texts[i] for i in outside])
        columns = model.decide(probabilities)
        said[outside], confidence[outside] = model.classes_[columns], probabilities[np.arange(len(columns)), columns]
    return f"F1 {macro_f1(truth, said):.4f}  ECE {ece(confidence, said == truth):.4f}"


def negative_control() -> None:
    path = DATA / "triage" / "negative_control" / "tickets.csv.gz"
    texts, types, priorities = read(path, "Ticket Subject+Ticket Description", "Ticket Type", "Ticket Priority")
    show("negative_control type", cross_validate(TriageModel(), texts, types), "chance, coverage 0")
    show("negative_control priority", cross_validate(TriageModel(), texts, priorities), "chance, coverage 0")


def starter() -> None:
    texts, types, severities = read(STARTER / "incidents.csv", "title+body", "type", "severity")
    begun = time.perf_counter()
    TriageModel().fit(texts, types)
    TriageModel(ordered_labels=SEVERITIES).fit(texts, severities)
    print(f"starter: both models in {time.perf_counter() - begun:.2f} s (<= 3 s)")
    show("starter type", cross_validate(TriageModel(), texts, types))
    by_severity = TriageModel(ordered_labels=SEVERITIES)
    show("starter severity", cross_validate(by_severity, texts, severities))
    print(missed(np.array(severities), held_out(by_severity, texts, severities, folds=5)))


def share_missed(truth: np.ndarray, said: np.ndarray) -> float:
    """The share of critical ones called less than high."""
    return float(np.isin(said[truth == "critical"], ("low", "medium")).mean())


def missed(truth: np.ndarray, said: np.ndarray) -> str:
    n = int((truth == "critical").sum())
    return f"critical called less than high: {share_missed(truth, said):.3f} of {n}  (<= 0.10)"


def reports(file: Path = UNSEEN) -> None:
    ours = read(STARTER / "incidents.csv", "title+body", "type", "severity")
    texts, *theirs = read(file, "title+body", "type", "severity")
    floors = ("F1 >= 0.80, ECE <= 0.05", "kappa >= 0.75, ECE <= 0.05")
    for known, truth, order, floor in zip(ours[1:], theirs, (None, SEVERITIES), floors, strict=True):
        model = TriageModel(ordered_labels=order).fit(ours[0], known)
        show("reports severity" if order else "reports type", score(model, texts, truth), floor)
        print(f"ECE by chance alone, if each confidence held: {by_chance(model, texts):.3f}")
        if order:
            print(missed(np.array(truth), model.predict(texts)))


def by_chance(model: TriageModel, texts: list[str]) -> float:
    """The mean ECE of 1,000 draws in which each answer is right as often as its confidence says."""
    probabilities, dice = model.predict_proba(texts), np.random.default_rng(0)
    confidence = probabilities[np.arange(len(texts)), model.decide(probabilities)]
    return float(np.mean([ece(confidence, dice.random(len(texts)) < confidence) for _ in range(1000)]))


def type_probe() -> None:
    texts, types = read(STARTER / "incidents.csv", "title+body", "type")
    model = TriageModel().fit(texts, types)
    probe = list(zip(*read(DATA / "triage" / "type_probe" / "probe.csv.gz", "text", "type", "strength"), strict=True))
    for strength in ("human", "weak_component_tag"):
        rows = [row for row in probe if row[2] == strength]
        show(f"probe {strength}", score(model, [row[0] for row in rows], [row[1] for row in rows]))


def sentiment() -> None:
    folder = DATA / "feedback" / "senti4sd"
    ours, theirs = read(STARTER / "feedback.csv", "text", "label"), read(folder / "train.csv.gz", "text", "label")
    texts, labels = read(folder / "test.csv.gz", "text", "label")
    for name, (seen, known) in (("as shipped", ours), ("trained on senti4sd", theirs)):
        predicted, truth = SentimentModel().fit(seen, known).predict(texts), np.array(labels)
        print(f"sentiment {name}: acc {accuracy(truth, predicted):.4f}  F1 {macro_f1(truth, predicted):.4f}")
    print("peers: VADER 0.746, TF-IDF 0.807, the paper about 0.87")


RUNS = (it_service_tickets, jira_severity, negative_control, starter, type_probe, sentiment)

if __name__ == "__main__":
    if sys.argv[1:2] == ["reports"]:
        reports(*map(Path, sys.argv[2:]))
    for run in RUNS:
        if run.__name__ in (sys.argv[1:] or [run.__name__ for run in RUNS]):
            run()
