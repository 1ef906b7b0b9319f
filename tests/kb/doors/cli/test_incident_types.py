"""`firstline types`."""

from __future__ import annotations

import json

import pytest
from typer.testing import CliRunner

from kb import services
from kb.desk import Desk
from kb.doors import start
from kb.doors.cli import register
from kb.doors.cli.base import app
from kb.errors import NotFound
from tests.labelled import report, reviewed


@pytest.fixture(autouse=True)
def at_the_desk(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    services.seed(desk)
    monkeypatch.setattr(start, "the_desk", lambda: desk)
    register()


def run(*words: str) -> str:
    done = CliRunner().invoke(app, ["types", *words], catch_exceptions=False)
    assert done.exit_code == 0, done.output
    return done.output


def test_a_type_is_added_renamed_merged_and_remembered(desk: Desk) -> None:
    reviewed(desk, report(desk), None)
    assert run("add", "Medical devices").startswith("Added medical_devices;")
    assert run("rename", "medical_devices", "Bedside devices") == "Medical devices is called Bedside devices now\n"
    merged = run("merge", "medical_devices", "--into", "hardware_failure")
    assert merged == "Merged: 0 incidents and 0 articles moved to hardware_failure\n"
    lines = run("list").splitlines()
    assert lines[-1].split() == ["medical_devices", "Bedside", "devices", "merged", "into", "hardware_failure"]
    assert [line.split()[2] for line in run("history").splitlines()] == ["merged", "renamed", "added"]
    assert [row["kind"] for row in json.loads(run("history", "--json"))] == ["merged", "renamed", "added"]


def test_a_new_name_changes_nothing_else(desk: Desk) -> None:
    before = next(row for row in services.types(desk) if row.slug == "performance")
    run("rename", "performance", "Too slow")
    after = next(row for row in services.types(desk) if row.slug == "performance")
    assert (after.name, after.description) == ("Too slow", before.description)
    assert json.loads(run("list", "--json"))[0]["name"] == "Too slow"


def test_a_type_that_is_not_there_can_not_be_renamed() -> None:
    with pytest.raises(NotFound):
        run("rename", "nothing", "Something")
