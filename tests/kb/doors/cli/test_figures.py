"""`firstline figures` and `firstline demo`: what they print."""

from __future__ import annotations

import json

import pytest
from typer.testing import CliRunner

from kb.desk import Desk
from kb.doors import start
from kb.doors.cli import register
from kb.doors.cli.base import app
from kb.errors import NotValid


@pytest.fixture(autouse=True)
def run(demo_desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    register()
    monkeypatch.setattr(start, "the_desk", lambda: demo_desk)


def printed(*words: str) -> str:
    result = CliRunner().invoke(app, list(words), catch_exceptions=False)
    assert result.exit_code == 0
    return result.stdout


def test_json_holds_the_promised_figures() -> None:
    found = json.loads(printed("figures", "--json"))
    assert len(found) == 12
    assert found["satisfaction_share"]["excellent"] == {"value": 0.5, "n": 680}


def test_a_period_can_be_given() -> None:
    found = json.loads(printed("figures", "--from", "2025-06-01", "--to", "2025-06-30", "--json"))
    assert 50 < found["severity_share"]["low"]["n"] < 300


def test_words_say_the_finding_first() -> None:
    lines = printed("figures").splitlines()
    assert lines[0] == "2025-03-02 to 2026-03-02"
    assert "First answer by team: Team B answers slowest: 12 minutes on average" in lines


def test_a_day_that_is_none_is_refused() -> None:
    with pytest.raises(NotValid, match="expected a day"):
        printed("figures", "--from", "yesterday")


def test_the_demo_says_that_it_is_there_and_goes() -> None:
    assert "there already: 2,000 incidents" in printed("demo")
    assert "Removed" in printed("demo", "--remove")
    assert "no demo year" in printed("demo", "--remove")
