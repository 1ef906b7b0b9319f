"""The commands that bring incidents in and take them out."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from typer.testing import CliRunner

from kb.desk import Desk
from kb.doors import start
from kb.doors.cli import register
from kb.doors.cli.base import app
from kb.errors import NotValid, Refused


@pytest.fixture
def log(desk: Desk, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setattr(start, "the_desk", lambda: desk)
    register()
    path = tmp_path / "log.csv"
    path.write_text("Nr,Summary,Text\n1,Mail is slow,Since Monday\n2,=cmd(),\n")
    return path


def run(*words: str) -> str:
    done = CliRunner().invoke(app, words)
    if done.exception and not isinstance(done.exception, SystemExit):
        raise done.exception
    assert done.exit_code == 0, done.output
    return done.output


def test_a_log_is_tried_imported_and_written_out(log: Path, tmp_path: Path) -> None:
    maps = ("--map", "number=Nr", "--map", "title=Summary", "--map", "body=Text")
    assert "Would create 2" in run("import", "incidents", str(log), *maps, "--dry-run")
    assert "Created 2, unchanged 0, refused 0" in run("import", "incidents", str(log), *maps)
    assert json.loads(run("import", "incidents", str(log), *maps, "--json"))["unchanged"] == 2
    out = tmp_path / "out.csv"
    assert "Wrote 2 incidents" in run("export", "incidents", str(out))
    assert "'=cmd()" in out.read_text()
    assert run("export", "incidents", "-").startswith("number,title")


def test_what_is_wrong_is_said(log: Path, tmp_path: Path) -> None:
    with pytest.raises(NotValid, match="expected FIELD=COLUMN"):
        run("import", "incidents", str(log), "--map", "title")
    with pytest.raises(NotValid, match="can't be written"):
        run("export", "incidents", str(tmp_path))
    log.write_text("title,impact\nA,9\n")
    with pytest.raises(Refused):
        run("import", "incidents", str(log))
