"""`firstline golden` and `firstline synonyms`."""

from __future__ import annotations

import json
from collections.abc import Callable

import pytest
from typer.testing import CliRunner

from kb.desk import Desk
from kb.doors import start
from kb.doors.cli import register
from kb.doors.cli.base import app
from kb.errors import Conflict, HeldBack
from kb.person import OPERATOR
from kb.search import gate, golden


@pytest.fixture(autouse=True)
def shelf(desk: Desk, make_article: Callable[..., int], monkeypatch: pytest.MonkeyPatch) -> None:
    """Two articles and two judged queries, one of which needs a synonym."""
    monkeypatch.setattr(start, "the_desk", lambda: desk)
    register()
    projector = make_article("Projector shows no projector picture", "Change the projector lamp.")
    screen = make_article("Screen is dark", "The cable of the screen may be loose, or the room too bright.")
    golden.judge(desk, OPERATOR, "bildwerfer", {projector: 3})
    golden.judge(desk, OPERATOR, "cable", {screen: 3})


def run(*words: str) -> str:
    done = CliRunner().invoke(app, words, catch_exceptions=False)
    assert done.exit_code == 0, done.output
    return done.output


def test_the_golden_set_is_measured_and_the_worst_query_named() -> None:
    lines = run("golden", "--worst", "1").splitlines()
    assert lines[0] == "2 judged queries: nDCG@10 0.5000, MRR@10 0.5000, without a result 50.0%"
    assert lines[1].split() == ["0.00", "asked", "0", "bildwerfer"]


def test_the_figures_come_as_json() -> None:
    found = json.loads(run("golden", "--json"))
    assert {key: found[key] for key in ("queries", "ndcg_at_10", "mrr_at_10", "zero_result_share")} == {
        "queries": 2, "ndcg_at_10": 0.5, "mrr_at_10": 0.5, "zero_result_share": 0.5,
    }  # fmt: skip
    assert [one["text"] for one in found["worst"]] == ["bildwerfer", "cable"]


def test_without_a_judged_query_it_says_so(desk: Desk) -> None:
    for text in ("bildwerfer", "cable"):
        golden.forget(desk, OPERATOR, text)
    assert run("golden") == "No judged query has a published answer here.\n"
    assert json.loads(run("golden", "--json"))["ndcg_at_10"] is None


def test_a_synonym_is_added_listed_and_removed() -> None:
    added = run("synonyms", "add", "Bildwerfer", "projector", "--both-ways")
    assert added == "Done; nDCG@10 0.5000 -> 1.0000 over 2 judged queries\n"
    assert run("synonyms", "list") == "bildwerfer <-> projector\n"
    assert json.loads(run("synonyms", "list", "--json"))["rules"][0]["is_both_ways"] is True
    with pytest.raises(HeldBack):
        run("synonyms", "remove", "bildwerfer", "projector")
    run("synonyms", "remove", "bildwerfer", "projector", "--anyway")
    assert run("synonyms", "list") == ""
    with pytest.raises(Conflict):
        run("synonyms", "remove", "bildwerfer", "projector")


def test_going_ahead_all_the_same_is_recorded(desk: Desk) -> None:
    with pytest.raises(HeldBack):
        run("synonyms", "add", "cable", "projector")
    run("synonyms", "add", "cable", "projector", "--anyway")
    assert gate.history(desk, OPERATOR)[0].is_forced
