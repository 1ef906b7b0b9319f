"""`firstline search`."""

from __future__ import annotations

import json
from collections.abc import Callable

import pytest
from typer.testing import CliRunner

from kb import feedback, search
from kb.desk import Desk
from kb.doors import start
from kb.doors.cli import register
from kb.doors.cli.base import app
from kb.person import Person, guest
from kb.search import outcomes, pins


@pytest.fixture(autouse=True)
def articles(desk: Desk, make_article: Callable[..., int], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(start, "the_desk", lambda: desk)
    register()
    make_article("Reset a password", "Open the account page.")


def run(*words: str) -> str:
    done = CliRunner().invoke(app, ["search", *words])
    assert done.exit_code == 0, done.output
    return done.output


def reasons(output: str) -> dict[str, str]:
    lines = [line.split(maxsplit=1) for line in output.splitlines() if line.startswith(" " * 12)]
    return dict(lines)


def test_results_are_listed_with_spelling_and_reason() -> None:
    output = run("reset pasword", "--explain")
    lines = output.splitlines()
    assert lines[0] == 'Showing results for "reset password"'
    assert lines[1].split() == ["KB-1", "Reset", "a", "password"]
    assert lines[-1].startswith("1 found in ")
    why = reasons(output)
    assert float(why.pop("score")) > 0
    assert "title" in why["shares"]
    assert "characters" in why.pop("shares")
    assert why == {"matched": "reset, pasword", "corrected": "pasword -> password"}


def test_it_tells_the_synonym_the_pin_and_what_outcomes_did(
    desk: Desk, lead: Person, make_article: Callable[..., int]
) -> None:
    article_id = make_article("Kubernetes", "Ask for an account.")
    make_article("The pods of k8s", "Do not start.")
    pins.pin(desk, lead, "k8s", article_id)
    for number in range(10):
        search.search(desk, guest(f"g{number}"), "k8s", is_final=True)
        feedback.fixed_it(desk, guest(f"g{number}"), article_id)
    outcomes.learn(desk, lead)
    why = reasons(run("k8s", "--explain", "--limit", "1"))
    assert why["pinned"] == "a lead put it first for this query"
    assert why["synonym"] == "k8s -> kubernetes"
    assert why["outcomes"].startswith("the score times 1.")


def test_the_json_tells_it_too() -> None:
    (hit,) = json.loads(run("reset pasword", "--json"))["hits"]
    why = hit["why"]
    assert (why["words"], why["corrections"]) == (["reset", "pasword"], [["pasword", "password"]])
    assert (why["synonyms"], why["boost"], why["is_pinned"]) == ([], 1.0, False)
    assert sum(share for _, share in why["parts"]) == pytest.approx(1, abs=0.01)


def test_json_and_exact() -> None:
    found = json.loads(run("password", "--json"))
    assert (found["found"], found["hits"][0]["id"]) == (1, 1)
    assert run("pasword", "--exact").startswith("0 found")
