"""`firstline search`."""

from __future__ import annotations

import json
from collections.abc import Callable

import pytest
from typer.testing import CliRunner

from kb.desk import Desk
from kb.doors import start
from kb.doors.cli import register
from kb.doors.cli.base import app


@pytest.fixture(autouse=True)
def articles(desk: Desk, make_article: Callable[..., int], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(start, "the_desk", lambda: desk)
    register()
    make_article("Reset a password", "Open the account page.")


def run(*words: str) -> str:
    done = CliRunner().invoke(app, ["search", *words])
    assert done.exit_code == 0, done.output
    return done.output


def test_results_are_listed_with_spelling_and_reason() -> None:
    lines = run("pasword", "--explain").splitlines()
    assert lines[0] == 'Showing results for "password"'
    assert lines[1].split() == ["KB-1", "Reset", "a", "password"]
    assert "title" in lines[3]
    assert lines[-1].startswith("1 found in ")


def test_json_and_exact() -> None:
    found = json.loads(run("password", "--json"))
    assert (found["found"], found["hits"][0]["id"]) == (1, 1)
    assert run("pasword", "--exact").startswith("0 found")
