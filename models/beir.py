"""Judged searches in BEIR form: reads a folder and measures the article index on it."""

import csv
import gzip
import json
import re
import resource
import sys
import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import IO

import numpy as np

from models.evaluation.retrieval import mrr_at_k, ndcg_at_k, recall_at_k
from models.ranking import ArticleIndex, Document

_DEPTH = 100


@dataclass(frozen=True, slots=True)
class Judged:
    """Documents, the queries that have a relevant one (id, text), and the gains of each query's documents."""

    documents: tuple[Document, ...]
    queries: tuple[tuple[str, str], ...]
    gains: Mapping[str, Mapping[str, float]]


@dataclass(frozen=True, slots=True)
class SearchFigures:
    """What `evaluate` measures: means over the queries, milliseconds of a whole search, seconds of the build."""

    documents: int
    queries: int
    ndcg_at_10: float
    mrr_at_10: float
    recall_at_100: float
    p50_ms: float
    p95_ms: float
    build_seconds: float
    peak_rss_mb: float


def read(folder: Path, *, typos: bool = False) -> Judged:
    """Read corpus.jsonl, queries.jsonl (queries_typo.jsonl with `typos`) and qrels/test.tsv, each plain or .gz.

    Raises
    ------
    ValueError
        If a file is missing or a line is no such record; the text names the file and the line.
    """
    if not folder.is_dir():
        raise ValueError(f"{folder}: no such folder")
    documents = [
        Document(_text(row, "_id", where), str(row.get("title") or ""), str(row.get("text") or ""))
        for where, row in _records(folder, "corpus.jsonl")
    ]
    gains = _gains(folder)
    name = "queries_typo.jsonl" if typos else "queries.jsonl"
    queries = [(_text(row, "_id", where), _text(row, "text", where)) for where, row in _records(folder, name)]
    judged = tuple(query for query in queries if query[0] in gains)
    if not judged:
        raise ValueError(f"{folder / name}: no query has a relevant document in qrels/test.tsv")
    return Judged(tuple(documents), judged, gains)


def evaluate(folder: Path, *, typos: bool = False) -> SearchFigures:
    """Build the index over the folder's documents and answer its queries, each without its own document.

    The time of a query is the whole path a page takes: normalise, correct, score, sort, snippets of the first ten.

    References
    ----------
    Thakur et al. (2021), BEIR, https://arxiv.org/abs/2104.08663
    """
    judged = read(folder, typos=typos)
    started = time.perf_counter()
    index = ArticleIndex().fit(judged.documents)
    build_seconds = time.perf_counter() - started
    scores, milliseconds = [], []
    for number, text in judged.queries:
        started = time.perf_counter()
        found = index.search(text, pool=_DEPTH, without=(number,))
        milliseconds.append((time.perf_counter() - started) * 1000)
        scores.append(_measure(found.ids, judged.gains[number]))
    ndcg, mrr, recall = np.mean(scores, axis=0).tolist()
    p50, p95 = np.percentile(milliseconds, [50, 95]).tolist()
    return SearchFigures(
        documents=len(judged.documents),
        queries=len(judged.queries),
        ndcg_at_10=round(ndcg, 4),
        mrr_at_10=round(mrr, 4),
        recall_at_100=round(recall, 4),
        p50_ms=round(p50, 3),
        p95_ms=round(p95, 3),
        build_seconds=round(build_seconds, 3),
        peak_rss_mb=peak_rss_mb(),
    )


def _measure(ranked: Sequence[str], gains: Mapping[str, float]) -> tuple[float, float, float]:
    return ndcg_at_k(ranked, gains, 10), mrr_at_k(ranked, gains, 10), recall_at_k(ranked, gains, _DEPTH)


def _gains(folder: Path) -> dict[str, dict[str, float]]:
    """Return the relevance above 0 of each query's documents."""
    gains: dict[str, dict[str, float]] = {}
    path, lines = _open(folder, "qrels/test.tsv")
    with lines:
        rows = csv.DictReader(lines, delimiter="\t")
        for row in rows:
            try:
                query, document, gain = row["query-id"], row["corpus-id"], float(row["score"])
            except (KeyError, TypeError, ValueError):
                raise ValueError(f"{path}:{rows.line_num}: expected query-id, corpus-id and a score") from None
            if gain > 0:
                gains.setdefault(query, {})[document] = gain
    return gains


def _records(folder: Path, name: str) -> Iterator[tuple[str, dict[str, object]]]:
    path, lines = _open(folder, name)
    with lines:
        for number, line in enumerate(lines, 1):
            where = f"{path}:{number}"
            try:
                row = json.loads(line)
            except ValueError as error:
                raise ValueError(f"{where}: no JSON: {error}") from None
            if not isinstance(row, dict):
                raise ValueError(f"{where}: expected a JSON object")  # noqa: TRY004
            yield where, row


def _text(row: Mapping[str, object], key: str, where: str) -> str:
    if key not in row:
        raise ValueError(f"{where}: {key} is missing")
    return str(row[key])


def _open(folder: Path, name: str) -> tuple[Path, IO[str]]:
    plain = folder / name
    packed = folder / f"{name}.gz"
    if plain.exists():
        return plain, plain.open(encoding="utf-8")
    if packed.exists():
        return packed, gzip.open(packed, "rt", encoding="utf-8")
    raise ValueError(f"{plain}: no such file, nor {packed.name}")


def peak_rss_mb() -> float:
    """Return the most memory this process has held.

    On Linux from its status: getrusage begins with what the process held that started this one.
    """
    try:
        found = re.search(r"VmHWM:\s+(\d+) kB", Path("/proc/self/status").read_text(encoding="ascii"))
    except OSError:
        found = None
    if found:
        return round(int(found[1]) * 1024 / 1e6, 1)
    unit = 1 if sys.platform == "darwin" else 1024  # macOS counts bytes, others KiB
    return round(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * unit / 1e6, 1)
