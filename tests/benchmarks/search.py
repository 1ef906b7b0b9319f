"""The article index beside its peers on judged folders, run by hand:

    python tests/benchmarks/search.py [FOLDER ...] [--peers]

Without a folder it takes those of ../shared/data/search, clean and misspelt. `--peers` also runs
../shared/bench/search_peers.py (SQLite FTS5, bm25s, tantivy, TF-IDF) on each; it needs bm25s and tantivy.
Each run is a process of its own, so that memory and caches are its own.
"""

import argparse
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[2]
SHARED = ROOT.parent / "shared"
LINE = (
    'print(f\'{"firstline":16s} nDCG@10 {f.ndcg_at_10:.4f}  MRR@10 {f.mrr_at_10:.4f}  R@100 {f.recall_at_100:.4f}  '
    "p50 {f.p50_ms:.2f} ms  p95 {f.p95_ms:.2f} ms  build {f.build_seconds:.2f} s  rss {f.peak_rss_mb:.0f} MB')"
)


def run(folder: Path, *, typos: bool, peers: bool) -> None:
    """Print our figures for one folder, below those of the peers."""
    if peers:
        script = SHARED / "bench" / "search_peers.py"
        subprocess.run([sys.executable, script, folder, *(["--typos"] if typos else [])], check=True)
    else:
        print(f"== {folder.name}, typos {typos}", flush=True)
    load = "from pathlib import Path; from models.beir import evaluate"
    code = f"{load}; f = evaluate(Path({str(folder)!r}), typos={typos})"
    subprocess.run([sys.executable, "-c", f"{code}; {LINE}"], check=True, cwd=ROOT)


def main() -> None:
    """Read the arguments and measure each folder, with misspelt queries too where it has them."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folders", nargs="*", type=Path)
    parser.add_argument("--peers", action="store_true")
    arguments = parser.parse_args()
    folders = arguments.folders or sorted(path for path in (SHARED / "data" / "search").glob("*") if path.is_dir())
    for folder in folders:
        for typos in (False, True):
            if not typos or (folder / "queries_typo.jsonl").exists():
                run(folder.resolve(), typos=typos, peers=arguments.peers)


if __name__ == "__main__":
    main()
