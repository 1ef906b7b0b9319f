"""Whether a training is felt, and how fast a roll-back is, on a new installation in a folder of its own; by hand:

    python tests/benchmarks/training.py [felt back] [--rounds 4] [--clicks 10]

felt: reports are labelled one after the other, for a while with nothing beside it, then while `kb.training` trains as
the clock lets it, in a process of low priority, on 20 more reviews; in turn, several rounds. Printed is how many times
as long the 95th percentile is.
back: what the first version said of 300 reports is kept. After a training the newer one serves, in this process and in
another; then the older one is clicked back. Timed is the whole way from the click until the other process labels with
it at its next call, reading the file included, and all its answers are compared with those that were kept: labels,
confidence and words, to the last bit. Type and severity are clicked one by one, as on the page Assistant.
"""

from __future__ import annotations

import argparse
import os
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor, ThreadPoolExecutor
from contextlib import contextmanager
from itertools import cycle
from multiprocessing import get_context
from pathlib import Path

import numpy as np
import pandas as pd
from trust import starter

ROOT = Path(__file__).parents[2]
sys.path.insert(0, str(ROOT))

from kb import incidents, jobs, review, training, triage  # noqa: E402
from kb.doors.start import the_desk  # noqa: E402
from kb.person import OPERATOR  # noqa: E402
from kb.training.runs import ENOUGH, LEARNED  # noqa: E402

Report = tuple[str, str]
"""Title and body."""
KEPT = 300
IDLE_SECONDS, PAUSE_SECONDS = 20.0, 0.01
"""So long without a training; so long between two reports."""


def reports() -> list[Report]:
    """Some from all over the starter set."""
    texts = starter()["text"]
    parts = (texts[i].partition("\n") for i in np.linspace(0, len(texts) - 1, KEPT).astype(int))
    return [(title, body) for title, _, body in parts]


def answers(asked: Sequence[Report]) -> list[triage.Labels]:
    """What this process says of the reports."""
    return [triage.label(the_desk(), title=title, body=body) for title, body in asked]


def teach(number: int) -> None:
    """As many confirmed reports as make a training due: each is two of the starter set that have the same labels."""
    desk, rows = the_desk(), pd.DataFrame(starter()).sample(frac=1, random_state=number)
    alike = [(labels, texts.tolist()[:2]) for labels, texts in rows.groupby(["type", "severity"], sort=False)["text"]]
    for place, ((type_, severity), texts) in enumerate(alike[:ENOUGH]):
        title, key = texts[0].partition("\n")[0][:100], f"report {number} {place}"
        given = {"title": title, "body": "\n".join(texts), "impact": "some", "urgency": "low"}
        new = incidents.submit(desk, OPERATOR, key=key, **given)
        review.correct(desk, OPERATOR, new.id, type=type_, severity=severity)


def timed(asked: Sequence[Report], is_over: Callable[[], bool]) -> np.ndarray:
    """Milliseconds of every label, one report after the other, until it is over."""
    spent = []
    for title, body in cycle(asked):
        begun = time.perf_counter()
        triage.label(the_desk(), title=title, body=body)
        spent.append((time.perf_counter() - begun) * 1000)
        time.sleep(PAUSE_SECONDS)
        if is_over():
            return np.array(spent)
    raise ValueError("there are no reports to ask about")


def felt(asked: Sequence[Report], rounds: int) -> None:
    p95s = []
    for number in range(1, rounds + 1):
        teach(number)
        until = time.monotonic() + IDLE_SECONDS
        idle = timed(asked, lambda until=until: time.monotonic() > until)
        with ThreadPoolExecutor(1) as beside:
            begun, done = time.monotonic(), beside.submit(jobs.retrain, the_desk(), OPERATOR)
            beside_it = timed(asked, done.done)
        p95s.append((np.percentile(idle, 95), np.percentile(beside_it, 95)))
        print(
            f"round {number}: idle {told(idle)}; {time.monotonic() - begun:.0f} s of training ({done.result()}) "
            f"{told(beside_it)}: p95 {p95s[-1][1] / p95s[-1][0]:.2f} times as long",
            flush=True,
        )
    first, second = np.array(p95s).T
    ratios = second / first
    print(
        f"p95 of a label, median of {rounds} rounds: idle {np.median(first):.1f} ms, while it trains "
        f"{np.median(second):.1f} ms; {np.median(ratios):.2f} times as long ({ratios.min():.2f}-{ratios.max():.2f})  "
        "(<= 1.5)"
    )


