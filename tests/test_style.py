"""The tools that read the code find nothing."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]


COMMANDS = [
    ("ruff", "check", "."),
    ("ruff", "format", "--check", "."),
    ("mypy",),
    ("bandit", "-q", "-r", "app.py", "kb", "models", "pages", "-x", "kb/demo"),
    ("bandit", "-q", "-r", "kb/demo", "-s", "B311"),  # chance draws the sample year there, no secret
]


@pytest.mark.parametrize("command", COMMANDS, ids=" ".join)
def test_the_code_is_clean(command: tuple[str, ...]) -> None:
    done = subprocess.run([sys.executable, "-m", *command], cwd=ROOT, capture_output=True, text=True)
    assert done.returncode == 0, done.stdout[-3000:] + done.stderr[-1000:]
