from __future__ import annotations

import ctypes
import re
import resource
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path

import pytest
from sqlalchemy import text, update
from sqlmodel import select

from kb import articles, aside, people, search, services, training, triage
from kb.articles.starter import FOLDER
from kb.aside import run_aside
from kb.desk import Desk
from kb.doors import start
from kb.labels import Role, Target
from kb.migrations import upgrade
from kb.person import OPERATOR, Person
from kb.services.seed import TEAMS
from kb.settings import Settings
from kb.tables import Article, ModelVersion, Team


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Desk]:
    """A new installation, to which another process can bring its models."""
    desk = Desk(Settings.from_env({"FIRSTLINE_HOME": str(tmp_path / "new")}))
    upgrade(desk.engine)
    monkeypatch.setattr(start, "the_desk", lambda: desk)
    monkeypatch.setattr(start, "_answered_at", float("-inf"))
    yield desk
    desk.close()


def test_a_first_start_brings_everything_a_portal_needs(
    home: Desk, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(aside, "LOW_PRIORITY", 0)  # beside busy tests, what steps back for all others never comes on
    close = start.open_portal(8501)
    assert search.search(home, OPERATOR, "printer queue stuck").hits
    assert services.types(home)
    assert services.services(home)
    until = time.monotonic() + 120
    while len(versions := serving(home)) < len(Target) and time.monotonic() < until:
        time.sleep(0.2)
    close()
    assert set(versions) == set(Target)
    assert capsys.readouterr().out.count("\n") == 1

    start.open_portal(8501)()  # a second start makes nothing twice
    assert serving(home) == versions
    assert articles.load_starter(home) == 0
    assert len(people.teams(home, OPERATOR)) == 3

    open_desk = Desk(home.settings)
    with open_desk.transaction() as session:  # measured: a training aside finds its work done, and says so
        session.exec(update(ModelVersion).values(scores=SCORES))
    told = [(one.target, one.result, one.macro_f1) for one in training.train_aside(open_desk, OPERATOR)]
    open_desk.close()
    assert told == [(Target.TYPE, "unchanged", 0.7), (Target.SEVERITY, "unchanged", 0.7)]


SCORES = {"n_test": 48, "accuracy": 0.7, "macro_f1": 0.7, "per_label": {}}


def serving(desk: Desk) -> dict[Target, int]:
    return {target: one.version_id for target, one in triage.serving(desk, *Target).items()}


@pytest.fixture
def files() -> Iterator[Callable[[], int]]:
    """The limit of open files, lowered to 256 while a test runs."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (256, hard))
    yield lambda: resource.getrlimit(resource.RLIMIT_NOFILE)[0]
    resource.setrlimit(resource.RLIMIT_NOFILE, (soft, hard))


def test_as_many_files_as_tabs_need_may_be_open(files: Callable[[], int]) -> None:
    start.allow_many_files(512)
    assert files() == 512
    start.allow_many_files(300)  # a higher limit stays
    assert files() == 512


def test_a_limit_that_can_not_be_raised_stops_nothing(
    files: Callable[[], int], monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*_: object) -> None:
        raise ValueError("not allowed to raise maximum limit")

    with monkeypatch.context() as patch:
        patch.setattr(resource, "setrlimit", refuse)
        start.allow_many_files(512)
    assert files() == 256


THREADS = """
import ctypes, sys, threading
from kb.doors import start

assert not sys.argv[2:] or start.share_arenas(int(sys.argv[2]))
libc = ctypes.CDLL(None)
together = threading.Barrier(10)

def work():
    kept = [bytearray(1000) for _ in range(100)]
    together.wait()

threads = [threading.Thread(target=work) for _ in range(10)]
for one in threads:
    one.start()
for one in threads:
    one.join()
libc.fopen.restype = ctypes.c_void_p
sheet = ctypes.c_void_p(libc.fopen(sys.argv[1].encode(), b"w"))
libc.malloc_info(0, sheet)
libc.fclose(sheet)
"""


@pytest.mark.skipif(not hasattr(ctypes.CDLL(None), "malloc_info"), reason="only glibc has stores of memory a thread")
def test_threads_share_stores_of_memory(tmp_path: Path) -> None:
    def stores(*most: str) -> int:
        sheet = tmp_path / "malloc.xml"
        subprocess.run([sys.executable, "-c", THREADS, sheet, *most], check=True)
        return len(re.findall("<heap nr=", sheet.read_text()))

    assert stores("2") == 2
    assert stores() > 2


def test_a_system_without_stores_of_memory_starts_as_well(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(ctypes, "CDLL", lambda _: object())
    assert not start.share_arenas()


def test_told_to_stop_it_waits_for_nothing_that_takes_minutes(home: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    begun = threading.Event()

    def train(desk: Desk) -> None:
        begun.set()
        run_aside(desk, "clock")  # would run for ever

    monkeypatch.setattr(start, "HEAD_START_SECONDS", 0)
    monkeypatch.setattr(training, "first_models_aside", train)
    close = start.open_portal(8501)
    assert begun.wait(20)
    began = time.monotonic()
    close()
    assert time.monotonic() - began < 10


def test_the_greeting_carries_a_link_that_makes_the_first_administrator(desk: Desk) -> None:
    line = start.greeting(desk, 8600)
    assert line.startswith("Firstline is at http://localhost:8600 - ")
    assert people.invitation(desk, line.split("token=")[1]).is_first


def test_the_greeting_has_no_link_once_there_is_an_administrator(desk: Desk, admin: Person) -> None:
    assert start.greeting(desk, 8501) == "Firstline is at http://localhost:8501"


def test_the_greeting_gives_the_public_address(environ: dict[str, str], desk: Desk, admin: Person) -> None:
    public = Desk(Settings.from_env({**environ, "FIRSTLINE_BASE_URL": "https://help.example.com/"}))
    assert start.greeting(public, 8501) == "Firstline is at https://help.example.com"
    public.close()


def test_a_demo_administrator_does_not_close_the_first_link(desk: Desk, admin: Person) -> None:
    with desk.transaction() as session:
        session.connection().execute(text("UPDATE account SET is_demo = :yes"), {"yes": True})
    assert people.first_link(desk)
    assert admin.role is Role.ADMIN


def test_a_database_that_is_gone_is_not_well(home: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    assert start.is_database_well(lately=60)
    gone = Desk(replace(home.settings, database_url="sqlite:////nowhere/at/all.db"))
    monkeypatch.setattr(start, "the_desk", lambda: gone)
    assert start.is_database_well(lately=60)
    assert not start.is_database_well()


def test_processes_that_start_together_furnish_the_house_once(environ: dict[str, str]) -> None:
    desks = [Desk(Settings.from_env(environ)) for _ in range(4)]
    with ThreadPoolExecutor(4) as pool:
        for done in [pool.submit(start.furnish, desk) for desk in desks]:
            done.result()
    with desks[0].reading() as session:
        keys = session.exec(select(Article.source_key)).all()
        assert len(session.exec(select(Team)).all()) == len(TEAMS)
    assert len(keys) == len(set(keys)) == len(list(FOLDER.glob("*.md")))
    for desk in desks:
        desk.close()
