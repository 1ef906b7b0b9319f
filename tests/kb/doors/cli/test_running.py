"""The commands that keep an installation running, from argv to exit code."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from kb.doors import cli, start
from kb.jobs import JOBS

Run = Callable[..., tuple[int, str, str]]


@pytest.fixture
def run(monkeypatch: pytest.MonkeyPatch, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> Iterator[Run]:
    """run("home", "check", ...) gives exit code, stdout and stderr of the command in that home folder."""

    def command(home: str, *arguments: str) -> tuple[int, str, str]:
        start.the_desk.cache_clear()
        monkeypatch.setenv("FIRSTLINE_HOME", str(tmp_path / home))
        monkeypatch.delenv("FIRSTLINE_DATABASE_URL", raising=False)
        monkeypatch.setattr("sys.argv", ["firstline", *arguments])
        with pytest.raises(SystemExit) as ended:
            cli.main()
        out = capsys.readouterr()
        return int(ended.value.code or 0), out.out, out.err

    yield command
    if start.the_desk.cache_info().currsize:
        start.the_desk().close()
    start.the_desk.cache_clear()


def test_a_new_installation_is_sound(run: Run) -> None:
    code, out, err = run("one", "check")
    assert (code, err) == (0, "")
    assert [line[:3] for line in out.splitlines()] == ["ok "] * 5
    assert {finding["is_ok"] for finding in json.loads(run("one", "check", "--json")[1])} == {True}


def test_a_search_on_a_new_installation_finds_the_first_articles(run: Run) -> None:
    code, out, _ = run("one", "search", "printer queue")
    assert code == 0
    assert "Print jobs stay in the queue" in out


def test_damage_is_named_and_gives_exit_code_1(run: Run, tmp_path: Path) -> None:
    run("one", "check")
    database = start.the_desk().engine
    with database.begin() as connection:
        connection.exec_driver_sql("UPDATE alembic_version SET version_num = version_num")
        connection.exec_driver_sql(
            "INSERT INTO attachment (id, file_name, media_type, size_bytes, sha256, uploader, is_public, at) "
            "VALUES ('gone', 'f', 't', 1, '', 'v:1', 1, '2026-01-01 00:00:00')"
        )
    code, out, _ = run("one", "check")
    assert code == 1
    assert "BAD  attachments: gone is missing" in out


def test_a_backup_goes_out_and_comes_back(run: Run, tmp_path: Path) -> None:
    code, out, _ = run("one", "backup", str(tmp_path / "b.zip"))
    assert (code, (tmp_path / "b.zip").exists()) == (0, True)
    assert "2 files" in out
    code, out, _ = run("two", "restore", str(tmp_path / "b.zip"))
    assert code == 0
    assert "Restored 2 files" in out
    assert run("two", "check")[0] == 0


def test_what_can_not_be_done_is_one_line_and_exit_code_1(run: Run, tmp_path: Path) -> None:
    for arguments in (("backup", str(tmp_path)), ("restore", "none.zip")):
        code, out, err = run("one", *arguments)
        assert (code, out) == (1, "")
        assert err.startswith("firstline: ")
        assert err.count("\n") == 1


def test_the_jobs_are_listed(run: Run) -> None:
    code, out, _ = run("one", "jobs")
    assert code == 0
    assert [line.split()[0] for line in out.splitlines()[::2]] == [job.name for job in JOBS]
    assert [job["name"] for job in json.loads(run("one", "jobs", "--json")[1])] == [job.name for job in JOBS]
