"""Every test that SECURITY.md promises something by is there."""

from __future__ import annotations

import re
from pathlib import Path

ROOT = Path(__file__).parents[1]
TEXT = (ROOT / "SECURITY.md").read_text(encoding="utf-8")
NAMED = sorted(set(re.findall(r"`(tests/[\w/]+\.py)::(\w+)`", TEXT)))


def test_the_tests_it_names_exist() -> None:
    def is_there(file: str, name: str) -> bool:
        path = ROOT / file
        return path.is_file() and f"def {name}(" in path.read_text(encoding="utf-8")

    assert len(NAMED) > 40
    assert [f"{file}::{name}" for file, name in NAMED if not is_there(file, name)] == []


def test_every_risk_is_promised_or_open() -> None:
    stars = {int(number) for cell in re.findall(r"^\| ([\d, ]+) \|", TEXT, re.MULTILINE) for number in cell.split(",")}
    assert set(range(1, 21)) <= stars
