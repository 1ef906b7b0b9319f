"""`firstline assistant` and `firstline drift`."""

from __future__ import annotations

import json
from collections.abc import Callable

import pytest
from click.testing import Result
from typer.testing import CliRunner

from kb.assessing import AS_OF, Alarm, Bin, Curve, Group, Report, Rival, Share, Span, kept
from kb.assessing.drift import Change, Drift
from kb.assessing.report import Pair
from kb.desk import Desk
from kb.doors import start
from kb.doors.cli import assistant, register
from kb.doors.cli.base import app
from kb.error_budget import set_error_budget
from kb.errors import NotValid
from kb.labels import Target
from kb.person import OPERATOR
from tests.kb.assessing.conftest import confirm, seeded

__all__ = ["confirm", "seeded"]  # fixtures


@pytest.fixture(autouse=True)
def at_the_desk(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(start, "the_desk", lambda: desk)
    register()


def run(*words: str) -> Result:
    return CliRunner().invoke(app, words, catch_exceptions=False)


def test_it_measures_keeps_and_prints_the_figures(desk: Desk, confirm: Callable[..., list[int]]) -> None:
    confirm(12)
    found = json.loads(run("assistant", "--target", "type", "--json", "--keep").output)
    assert list(found) == ["type"]
    assert found["type"]["rivals"][0]["name"] == "assistant"
    report = kept(desk, OPERATOR, Target.TYPE)
    assert report
    assert found["type"]["rivals"][0]["right"]["n"] == report.n_test
    set_error_budget(desk, OPERATOR, 0.2)
    asked = ("--target", "type", f"--until={report.until.isoformat()}", "--target-error", "0.05", "--json")
    assert json.loads(run("assistant", *asked).output) == found


@pytest.mark.parametrize("words", [("--target", "colour"), ("--until", "yesterday")])
def test_nonsense_is_refused_with_what_is_expected(words: tuple[str, str]) -> None:
    with pytest.raises(NotValid, match="expected"):
        run("assistant", *words)


def test_what_is_kept_is_of_now() -> None:
    assert run("assistant", "--keep", "--until", "2026-01-01").exit_code == 2
    assert run("assistant", "--keep", "--target-error", "0.1").exit_code == 2


def report(desk: Desk) -> Report:
    share, span = Share.of(1, 4), Span(0.5, 0.25, 0.75)
    rival = Rival("assistant", share, span, span, share)
    pair = Pair("access", "security", share, True)
    groups = Group("team", "Team A", share, span, span, share), Group("language", "German", share, span, span, share)
    curve = Curve((0, 10), (0.4, 0.5), (0.4, 0.5), 0.55, 120, 40, None)
    return Report(
        Target.SEVERITY, desk.now(), True, 16, 42, 7, 18, 0, desk.now(), desk.now(), (rival,), share, share, 0.05, span,
        (Bin(0.5, share),), groups, (pair,), (), curve,
    )  # fmt: skip


def test_a_report_is_told_in_lines(desk: Desk, capsys: pytest.CaptureFixture[str]) -> None:
    assistant._show(report(desk), {"access": "Access", "security": "Security"})
    lines = capsys.readouterr().out.splitlines()
    assert lines[1] == (
        "Severity: learned from 16 starter rows and 42 incidents (7 more were over the cap for one person), asked "
        "about the 18 latest, from 2026-03-02 to 2026-03-02, demo incidents"
    )
    figures = "critical missed 1/4 (5%-70%)  macro-F1 0.500 (0.250-0.750)  right 1/4 (5%-70%)  cost 0.500 (0.250-0.750)"
    assert lines[2] == f"assistant    {figures}"
    assert lines[5:7] == [f"team         Team A: {figures}", f"language     German: {figures}"]
    assert lines[-2].split() == ["confused", "Access", "and", "Security:", "1/4", "(5%-70%)"]
    assert lines[-1].endswith("macro-F1 0.55: about 120 more labels (40 to more than can be had)")


def test_of_an_earlier_time_it_says_what_is_of_today(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(assistant.assessing, "assess", lambda *_, **__: report(desk))
    asked = ("assistant", "--target", "severity")
    assert run(*asked, "--until", "2026-03-02").output.endswith(f"\n{AS_OF}\n")
    assert AS_OF not in run(*asked).output


def test_drift_says_when_there_is_too_little() -> None:
    assert run("drift").output == "There are too few incidents to compare.\n"
    assert json.loads(run("drift", "--json").output)["checks"] == []


def test_an_alarm_stands_out(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    alarm = Alarm("agreement", True, 0.0004, 100, 1_040, (Change("agreement", 0.9, 0.5),))
    monkeypatch.setattr(assistant.assessing, "check_drift", lambda *_, at: Drift(desk.now(), False, (alarm,)))
    assert run("drift").output == (
        "ALARM People agree with the assistant less: from 90 to 50 of 100 reviews. (p = 0.000, n = 100 and 1,040)\n"
    )
