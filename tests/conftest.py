"""A desk on a fresh database for every test, a clock that only tests move, and one person of each role."""

from __future__ import annotations

import gc
import os
import re
import shutil
import sys
import uuid
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Dialect, Engine, create_engine, func, make_url, select, text
from sqlalchemy.exc import OperationalError
from xdist.scheduler import LoadScopeScheduling

from kb import articles, demo, engine, services, training
from kb.desk import Desk
from kb.labels import Role
from kb.person import OPERATOR, Person, guest
from kb.settings import Settings
from kb.tables import Account, Base
from kb.training import rows
from tests.labelled import write_small_starter

DATABASE_URL = os.environ.get("FIRSTLINE_DATABASE_URL", "")
"""Set to a PostgreSQL address, the same tests run there, each in a database of its own."""
sys.dont_write_bytecode = False
os.environ.pop("PYTHONDONTWRITEBYTECODE", None)
"""Dozens of processes are started here: the first of them compiles the code for all."""
OWN_PORTAL = re.compile(r"tests/browser/test_(empty|hostile|outage)\b")
"""Browser tests that start a portal for themselves."""
SHARED = (
    ("browser", re.compile(r"tests/browser\b")),
    ("live", re.compile(r"tests/kb/doors/test_live\b")),
    ("databases", re.compile(r"tests/test_(postgres|several)\b")),
    ("demo year", re.compile(r"tests/(kb/demo|kb/doors/cli/test_figures|pages/test_analytics)\b")),
    ("models", re.compile(r"tests/kb/(training|assessing|review)\b")),
)
"""What tests share that takes long to make."""


class Apart(LoadScopeScheduling):  # type: ignore[misc]
    """The browser's tests share one portal, those of figures one demo year: each kind stays with one worker.

    What --dist loadgroup is for; with pytest 9.2 pytest-xdist 3.8 no longer sees the groups.
    """

    def _split_scope(self, nodeid: str) -> str:
        if own := OWN_PORTAL.match(nodeid):
            return own[0]
        return next((name for name, tests in SHARED if tests.match(nodeid)), nodeid)


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config: pytest.Config, log: object) -> Apart | None:
    return Apart(config, log) if config.getvalue("dist") == "loadscope" else None


def pytest_itemcollected(item: pytest.Item) -> None:
    if item.path.is_relative_to(Path(__file__).parent / "browser"):
        item.add_marker(pytest.mark.browser)


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """On a PostgreSQL what asks no database is not run again."""
    if DATABASE_URL:
        asks = [item for item in items if "empty_database" in getattr(item, "fixturenames", ())]
        config.hook.pytest_deselected(items=[item for item in items if item not in asks])
        items[:] = asks


def pytest_collection_finish() -> None:
    """What is loaded by now stays: looking through it again and again takes a fifth of the time of all tests."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(20_000, 20, 20)


_dialects: dict[str, Dialect] = {}
_compiled: dict[Any, Any] = {}


def _create_engine(url: str, **options: Any) -> Engine:
    """An engine that shares compiled statements with those of other tests: they took a third of a test's time."""
    made = create_engine(url, **options)
    made.dialect = _dialects.setdefault(made.driver, made.dialect)
    made.update_execution_options(compiled_cache=_compiled)
    return made


engine.create_engine = _create_engine


class Clock:
    """A clock that stands still until it is moved; starts on a Monday morning."""

    def __init__(self) -> None:
        self.at = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)

    def __call__(self) -> datetime:
        return self.at

    def forward(self, **span: float) -> None:
        self.at += timedelta(**span)