def told(spent: np.ndarray) -> str:
    p50, p95 = np.percentile(spent, [50, 95])
    return f"n {len(spent)} p50 {p50:.1f} p95 {p95:.1f} worst {spent.max():.0f} ms"


def ids(labels: triage.Labels) -> tuple[int | None, ...]:
    """The versions that said it, in the order of LEARNED."""
    return labels.type_version_id, labels.severity_version_id


def click(version_id: int, place: int, other: ProcessPoolExecutor, asked: Sequence[Report]) -> float:
    """Let a version serve; seconds until the other process' next label is its own."""
    begun = time.perf_counter()
    training.roll_back(the_desk(), OPERATOR, version_id)
    (labels,) = other.submit(answers, asked[:1]).result()
    spent = time.perf_counter() - begun
    if ids(labels)[place] != version_id:
        raise SystemExit(f"the other process still labels with version {ids(labels)[place]}, not {version_id}")
    return spent


def newest() -> list[int]:
    """The newest versions, in the order of LEARNED."""
    every = training.versions(the_desk(), OPERATOR)
    return [max(row.id for row in every if row.target == target) for target in LEARNED]


def back(asked: Sequence[Report], first: list[triage.Labels], clicks: int) -> None:
    old, seconds, n_same, n_other = ids(first[0]), [], 0, 0
    if list(old) == newest():
        teach(0)
        print(f"a training, for a second version: {jobs.retrain(the_desk(), OPERATOR)}", flush=True)
    new = newest()
    with ProcessPoolExecutor(1, mp_context=get_context("spawn")) as other:
        other.submit(answers, asked).result()
        for _ in range(clicks):
            for place, version_id in enumerate(new):
                click(version_id, place, other, asked)
            n_other += n_equal(other.submit(answers, asked).result(), first)
            seconds += [click(version_id, place, other, asked) for place, version_id in enumerate(old)]
            n_same += n_equal(other.submit(answers, asked).result(), first)
    asked_for, n = clicks * len(asked), len(seconds)
    print(
        f"{n} clicks back, from versions {tuple(new)} to {old}: another process labelled with the older one at its "
        f"next call, median {np.median(seconds):.2f} s, worst {max(seconds):.2f} s after the click  (<= 2 s); {n_same} "
        f"of {asked_for} answers were those of before to the last bit, {n_other} under the newer versions"
    )


def n_equal(some: Sequence[triage.Labels], others: Sequence[triage.Labels]) -> int:
    """How many answers are alike in both opinions: label, confidence, words and all else."""
    return sum((a.type, a.severity) == (b.type, b.severity) for a, b in zip(some, others, strict=True))


@contextmanager
def installation() -> Iterator[None]:
    """A new one with its first models, in a folder that is gone afterwards; nobody's settings hold there."""
    for name in [name for name in os.environ if name.startswith("FIRSTLINE_")]:
        del os.environ[name]
    with tempfile.TemporaryDirectory() as home:
        os.environ["FIRSTLINE_HOME"] = home
        training.first_models(the_desk())
        yield
        the_desk().close()


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("runs", nargs="*", default=["felt", "back"])
    parser.add_argument("--rounds", type=int, default=4)
    parser.add_argument("--clicks", type=int, default=10)
    given = parser.parse_args()
    with installation():
        asked = reports()
        first = answers(asked)
        if "felt" in given.runs:
            felt(asked, given.rounds)
        if "back" in given.runs:
            back(asked, first, given.clicks)


if __name__ == "__main__":
    main()
