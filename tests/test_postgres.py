"""The same tests on a real PostgreSQL: the newest, brought by a wheel, and the one of this machine."""

from __future__ import annotations

import os
import pwd
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from tests.postgres import FAST, newest_server

ROOT = Path(__file__).parent.parent
INSTALLED = sorted(Path("/usr/lib/postgresql").glob("*/bin/postgres"))
CORE = (
    "test_desk.py", "test_jobs.py", "test_services.py", "test_outbox.py",
    "test_backup.py::test_a_backup_comes_back_whole",
)  # fmt: skip

pytestmark = [
    pytest.mark.postgres,
    pytest.mark.skipif("FIRSTLINE_DATABASE_URL" in os.environ, reason="this run is on a PostgreSQL already"),
]


@pytest.fixture
def newest() -> Iterator[str]:
    with newest_server() as server:
        yield server.address


@contextmanager
def started(program: Path) -> Iterator[str]:
    """A server of the machine's own PostgreSQL on a socket in a folder of its own; gives its address."""
    folder = Path(tempfile.mkdtemp(prefix="firstline-pg-"))
    user: dict[str, object] = {}
    if os.geteuid() == 0:  # the server refuses to run as root
        owner = pwd.getpwnam("postgres")
        os.chown(folder, owner.pw_uid, owner.pw_gid)
        user = {"user": owner.pw_uid, "group": owner.pw_gid, "extra_groups": []}
    data = folder / "data"
    command = [program.with_name("initdb"), "-D", data, "-U", "postgres", "-A", "trust", "-N", "-E", "UTF8"]
    subprocess.run(command, check=True, capture_output=True, cwd="/", **user)  # type: ignore[call-overload]
    options = [f"-c{setting}=off" for setting in FAST] + ["-clisten_addresses=", f"-cunix_socket_directories={folder}"]
    with subprocess.Popen([program, "-D", data, *options], cwd="/", stderr=subprocess.DEVNULL, **user) as server:  # type: ignore[call-overload]
        try:
            until = time.monotonic() + 20
            while not list(folder.glob(".s.PGSQL.*[0-9]")) and time.monotonic() < until:
                time.sleep(0.05)
            yield f"postgresql+psycopg://postgres@/postgres?host={folder}"
        finally:
            server.terminate()
            server.wait(20)
            shutil.rmtree(folder, ignore_errors=True)


ELSEWHERE = (
    "redaction", "markup", "doors", "demo", "assessing", "training", "routing", "test_triage.py", "test_aside.py",
    "test_broken_models.py", "test_calling.py", "test_settings.py", "review/test_waiting.py",
    "incidents/test_outages.py", "importing/test_hostile.py", "importing/test_csv_table.py", "importing/test_files.py",
    "analytics/test_findings.py", "search/test_replay.py", "search/test_proposals.py", "search/test_golden.py",
    "search/test_gate.py", "search/test_wording.py", "search/test_outcomes.py", "articles/test_starter.py",
    "articles/test_export.py", "incidents/test_access.py", "incidents/test_similar.py", "incidents/test_exporting.py",
)  # fmt: skip
"""What asks little of a database, or by verbs that are asked anyhow, and takes long: run on SQLite alone."""
LONGEST = (
    "importing/test_incidents.py::test_our_severity_is_the_priority_of_a_real_log",
    "importing/test_articles.py::test_the_real_collections",
    "incidents/test_outages.py::test_the_rates_are_simulated_anew_after_a_week",
    "matrix/test_use_cases.py::test_who_may_not_is_told_so_and_changes_nothing",
)


def run_tests(address: str, *paths: str) -> None:
    """Run these tests on the server at `address`; none may fail. Workers would spend ten seconds each on coming up."""
    command = [sys.executable, "-m", "pytest", "-n0", "-p", "no:cacheprovider", *paths]
    environ = {key: value for key, value in os.environ.items() if not key.startswith("PYTEST_")}
    done = subprocess.run(
        command, cwd=ROOT, env={**environ, "FIRSTLINE_DATABASE_URL": address}, capture_output=True, text=True
    )
    assert done.returncode == 0, done.stdout[-6000:] + done.stderr[-2000:]
    assert " passed" in done.stdout


def test_every_verb_works_on_the_newest_postgresql(newest: str) -> None:
    left_out = [f"--ignore=tests/kb/{name}" for name in ELSEWHERE] + [f"--deselect=tests/kb/{name}" for name in LONGEST]
    run_tests(newest, "tests/kb", *left_out)


@pytest.mark.skipif(not INSTALLED, reason="this machine has no PostgreSQL of its own")
def test_the_core_works_on_the_postgresql_of_this_machine() -> None:
    with started(INSTALLED[0]) as address:
        run_tests(address, *(f"tests/kb/{name}" for name in CORE))