@pytest.fixture(scope="session")
def empty_database(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """A database with all tables and no rows, copied for each test: an SQLite file, or a PostgreSQL template."""
    environ = {"FIRSTLINE_HOME": str(tmp_path_factory.mktemp("template"))}
    name = f"template_{uuid.uuid4().hex}"
    if DATABASE_URL:
        _administer(f"CREATE DATABASE {name}")
        _templates.add(name)
        environ["FIRSTLINE_DATABASE_URL"] = _address(name)
    desk = Desk(Settings.from_env(environ))
    Base.metadata.create_all(desk.engine)
    desk.close()
    yield name if DATABASE_URL else str(desk.settings.home / "firstline.db")
    if DATABASE_URL:
        for one in (*_emptied, name):
            _drop(one)
        _server().dispose()


@cache
def _server() -> Engine:
    """Keeps one connection to the PostgreSQL of this run: a new one for each statement would take longer than it."""
    return create_engine(DATABASE_URL, isolation_level="AUTOCOMMIT")


def _administer(statement: str) -> None:
    with _server().connect() as connection:
        connection.execute(text(statement))


def _address(name: str) -> str:
    return make_url(DATABASE_URL).set(database=name).render_as_string(hide_password=False)


@pytest.fixture
def clock() -> Clock:
    return Clock()


@contextmanager
def installation(home: Path, template: str) -> Iterator[dict[str, str]]:
    """Settings of an installation whose database is a copy of the template."""
    home.mkdir()
    environ = {
        "FIRSTLINE_HOME": str(home),
        "FIRSTLINE_SECRET": "for tests alone: 0123456789 abcdefghij",
        "FIRSTLINE_CLOCK": "outside",
    }
    if not DATABASE_URL:
        shutil.copy(template, home / "firstline.db")
        yield environ
        return
    name = _emptied.pop() if template in _templates and _emptied else _copied(template)
    yield {**environ, "FIRSTLINE_DATABASE_URL": _address(name)}
    if template in _templates and _wipe(name):
        _emptied.append(name)
    else:
        _drop(name)


_templates: set[str] = set()
"""The PostgreSQL databases that have all tables and no rows."""
_emptied: list[str] = []
"""PostgreSQL databases that a test has used and that are empty again: making one takes ten times as long."""


def _copied(template: str) -> str:
    name = f"test_{uuid.uuid4().hex}"
    _administer(f"CREATE DATABASE {name} TEMPLATE {template} STRATEGY FILE_COPY")
    return name


@cache
def _wiper(name: str) -> Engine:
    """Keeps one connection to a database: a new one spends 30 ms on getting to know the tables it empties."""
    return create_engine(_address(name), pool_size=1, max_overflow=0)


def _drop(name: str) -> None:
    _wiper(name).dispose()
    _administer(f"DROP DATABASE {name} WITH (FORCE)")


def _wipe(name: str) -> bool:
    """Empty a database and start its numbers anew; False when a test has left other tables, or still holds some."""
    try:
        with _wiper(name).begin() as connection:
            tables = set(connection.scalars(text("SELECT tablename FROM pg_tables WHERE schemaname = 'public'")))
            connection.execute(text(WIPE))
    except OperationalError:
        return False
    return tables == set(Base.metadata.tables)


WIPE = """DO $$ DECLARE name text; BEGIN
    SET LOCAL lock_timeout = 10000;
    SET LOCAL session_replication_role = replica;
    FOR name IN SELECT tablename FROM pg_tables WHERE schemaname = 'public' LOOP
        EXECUTE format('DELETE FROM %I', name);
    END LOOP;
    FOR name IN SELECT sequencename FROM pg_sequences WHERE schemaname = 'public' AND last_value IS NOT NULL LOOP
        EXECUTE format('ALTER SEQUENCE %I RESTART', name);
    END LOOP;
END $$"""


@pytest.fixture
def environ(tmp_path: Path, empty_database: str) -> Iterator[dict[str, str]]:
    """Settings of a fresh installation whose database has its tables."""
    with installation(tmp_path / "home", empty_database) as environ:
        yield environ


@dataclass(frozen=True)
class DemoYear:
    """A database with the demo year in it, to be copied, and how many rows each table had before."""

    template: str
    counts_before: dict[str, int]


@pytest.fixture(scope="session")
def demo_year(tmp_path_factory: pytest.TempPathFactory, empty_database: str) -> Iterator[DemoYear]:
    """The demo year, loaded once; comments are read by the classifier of a new installation."""
    folder = tmp_path_factory.mktemp("demo")
    starter = write_small_starter(folder, each=12)
    shutil.copy(rows.STARTER / "feedback.csv", starter / "feedback.csv")
    with installation(folder / "home", empty_database) as environ:
        desk = Desk(Settings.from_env(environ), now=Clock())
        services.seed(desk)
        articles.load_starter(desk)
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(rows, "STARTER", starter)
            training.first_models(desk)
        before = row_counts(desk)
        demo.load(desk, OPERATOR)
        desk.close()
        database = make_url(desk.settings.database_url).database or ""
        yield DemoYear(database, before)


def row_counts(desk: Desk) -> dict[str, int]:
    """How many rows each table has."""
    with desk.reading() as session:
        tables = Base.metadata.sorted_tables
        return {table.name: session.execute(select(func.count()).select_from(table)).scalar_one() for table in tables}


@pytest.fixture
def demo_desk(tmp_path: Path, demo_year: DemoYear) -> Iterator[Desk]:
    """A desk on a database of its own with the demo year in it."""
    with installation(tmp_path / "demo", demo_year.template) as environ:
        desk = Desk(Settings.from_env(environ), now=Clock())
        yield desk
        desk.close()


@pytest.fixture
def desk(environ: dict[str, str], clock: Clock) -> Iterator[Desk]:
    desk = Desk(Settings.from_env(environ), now=clock)
    yield desk
    desk.close()


@pytest.fixture
def make_person(desk: Desk) -> Callable[..., Person]:
    """make_person(role, name=..., team_id=...) stores an account and gives its Person."""

    def make(role: Role, name: str = "", team_id: int | None = None) -> Person:
        name = name or role.value.capitalize()
        email = f"{name.lower().replace(' ', '.')}@example.com"
        with desk.transaction() as session:
            account = Account(name=name, email=email, role=role, team_id=team_id, created_at=desk.now())
            session.add(account)
        return Person(account.id, name, email, role, team_id)

    return make


@pytest.fixture
def user(make_person: Callable[..., Person]) -> Person:
    return make_person(Role.USER)


@pytest.fixture
def agent(make_person: Callable[..., Person]) -> Person:
    return make_person(Role.AGENT)


@pytest.fixture
def lead(make_person: Callable[..., Person]) -> Person:
    return make_person(Role.LEAD)


@pytest.fixture
def admin(make_person: Callable[..., Person]) -> Person:
    return make_person(Role.ADMIN)


@pytest.fixture
def visitor() -> Person:
    return guest("visitor-1")


@pytest.fixture
def make_article(desk: Desk, make_person: Callable[..., Person]) -> Callable[..., int]:
    """make_article(title, body, type=..., tags=..., audience=...) publishes an article; `is_draft=True` does not."""
    writers: list[Person] = []

    def make(title: str = "Print jobs stay in the queue", body: str = "Restart the spooler.", **given: Any) -> int:
        if not writers:
            services.seed(desk)
            writers.append(make_person(Role.LEAD, "Wanda Writer"))
        is_draft = given.pop("is_draft", False)
        article_id = articles.draft(desk, writers[0], title=title, body=body, **given)
        if not is_draft:
            articles.publish(desk, writers[0], article_id)
        return article_id

    return make
