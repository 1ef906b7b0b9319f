"""The article index beside its peers on judged folders, run by hand:

    pip install -e '.[bench]'
    python tests/benchmarks/search.py [FOLDER ...] [--alone] [--rounds N]

Prints a Markdown table for each folder: corpus.jsonl, queries.jsonl, qrels/test.tsv and, if there, queries_typo.jsonl,
as `firstline evaluate search` reads them. Without a folder it takes those of ../shared/data/search. Each engine builds
and answers in a process of its own, one after the other; a query's own document is left out. Our time of a query is the
whole path a page takes, with spelling and the snippets of the first ten; the peers return numbers of documents only, as
ours does in the row "order alone", and in one row the fuzzy engine gives snippets, too. `--alone` leaves the peers out.
A machine that is shared is now fast, now slow: `--rounds N` asks us and the fuzzy engine in turn, N times, with and
without snippets, and prints the p95 of each round instead of a table. `--duplicates` asks with the whole document
that has the query's id (jira_dups) and prints how many of its duplicates are offered as similar open incidents.
"""

from __future__ import annotations

import argparse
import gc
import time
from collections.abc import Callable, Sequence
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context
from pathlib import Path

import numpy as np

from models import beir
from models.beir import SearchFigures
from models.duplicates import Reports
from models.evaluation.retrieval import mrr_at_k, ndcg_at_k, recall_at_k
from models.ranking import ArticleIndex, Document

DATA = Path(__file__).parents[3] / "shared" / "data" / "search"
OURS, ALONE = "**Firstline**", "**Firstline**, order alone"
FUZZY, FUZZY_PAGE = "tantivy, fuzzy", "tantivy, fuzzy, with snippets"
IN_TURN = (OURS, FUZZY_PAGE, ALONE, FUZZY)
HEAD = ("engine", "nDCG@10", "misspelt", "MRR@10", "misspelt", "p50", "p95", "p95 misspelt", "build", "memory")
DEPTH = 100


def measure(engine: str, folder: Path, *, typos: bool) -> SearchFigures:
    """Build and ask one engine."""
    judged = beir.read(folder, typos=typos)
    started = time.perf_counter()
    search = searcher(engine, judged.documents)
    built = time.perf_counter() - started
    gc.collect()
    gc.freeze()  # as in a portal that has come up
    scores, spent = [], []
    for number, text in judged.queries:
        started = time.perf_counter()
        found = search(number, text)
        spent.append((time.perf_counter() - started) * 1000)
        gains = judged.gains[number]
        scores.append((ndcg_at_k(found, gains, 10), mrr_at_k(found, gains, 10), recall_at_k(found, gains, DEPTH)))
    means, times = np.mean(scores, axis=0).tolist(), np.percentile(spent, [50, 95]).tolist()
    return SearchFigures(len(judged.documents), len(judged.queries), *means, *times, built, beir.peak_rss_mb())


def searcher(engine: str, documents: Sequence[Document]) -> Callable[[str, str], list[str]]:
    """Build an engine that gives, for the id of a query and its text, the ids of what it finds beside the query."""
    if engine in (OURS, ALONE):
        index, shown = ArticleIndex().fit(documents), 10 if engine == OURS else 0
        return lambda number, text: list(index.search(text, limit=shown, pool=DEPTH, without=(number,)).ids)
    from peers import PEERS

    search = PEERS[engine](documents)
    return lambda number, text: [one for one in (documents[at].id for at in search(text)) if one != number][:DEPTH]


def apart(engine: str, folder: Path, *, typos: bool) -> SearchFigures:
    """Measure in a process that begins and ends with it."""
    with ProcessPoolExecutor(1, mp_context=get_context("spawn")) as process:
        return process.submit(measure, engine, folder, typos=typos).result()


def show(folder: Path, engines: Sequence[str]) -> None:
    """Print the table of a folder."""
    has_typos = _has_typos(folder)
    for number, engine in enumerate(engines):
        clean = apart(engine, folder, typos=False)
        misspelt = apart(engine, folder, typos=True) if has_typos else None
        if not number:
            print(f"\n{folder.name}: {clean.documents:,} documents, {clean.queries:,} queries\n")
            print(_line(HEAD), _line(["---", *["---:"] * (len(HEAD) - 1)]), sep="\n")
        print(_line((engine, *_cells(clean, misspelt))), flush=True)


