import gzip
import json
from pathlib import Path

import pytest

from models.beir import evaluate, read

SHARED = Path(__file__).parents[2].parent / "shared" / "data" / "search"
CORPUS = [
    {"_id": "q1", "title": "Printer jams", "text": "The printer jams."},
    {"_id": "d2", "title": "Printer paper", "text": "Paper jams in the printer, pull it out."},
    {"_id": "d3", "title": "Password", "text": "Reset it by mail."},
]


def write(folder: Path, corpus: str | None = None, qrels: str = "q1\td2\t1\nq2\td3\t2\nq3\td3\t0\n") -> Path:
    folder.joinpath("qrels").mkdir()
    folder.joinpath("corpus.jsonl").write_text(corpus or "\n".join(map(json.dumps, CORPUS)))
    queries = [{"_id": "q1", "text": "Printer jams"}, {"_id": "q2", "text": "password"}, {"_id": "q3", "text": "none"}]
    folder.joinpath("queries.jsonl").write_text("\n".join(map(json.dumps, queries)))
    folder.joinpath("qrels/test.tsv").write_text("query-id\tcorpus-id\tscore\n" + qrels)
    return folder


def test_reads_documents_judged_queries_and_gains(tmp_path):
    judged = read(write(tmp_path))
    assert [document.id for document in judged.documents] == ["q1", "d2", "d3"]
    assert judged.queries == (("q1", "Printer jams"), ("q2", "password"))
    assert judged.gains == {"q1": {"d2": 1}, "q2": {"d3": 2}}


def test_reads_packed_files_and_misspelt_queries(tmp_path):
    folder = write(tmp_path)
    packed = gzip.compress(folder.joinpath("corpus.jsonl").read_bytes())
    folder.joinpath("corpus.jsonl").unlink()
    folder.joinpath("corpus.jsonl.gz").write_bytes(packed)
    folder.joinpath("queries_typo.jsonl").write_text('{"_id": "q2", "text": "pasword"}')
    assert read(folder, typos=True).queries == (("q2", "pasword"),)
    assert evaluate(folder, typos=True).ndcg_at_10 == 1


def test_a_query_s_own_document_is_left_out(tmp_path):
    figures = evaluate(write(tmp_path))
    assert (figures.documents, figures.queries) == (3, 2)
    assert (figures.ndcg_at_10, figures.mrr_at_10, figures.recall_at_100) == (1, 1, 1)
    assert 0 < figures.p50_ms <= figures.p95_ms
    assert figures.build_seconds > 0
    assert figures.peak_rss_mb > 10


@pytest.mark.parametrize(
    ("corpus", "qrels", "message"),
    [
        ("{}", "", r"corpus\.jsonl:1: _id is missing"),
        ('{"_id": "1"}\n{', "", r"corpus\.jsonl:2: no JSON"),
        ("[1]", "", r"corpus\.jsonl:1: expected a JSON object"),
        (None, "q1\td2\tmuch\n", r"test\.tsv:2: expected query-id, corpus-id and a score"),
        (None, "q1\n", r"test\.tsv:2: expected"),
        (None, "q3\td3\t0\n", r"queries\.jsonl: no query has a relevant document"),
    ],
)
def test_a_bad_line_is_named(tmp_path, corpus, qrels, message):
    with pytest.raises(ValueError, match=message):
        read(write(tmp_path, corpus, qrels))


def test_a_missing_folder_or_file_is_named(tmp_path):
    with pytest.raises(ValueError, match="nowhere: no such folder"):
        read(tmp_path / "nowhere")
    with pytest.raises(ValueError, match=r"corpus\.jsonl: no such file, nor corpus\.jsonl\.gz"):
        read(tmp_path)


@pytest.mark.parametrize(("typos", "floor"), [(False, 0.85), (True, 0.80)])
def test_finds_the_faq_for_a_question_asked_in_other_words(tmp_path, typos, floor):
    """A third of the 1,249 questions; `firstline evaluate search` asks all."""
    faq, name = SHARED / "stackfaq", "queries_typo.jsonl" if typos else "queries.jsonl"
    if not faq.is_dir():
        pytest.skip(f"{faq} is not here")
    for file in ("corpus.jsonl.gz", "qrels"):
        tmp_path.joinpath(file).symlink_to(faq / file)
    tmp_path.joinpath(name).write_text("".join(faq.joinpath(name).read_text().splitlines(keepends=True)[::3]))
    figures = evaluate(tmp_path, typos=typos)
    assert figures.queries > 400
    assert figures.ndcg_at_10 >= floor
