"""The commands that bring articles in and take them out."""

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
def docs(desk: Desk, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setattr(start, "the_desk", lambda: desk)
    register()
    root = tmp_path / "docs"
    root.mkdir()
    (root / "vpn.md").write_text("# VPN is slow\n\nRestart the client.\n")
    (root / "empty.md").write_text("")
    return root


def run(*words: str) -> str:
    done = CliRunner().invoke(app, words)
    if done.exception and not isinstance(done.exception, SystemExit):
        raise done.exception
    assert done.exit_code == 0, done.output
    return done.output


def test_articles_are_tried_imported_and_written_out(docs: Path, tmp_path: Path) -> None:
    tried = run("import", "articles", str(docs), "--dry-run")
    assert tried == "empty.md: 1: empty\nWould be: created 1, updated 0, unchanged 0, refused 1\n"
    assert "created 1, updated 0, unchanged 0, refused 1" in run("import", "articles", str(docs))
    assert json.loads(run("import", "articles", str(docs), "--json"))["unchanged"] == 1
    assert "1 articles written" in run("export", "articles", str(tmp_path / "out"))
    [written] = (tmp_path / "out").glob("KB-*-vpn-is-slow.md")
    assert "VPN is slow" in written.read_text()


def test_what_is_wrong_is_said(docs: Path) -> None:
    with pytest.raises(Refused):
        run("import", "articles", str(docs / "none"))
    with pytest.raises(NotValid):
        run("export", "articles", str(docs))
