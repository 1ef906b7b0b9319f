from __future__ import annotations

import json

import pytest
from typer.testing import CliRunner

from kb import people
from kb.desk import Desk
from kb.doors import start
from kb.doors.cli import main, register
from kb.doors.cli.base import app
from kb.labels import Role
from kb.person import OPERATOR


@pytest.fixture
def run(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> CliRunner:
    monkeypatch.setattr(start, "the_desk", lambda: desk)
    register()
    return CliRunner()


def test_adding_somebody_prints_a_link_that_works(run: CliRunner, desk: Desk) -> None:
    done = run.invoke(app, ["user", "add", "ann@example.com", "--role", "lead"])
    token = done.stdout.strip().split("token=")[1]
    assert people.invitation(desk, token).name == "ann"
    assert people.find(desk, OPERATOR, "ann@example.com").role is Role.LEAD


def test_a_forgotten_password_gets_a_new_link(run: CliRunner, desk: Desk) -> None:
    run.invoke(app, ["user", "add", "ann@example.com"])
    token = run.invoke(app, ["user", "invite", "ann@example.com"]).stdout.strip().split("token=")[1]
    assert people.accept(desk, token=token, password="a long enough password")


def test_the_list_says_who_is_disabled(run: CliRunner) -> None:
    run.invoke(app, ["user", "add", "ann@example.com", "--name", "Ann"])
    run.invoke(app, ["user", "disable", "ann@example.com"])
    assert run.invoke(app, ["user", "list"]).stdout.split() == ["ann@example.com", "user", "disabled", "Ann"]
    assert json.loads(run.invoke(app, ["user", "list", "--json"]).stdout)[0]["is_disabled"] is True


def test_an_unknown_address_is_one_clear_line(
    run: CliRunner, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr("sys.argv", ["firstline", "user", "disable", "nobody@example.com"])
    with pytest.raises(SystemExit) as caught:
        main()
    assert caught.value.code == 1
    assert capsys.readouterr().err == "firstline: Nobody here has the e-mail address nobody@example.com.\n"


def test_an_unknown_role_is_a_usage_error(run: CliRunner) -> None:
    assert run.invoke(app, ["user", "add", "ann@example.com", "--role", "king"]).exit_code == 2
