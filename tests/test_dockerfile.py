"""The image's recipe names what is there, runs without root and holds no secret. It is not built here."""

from __future__ import annotations

import fnmatch
import re
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from kb.doors import cli
from kb.doors.cli.base import app
from kb.doors.session.routes import ROUTES

ROOT = Path(__file__).parents[1]
LINES = (ROOT / "Dockerfile").read_text().replace("\\\n", " ").splitlines()
STEPS = [line.split(maxsplit=1) for line in LINES if line.strip() and not line.startswith("#")]


def given(word: str) -> list[str]:
    return [rest for step, rest in STEPS if step == word]


def test_what_it_copies_is_there_and_is_not_ignored() -> None:
    kept = [line[1:] for line in (ROOT / ".dockerignore").read_text().splitlines() if line.startswith("!")]
    copied = [name for line in given("COPY") for name in line.split()[:-1]]
    assert [name for name in copied if not (ROOT / name).exists()] == []
    assert sorted(copied) == sorted(kept)
    packages = re.search(r"include = \[(.*?)\]", (ROOT / "pyproject.toml").read_text())
    assert packages
    patterns = packages[1].replace('"', "").split(", ")
    assert [one for one in patterns if not any(fnmatch.fnmatch(name, one) for name in copied)] == []


def test_it_runs_without_root_and_keeps_its_data_in_a_volume() -> None:
    order = [step for step, _ in STEPS]
    assert given("FROM") == ["python:3.12-slim"]
    assert given("USER") == ["firstline"]
    assert order.index("USER") > max(number for number, step in enumerate(order) if step in ("RUN", "COPY"))
    assert given("VOLUME") == ["/data"]
    assert "FIRSTLINE_HOME=/data" in given("ENV")[0].split()
    assert not re.search(r"SECRET|TOKEN|PASSWORD", " ".join(given("ENV") + given("ARG")))


def test_it_starts_and_asks_for_what_there_is() -> None:
    cli.register()
    words: list[Any] = re.findall(r'"([^"]+)"', given("CMD")[0])
    assert words[0] == "firstline"
    assert set(words[2::2]) <= set(re.findall(r"--\w+", CliRunner().invoke(app, [words[1], "--help"]).output))
    health = given("HEALTHCHECK")[0]
    path = re.search(rf"127\.0\.0\.1:{given('EXPOSE')[0]}(/\w+)", health)
    assert path
    assert path[1] in [getattr(route, "path", "") for route in ROUTES]


@pytest.mark.parametrize("word", ["--interval=", "--timeout=", "--start-period="])
def test_a_slow_start_is_not_taken_for_a_dead_one(word: str) -> None:
    assert word in given("HEALTHCHECK")[0]
