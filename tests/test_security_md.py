"""Every test that SECURITY.md promises something by is there."""

from __future__ import annotations

import re
from importlib import import_module
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
    rows = {int(number) for cell in re.findall(r"^\| ([\d, ]+) \|", TEXT, re.MULTILINE) for number in cell.split(",")}
    assert set(range(1, 47)) <= rows


def section(title: str) -> str:
    return TEXT.partition(f"\n## {title}\n")[2].partition("\n## ")[0]


def test_the_limits_are_those_of_the_code() -> None:
    told = re.findall(r"\| (\d+) \| `([\w.]+)\.([A-Z_]+)` \|", section("Limits"))
    assert len(told) > 15
    found = {f"{room}.{name}": getattr(import_module(room), name) for _, room, name in told}
    assert {f"{room}.{name}": int(figure) for figure, room, name in told} == found


def test_the_inventory_of_cryptography_is_whole() -> None:
    uses = re.compile(r"^(?:import|from) (?:hashlib|hmac|secrets|ssl|argon2|joserfc|cryptography)\b", re.MULTILINE)
    files = [path for room in ("kb", "models", "pages") for path in (ROOT / room).rglob("*.py")]
    using = {path.relative_to(ROOT).as_posix() for path in files if uses.search(path.read_text(encoding="utf-8"))}
    assert set(re.findall(r"`([\w/]+\.py)`", section("Cryptography"))) - {"tests/test_security_md.py"} == using
