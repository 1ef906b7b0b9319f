"""`firstline rules`."""

from __future__ import annotations

import json

import pytest
from typer.testing import CliRunner

from kb import routing, services
from kb.desk import Desk
from kb.doors import start
from kb.doors.cli import register
from kb.doors.cli.base import app
from kb.person import OPERATOR
from kb.routing import Rule
from tests.labelled import report, reviewed


@pytest.fixture
def rule_id(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> int:
    services.seed(desk)
    monkeypatch.setattr(start, "the_desk", lambda: desk)
    register()
    rule = Rule("VPN", ("vpn",), team_id=services.services(desk)[0].team_id, sets_type="configuration")
    return routing.save_rule(desk, OPERATOR, rule)


def run(*words: str) -> str:
    done = CliRunner().invoke(app, ["rules", *words], catch_exceptions=False)
    assert done.exit_code == 0, done.output
    return done.output


def test_rules_are_listed_as_sentences(desk: Desk, rule_id: int) -> None:
    expected = f"  1. draft #{rule_id} VPN: if the text has “vpn”, it goes to Team B and its type is Configuration\n"
    assert run("list") == expected
    assert json.loads(run("list", "--json"))[0]["rule"]["words"] == ["vpn"]


def test_a_trial_says_what_would_have_been(desk: Desk, rule_id: int) -> None:
    incident_id = report(desk, "VPN drops")
    reviewed(desk, incident_id, None, type="configuration")
    assert run("try", str(rule_id)).splitlines() == [
        "Of the 1 latest incidents 1 fit",
        "  1 would go to Team B instead of nobody",
        "  0 of the 1 it sends are with that team today",
        "  1 would get another type",
        "  1 of 1 that people looked at have that type",
        f"  INC-{incident_id}  nobody, type not known -> Team B, Configuration  VPN drops",
    ]
    assert json.loads(run("try", str(rule_id), "--json"))["fits"] == 1
    assert run("list").split()[1] == "tried"


def test_a_trial_of_fewer_says_that_it_does_not_count(desk: Desk, rule_id: int) -> None:
    for n in range(2):
        report(desk, f"VPN drops {n}")
    told = run("try", str(rule_id), "--last", "1")
    assert told.startswith("Of the 1 latest incidents 1 fit\n")
    assert "  This trial doesn't count: try the rule on the 500 latest before it goes live\n" in told
    assert run("list").split()[1] == "draft"
    assert "doesn't count" not in run("try", str(rule_id))
