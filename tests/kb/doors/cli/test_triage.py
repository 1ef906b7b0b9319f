"""`firstline triage`, `train` and `evaluate`, from argv to exit code."""

from __future__ import annotations

import io
import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from kb import training
from kb.doors import cli, start
from kb.doors.cli import triage as door
from kb.labels import Target
from kb.person import OPERATOR
from kb.training import gate, rows
from models.evaluation.duel import Duel
from models.triage.guess import Candidate, Guess
from tests.labelled import write_small_starter

Run = Callable[..., tuple[int, str, str]]
KEYS = [
    "n_train",
    "n_test",
    "labels",
    "accuracy",
    "macro_f1",
    "per_label",
    "majority_accuracy",
    "ece",
    "brier",
    "quadratic_kappa",
    "coverage",
    "selective_accuracy",
    "target_error",
    "train_seconds",
    "predict_p95_ms",
    "model_bytes",
]


@pytest.fixture
def run(monkeypatch: pytest.MonkeyPatch, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> Iterator[Run]:
    """run("triage", ...) gives exit code, stdout and stderr on a new installation with a small starter set."""
    monkeypatch.setattr(rows, "STARTER", write_small_starter(tmp_path, each=6))
    monkeypatch.setenv("FIRSTLINE_HOME", str(tmp_path / "home"))
    monkeypatch.delenv("FIRSTLINE_DATABASE_URL", raising=False)
    start.the_desk.cache_clear()

    def command(*arguments: str) -> tuple[int, str, str]:
        monkeypatch.setattr("sys.argv", ["firstline", *arguments])
        with pytest.raises(SystemExit) as ended:
            cli.main()
        out = capsys.readouterr()
        return int(ended.value.code or 0), out.out, out.err

    yield command
    if start.the_desk.cache_info().currsize:
        start.the_desk().close()
    start.the_desk.cache_clear()


@pytest.fixture
def labelled(tmp_path: Path) -> str:
    path = tmp_path / "some.csv"
    lines = [
        f"{text} {'x' * n},{label}" for label, text in (("a", "slow till"), ("b", "phishing mail")) for n in range(1, 9)
    ]
    path.write_text("words,kind\n" + "\n".join(lines), encoding="utf-8")
    return str(path)


def test_triage_says_type_and_severity_with_confidence(run: Run) -> None:
    code, out, _ = run("triage", "the till is slow and the load is high", "--title", "Slow", "--json")
    said = json.loads(out)
    assert code == 0
    assert set(said) == {"type", "severity", "similar", "articles"}
    assert said["type"]["candidates"][0]["confidence"] == said["type"]["confidence"]
    assert len(said["type"]["candidates"]) == 8


def test_triage_says_what_impact_and_urgency_give(run: Run) -> None:
    answers = ("--impact", "all", "--urgency", "high")
    _, out, _ = run("triage", "the till is slow", *answers)
    assert "Starts as Critical, by impact and urgency" in out
    said = json.loads(run("triage", "the till is slow", *answers, "--json")[1])
    assert said["start_severity"] == "critical"
    code, _, err = run("triage", "the till is slow", "--impact", "all")
    assert (code, "Give both impact and urgency, or neither." in err) == (1, True)


def test_triage_reads_standard_input_and_says_when_it_is_not_sure(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sys.stdin", io.StringIO("the till is slow"))
    code, out, _ = run("triage", "-")
    assert code == 0
    assert out.startswith("Type      not sure: ")


def test_json_tells_the_covering_set_and_how_often_it_was_right(run: Run) -> None:
    _, out, _ = run("triage", "the till is slow and the load is high", "--json")
    for said in map(json.loads(out).get, ("type", "severity")):
        assert {"label", "confidence", "is_sure", "candidates"} < set(said)
        assert 0 < said["n_covering"] <= len(said["candidates"])
        assert said["n_alike"] >= said["n_right"] >= 0 < said["n_alike"]


def guess(**given: Any) -> Guess:
    chances = {"access": 0.4, "security": 0.3, "configuration": 0.2, "performance": 0.1}
    candidates = tuple(Candidate(*chance) for chance in chances.items())
    return Guess(
        **{"label": "access", "confidence": 0.4, "is_sure": False, "candidates": candidates, "words": (), **given}
    )


@pytest.mark.parametrize(
    ("n_covering", "named"),
    [
        (0, "Access 40%, Security 30%, Configuration 20%"),
        (2, "Access 40%, Security 30%"),
        (4, "Access 40%, Security 30%, Configuration 20%, Performance 10%"),
    ],
)
def test_when_not_sure_it_names_the_covering_set(n_covering: int, named: str) -> None:
    assert door._said(guess(n_covering=n_covering)) == f"not sure: {named}"


@pytest.mark.parametrize("is_sure", [True, False])
def test_it_says_how_often_it_was_right_where_that_is_known(is_sure: bool) -> None:
    told = door._said(guess(is_sure=is_sure, n_covering=1, n_alike=214, n_right=178))
    assert told.endswith("; of 214 answers as sure as this, 178 were right (about 83 of 100)")


def test_what_is_held_back_says_why_and_what_to_do(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    held = training.Outcome(
        Target.TYPE, gate.HELD, 4, 48, 20, 0.81, 0.8, 'Held back: the word "zebrafish" alone turns 9%.'
    )
    monkeypatch.setattr(training, "train", lambda *_, by: (held,))
    code, out, _ = run("train")
    assert code == 0
    assert out.startswith("Type: trained, but held back: one word alone turned its answers")
    assert "a lead looks at the words on the page Assistant, tab Versions" in out
    assert held.note in out


def test_whatever_becomes_of_a_training_has_a_sentence() -> None:
    assert set(door._RESULTS) == {gate.LIVE, gate.NOT_BETTER, gate.HELD, "unchanged"}


def test_no_text_is_one_clear_line(run: Run) -> None:
    assert run("triage", "  ") == (1, "", "firstline: There is no text to look at.\n")


def test_training_prints_what_became_of_it(run: Run) -> None:
    code, out, _ = run("train", "--json")
    assert code == 0
    assert [(outcome["target"], outcome["result"]) for outcome in json.loads(out)] == [
        ("type", "unchanged"),
        ("severity", "unchanged"),
    ]


def test_a_version_is_measured_again_with_the_figures_the_page_shows(run: Run) -> None:
    run("train")
    version = next(row for row in training.versions(start.the_desk(), OPERATOR) if row.target is Target.TYPE)
    code, out, _ = run("evaluate", "version", str(version.id), "--json")
    found = json.loads(out)
    assert code == 0
    assert (found["version"]["scores"], found["is_same_rows"], found["shadow"]) == (found["measured"], True, None)
    assert version.scores
    assert found["measured"]["macro_f1"] == version.scores.macro_f1
    assert f"macro_f1             {version.scores.macro_f1:.4g}\n" in run("evaluate", "version", str(version.id))[1]
    assert run("evaluate", "version", "99") == (1, "", "firstline: There is no such version.\n")


def test_a_version_in_the_shadow_is_told_beside_the_one_that_serves(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    run("train")
    desk = start.the_desk()
    version = training.versions(desk, OPERATOR)[-1]
    shadow = training.ShadowRow(Target.TYPE, version.id, desk.now(), 5, 3, Duel(2, 0, 1, 0, 1, 1.0, 0.5))
    monkeypatch.setattr(training, "shadows", lambda *_: (shadow,))
    assert "3 of 5; of 2 that a person judged it was right on 1" in run("evaluate", "version", str(version.id))[1]
    found = json.loads(run("evaluate", "version", str(version.id), "--json")[1])["shadow"]
    assert (found["seen"], found["agreed"], found["duel"]["n"]) == (5, 3, 2)


def test_evaluating_triage_prints_the_promised_keys_and_touches_no_database(
    run: Run, labelled: str, tmp_path: Path
) -> None:
    code, out, _ = run("evaluate", "triage", labelled, "--text", "words", "--label", "kind", "--folds", "4", "--json")
    report = json.loads(out)
    assert code == 0
    assert list(report) == KEYS
    assert list(report["per_label"]["a"]) == ["precision", "recall", "f1", "n"]
    assert not (tmp_path / "home").exists()


def test_evaluating_triage_without_json_is_a_table(run: Run, labelled: str) -> None:
    code, out, _ = run("evaluate", "triage", labelled, "--text", "words", "--label", "kind", "--train", labelled)
    assert code == 0
    assert "macro_f1             1\n" in out


def test_evaluating_search_prints_the_promised_keys(run: Run, tmp_path: Path) -> None:
    folder = tmp_path / "judged"
    (folder / "qrels").mkdir(parents=True)
    (folder / "corpus.jsonl").write_text('{"_id": "1", "title": "Printer", "text": "jobs stay in the queue"}\n')
    (folder / "queries.jsonl").write_text('{"_id": "q", "text": "printer queue"}\n')
    (folder / "qrels" / "test.tsv").write_text("query-id\tcorpus-id\tscore\nq\t1\t1\n")
    code, out, _ = run("evaluate", "search", str(folder), "--json")
    names = "documents queries ndcg_at_10 mrr_at_10 recall_at_100 p50_ms p95_ms build_seconds peak_rss_mb"
    assert (code, list(json.loads(out))) == (0, names.split())
    assert json.loads(out)["ndcg_at_10"] == 1.0


@pytest.mark.parametrize(
    ("arguments", "code", "named"),
    [
        (("search", "no_such_folder"), 1, "no_such_folder"),
        (("triage", "missing.csv", "--text", "words", "--label", "kind"), 1, "missing.csv"),
        (
            ("triage", "x.csv", "--text", "a", "--label", "b", "--train", "y.csv", "--model", "starter:type"),
            2,
            "--train",
        ),
        (("triage", "x.csv", "--text", "a", "--label", "b", "--model", "starter:mood"), 2, "starter:type"),
        (("triage", "x.csv", "--text", "a"), 2, "--label"),
    ],
)
def test_wrong_use_names_what_is_wrong(run: Run, arguments: tuple[str, ...], code: int, named: str) -> None:
    ended, out, err = run("evaluate", *arguments)
    assert (ended, out) == (code, "")
    assert named in err
