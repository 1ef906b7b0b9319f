"""Nothing installed has a hole that is publicly known; where nobody can be asked, that is said and is no pass."""

from __future__ import annotations

import json
import subprocess
import sys
from typing import Any

import pytest

AUDIT = ("pip_audit", "--vulnerability-service=osv", "--skip-editable", "--progress-spinner=off", "--timeout=5")
PATIENCE = 60
"""Seconds; a network that swallows every question must not hold the tests up."""


def audit() -> list[dict[str, Any]]:
    """What pip-audit says of every package installed; skipped where its source of advisories can't be reached."""
    command = [sys.executable, "-m", *AUDIT, "--format=json"]
    try:
        done = subprocess.run(command, capture_output=True, text=True, timeout=PATIENCE)
    except subprocess.TimeoutExpired:
        pytest.skip(f"not checked: no advisories within {PATIENCE} s")
    if not done.stdout.strip():
        pytest.skip(f"not checked: {(done.stderr.strip() or 'no answer').splitlines()[-1][:120]}")
    found: list[dict[str, Any]] = json.loads(done.stdout)["dependencies"]
    return found


def verdict(found: list[dict[str, Any]]) -> tuple[list[str], list[str]]:
    """The known holes, and the packages nothing is known about. pip-audit calls both a success when it asked nobody."""
    holes = [f"{one['name']} {one['version']}: {hole['id']}" for one in found for hole in one.get("vulns", ())]
    return holes, [one["name"] for one in found if "skip_reason" in one and one["name"] != "firstline"]


def test_nothing_installed_has_a_known_hole() -> None:
    holes, unknown = verdict(audit())
    assert holes == []
    if unknown:
        pytest.skip(f"not checked: {', '.join(unknown)}")


def test_a_package_nobody_was_asked_about_is_not_taken_for_sound() -> None:
    asked = {"name": "a", "version": "1", "vulns": [{"id": "PYSEC-1"}]}
    assert verdict([asked, {"name": "b", "skip_reason": "not found"}]) == (["a 1: PYSEC-1"], ["b"])
