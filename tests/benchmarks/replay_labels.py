"""How many labels the review queue saves: past incidents are labelled in its order, or in random order.

    python tests/benchmarks/replay_labels.py [it_service_tickets starter] [--runs 5]

Both begin with the same random labels, are asked for more in the same growing batches, train anew after each, and are
scored on the same held-out rows. Printed is how many labels each needs until its macro-F1 has reached 95 % of what all
labels of the pool give. it_service_tickets is read from ../shared/data, and only its train part.
"""

from __future__ import annotations

import argparse
import sys
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pandas as pd
import scipy.sparse as sp

ROOT = Path(__file__).parents[2]
TRAIN = ROOT.parent / "shared" / "data" / "triage" / "it_service_tickets" / "train.csv.gz"
sys.path.insert(0, str(ROOT))

from models.evaluation.classification import macro_f1  # noqa: E402
from models.likeness import Likeness  # noqa: E402
from models.selection import MOST_READ, MOST_SEEN, by_value, uncertainty, worth  # noqa: E402
from models.triage import TriageModel, same_text  # noqa: E402

FIRST, GROWTH, LEAST_BATCH = 80, 0.15, 20
SHARE = 0.95


@dataclass(frozen=True, slots=True)
class Pool:
    """Texts to be labelled one after the other, and held-out ones to be scored on."""

    texts: list[str]
    labels: np.ndarray
    held_texts: list[str]
    held_labels: np.ndarray

    def score(self, taught: Sequence[int]) -> tuple[float, TriageModel]:
        model = TriageModel().fit([self.texts[i] for i in taught], self.labels[list(taught)].tolist())
        return macro_f1(self.held_labels, model.predict(self.held_texts)), model


def at_random(pool: Pool, model: TriageModel, waiting: np.ndarray, taught: list[int], n: int) -> list[int]:
    """The next ones in the order in which they stand: the pool is shuffled."""
    return waiting[:n].tolist()


def in_queue_order(pool: Pool, model: TriageModel, waiting: np.ndarray, taught: list[int], n: int) -> list[int]:
    """The next ones as the review queue would have them (`kb.review.ordering`); all severities alike.

    There the confidence by which `MOST_READ` are picked is that of the model which served when they came.
    """
    said = model.predict_proba([pool.texts[i] for i in waiting])
    read = np.argsort(said.max(axis=1), kind="stable")[: max(MOST_READ, n)]
    places, reader = waiting[read], Likeness().fit([pool.texts[i] for i in taught])
    seen = reader.rows([pool.texts[i] for i in taught[-MOST_SEEN:]])

    def rows_of(left: np.ndarray) -> sp.csr_matrix:
        return reader.rows([pool.texts[i] for i in places[left]])

    return places[by_value(worth(said[read]), rows_of, seen, most=n)].tolist()


def by_doubt(pool: Pool, model: TriageModel, waiting: np.ndarray, taught: list[int], n: int) -> list[int]:
    """The most uncertain ones, whether alike or not."""
    doubt = uncertainty(model.predict_proba([pool.texts[i] for i in waiting]))
    return waiting[np.argsort(-doubt, kind="stable")[:n]].tolist()


Ask = Callable[[Pool, TriageModel, np.ndarray, list[int], int], list[int]]
ORDERS: dict[str, Ask] = {"random": at_random, "queue": in_queue_order, "doubt alone": by_doubt}


def needed(pool: Pool, ask: Ask, goal: float) -> int:
    """How many labels until the goal is reached; all of the pool when it never is."""
    taught = list(range(FIRST))
    while len(taught) < len(pool.texts):
        reached, model = pool.score(taught)
        if reached >= goal:
            break
        waiting = np.setdiff1d(np.arange(len(pool.texts)), taught)
        taught += ask(pool, model, waiting, taught, max(LEAST_BATCH, int(GROWTH * len(taught))))
    return len(taught)


def pool_of(texts: list[str], labels: list[str], *, seed: int, pool: int, held: int) -> Pool:
    """A random pool and a random held-out part; texts that are the same but for digits and case are on one side."""
    _, first = np.unique(same_text(texts), return_index=True)
    chosen = np.random.default_rng(seed).permutation(first)
    inside, outside = chosen[:pool], chosen[pool : pool + held]
    known = np.array(labels)
    return Pool([texts[i] for i in inside], known[inside], [texts[i] for i in outside], known[outside])


def read(name: str) -> tuple[list[str], list[str], int, int]:
    """Texts, labels, and how large pool and held-out part are to be."""
    if name == "starter":
        rows = pd.read_csv(ROOT / "kb" / "starter" / "incidents.csv", dtype=str, keep_default_na=False)
        return (rows["title"] + "\n" + rows["body"]).tolist(), rows["type"].tolist(), 1200, len(rows) - 1200
    rows = pd.read_csv(TRAIN, dtype=str, keep_default_na=False)
    return rows["text"].tolist(), rows["label"].tolist(), 4000, 4000


def main() -> None:
    asked = argparse.ArgumentParser()
    asked.add_argument("names", nargs="*", default=["it_service_tickets", "starter"])
    asked.add_argument("--runs", type=int, default=5)
    asked.add_argument("--orders", nargs="*", default=["random", "queue"])
    given = asked.parse_args()
    for name in given.names:
        texts, labels, size, held = read(name)
        found: dict[str, list[int]] = {order: [] for order in given.orders}
        for seed in range(given.runs):
            begun, pool = time.perf_counter(), pool_of(texts, labels, seed=seed, pool=size, held=held)
            whole, _ = pool.score(range(len(pool.texts)))
            for order, counts in found.items():
                counts.append(needed(pool, ORDERS[order], SHARE * whole))
            last = {order: counts[-1] for order, counts in found.items()}
            print(
                f"{name} run {seed}: all {size} give {whole:.3f}; {last}; {time.perf_counter() - begun:.0f} s",
                flush=True,
            )
        for order, counts in found.items():
            share = np.mean(np.array(counts) / np.array(found["random"]))
            span = f"{np.mean(counts):6.0f} ({min(counts)}-{max(counts)})"
            print(f"{name:20s} {order:12s} labels {span}, {share:.2f} of random")


if __name__ == "__main__":
    main()