def in_turn(folder: Path, rounds: int) -> None:
    """Print how long we and the fuzzy engine take, one after the other, in each of several rounds."""
    for typos in (False, True) if _has_typos(folder) else (False,):
        print(f"\n{folder.name}, {'misspelt' if typos else 'clean'}: p95 in ms\n")
        print(_line(("round", *IN_TURN)), _line(["---:"] * (1 + len(IN_TURN))), sep="\n")
        took = np.zeros((rounds, len(IN_TURN)))
        for number in range(rounds):
            for place in np.roll(np.arange(len(IN_TURN)), number).tolist():
                took[number, place] = apart(IN_TURN[place], folder, typos=typos).p95_ms
            print(_line((str(number + 1), *(f"{one:.1f}" for one in took[number]))), flush=True)
        print(_line(("median", *(f"{one:.1f}" for one in np.median(took, axis=0)))), flush=True)


def duplicates(folder: Path) -> None:
    """Print recall@10 of what `incidents.similar` shows an agent for the whole report, and for its title alone."""
    judged = beir.read(folder)
    whole = {document.id: document for document in judged.documents}
    started = time.perf_counter()
    reports = Reports().fit(judged.documents)
    print(f"{folder.name}: {len(whole):,} reports, built in {time.perf_counter() - started:.1f} s")
    for name, has_body in (("title and text", True), ("title alone", False)):
        recalls, spent = [], []
        for number, _ in judged.queries:
            asked = whole[number]
            started = time.perf_counter()
            hits = reports.search(asked.title, asked.body if has_body else "", limit=20, without=(number,))
            spent.append((time.perf_counter() - started) * 1000)
            recalls.append(recall_at_k([hit.id for hit in hits], judged.gains[number], 10))
        p50, p95 = np.percentile(spent, [50, 95])
        print(f"{name}: recall@10 {np.mean(recalls):.3f}, p50 {p50:.1f} ms, p95 {p95:.1f} ms", flush=True)


def _has_typos(folder: Path) -> bool:
    return any((folder / f"queries_typo.jsonl{ending}").exists() for ending in ("", ".gz"))


def _cells(clean: SearchFigures, misspelt: SearchFigures | None) -> tuple[str, ...]:
    return (
        f"{clean.ndcg_at_10:.3f}",
        f"{misspelt.ndcg_at_10:.3f}" if misspelt else "–",
        f"{clean.mrr_at_10:.3f}",
        f"{misspelt.mrr_at_10:.3f}" if misspelt else "–",
        f"{clean.p50_ms:.1f} ms",
        f"{clean.p95_ms:.1f} ms",
        f"{misspelt.p95_ms:.1f} ms" if misspelt else "–",
        f"{clean.build_seconds:.1f} s",
        f"{clean.peak_rss_mb:,.0f} MB",
    )


def _line(cells: Sequence[str]) -> str:
    return f"| {' | '.join(cells)} |"


def main() -> None:
    """Read the arguments and measure each folder."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folders", nargs="*", type=Path)
    parser.add_argument("--alone", action="store_true")
    parser.add_argument("--rounds", type=int, default=0)
    parser.add_argument("--duplicates", action="store_true")
    arguments = parser.parse_args()
    folders = arguments.folders or sorted(path for path in DATA.glob("*") if path.is_dir())
    if arguments.duplicates:
        for folder in arguments.folders or [DATA / "jira_dups"]:
            duplicates(folder.resolve())
        return
    if arguments.rounds:
        for folder in folders:
            in_turn(folder.resolve(), arguments.rounds)
        return
    names: Sequence[str] = ()
    if not arguments.alone:
        from peers import FEW, PEERS, versions

        names = tuple(PEERS)
        print(versions())
    for folder in folders:
        size = len(beir.read(folder).documents)
        show(folder.resolve(), [OURS, ALONE, *(name for name in names if size <= FEW.get(name, size))])


if __name__ == "__main__":
    main()
