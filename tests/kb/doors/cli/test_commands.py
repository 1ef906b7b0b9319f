"""Where the commands stand, and what is loaded for one of them."""

from __future__ import annotations

import subprocess
import sys
from collections import defaultdict
from pathlib import Path

import pytest
from typer.models import CommandInfo

from kb.doors import cli
from kb.doors.cli import FILES, register
from kb.doors.cli.base import app

LOADED = """
import sys
from kb.doors.cli import register
register("search")
print([name for name in ("sklearn", "skops", "scipy.stats", "pandas") if name in sys.modules])
"""


def file_of(command: CommandInfo) -> str:
    assert command.callback
    return command.callback.__module__.rpartition(".")[2]


def test_every_command_is_looked_for_where_it_stands() -> None:
    register()
    found = defaultdict(set)
    for command in app.registered_commands:
        assert command.callback
        found[file_of(command)].add(command.name or command.callback.__name__)
    for group in app.registered_groups:
        assert group.typer_instance
        for command in group.typer_instance.registered_commands:
            found[file_of(command)].add(str(group.name))
    assert found == {file: set(held) for file, held in FILES.items()}


def test_no_file_of_commands_is_forgotten() -> None:
    folder = Path(str(cli.__file__)).parent
    assert {path.stem for path in folder.glob("*.py")} - {"__init__", "base"} == set(FILES)


def test_a_search_loads_nothing_that_trains() -> None:
    done = subprocess.run([sys.executable, "-c", LOADED], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


@pytest.mark.parametrize("words", [["--help"], ["nonsense"], []], ids=str)
def test_without_a_command_all_are_listed(words: list[str], monkeypatch: pytest.MonkeyPatch) -> None:
    looked_for: list[str] = []
    monkeypatch.setattr(cli, "import_module", looked_for.append)
    monkeypatch.setattr(cli, "app", lambda: None)
    monkeypatch.setattr(sys, "argv", ["firstline", *words])
    cli.main()
    assert looked_for == [f"kb.doors.cli.{file}" for file in FILES]
