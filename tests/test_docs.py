"""The README names every setting, command and address, and every command explains itself with an example."""

from __future__ import annotations

from dataclasses import fields
from pathlib import Path
from typing import Any

import pytest
import typer
from starlette.routing import Route
from typer.testing import CliRunner

from kb.doors import cli, files, webhooks
from kb.doors.api import api
from kb.doors.cli.base import app
from kb.doors.session.routes import ROUTES
from kb.settings import Settings

ROOT = Path(__file__).parents[1]
README = (ROOT / "README.md").read_text()
HIDDEN = {"/api/v1/openapi.json"}


def commands(group: Any, before: tuple[str, ...] = ()) -> list[tuple[str, ...]]:
    """The words of every command; a group counts by what it holds."""
    found = []
    for name, command in group.commands.items():
        path = (*before, name)
        found += commands(command, path) if hasattr(command, "commands") else [path]
    return found


cli.register()
COMMANDS = commands(typer.main.get_command(app))


@pytest.mark.parametrize("words", COMMANDS, ids=" ".join)
def test_the_readme_names_the_command(words: tuple[str, ...]) -> None:
    assert f"`firstline {' '.join(words)}" in README


@pytest.mark.parametrize("words", COMMANDS, ids=" ".join)
def test_a_command_shows_an_example(words: tuple[str, ...]) -> None:
    shown = " ".join(CliRunner().invoke(app, [*words, "--help"]).output.split())
    assert f"firstline {' '.join(words)}" in shown.partition("Example: ")[2]


def test_the_readme_has_every_setting() -> None:
    source = (ROOT / "kb" / "settings.py").read_text()
    documented = {line.split(":")[0].strip().strip('"') for line in source.splitlines() if '"""FIRSTLINE_' in line}
    assert len(documented) == len(fields(Settings))
    assert [name for name in sorted(documented) if f"| `{name}` |" not in README] == []


def test_the_readme_has_every_address() -> None:
    paths = {route.path for route in [*ROUTES, *files.ROUTES, *webhooks.ROUTES] if isinstance(route, Route)}
    paths |= {f"/api/v1{path}" for path in api.openapi()["paths"]}
    assert [path for path in sorted(paths - HIDDEN) if path not in README] == []


def test_the_two_commands_stand_at_the_top() -> None:
    top = README.splitlines()[:6]
    assert "pip install -e . && streamlit run app.py" in top
    assert "pip install -e '.[test]' && pytest" in top
