"""A backup made while people work comes back whole, or is refused with a reason and changes nothing."""

from __future__ import annotations

import hashlib
import json
import random
import stat
import threading
import zipfile
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from sqlalchemy import NullPool, create_engine, make_url, text
from sqlmodel import func, select

from kb import backup as backups
from kb.backup import Finding, archive
from kb.desk import Desk
from kb.errors import Conflict, FirstlineError, NotAllowed, NotFound, Refused
from kb.migrations import revisions
from kb.person import OPERATOR, Person
from kb.settings import Settings
from kb.tables import Attachment, Incident, ModelVersion, Service, new_id


@pytest.fixture(autouse=True)
def stamped(desk: Desk) -> None:
    """The tests' tables are not made by Alembic; say which revision they are."""
    with desk.engine.begin() as connection:
        connection.execute(text("CREATE TABLE alembic_version (version_num VARCHAR(32))"))
        connection.execute(text("INSERT INTO alembic_version VALUES (:now)"), {"now": revisions()[-1]})


@pytest.fixture
def filled(desk: Desk) -> Desk:
    """A desk with a service, an attachment and a model."""
    content, model = random.Random(1).randbytes(300_000), b"a model"
    attachment = new_id()
    (desk.folder("attachments") / attachment).write_bytes(content)
    (desk.folder("models") / "type-1.skops").write_bytes(model)
    with desk.transaction() as session:
        session.add(Service(name="Tills"))
        session.add(
            Attachment(
                id=attachment, file_name="a.png", media_type="image/png", size_bytes=len(content), uploader="v:1",
                sha256=hashlib.sha256(content).hexdigest(), at=desk.now(),
            )
        )  # fmt: skip
        session.add(
            ModelVersion(
                target="type", file_name="type-1.skops", sha256=hashlib.sha256(model).hexdigest(), scores={},
                data_stamp="", n_train=1, trained_at=desk.now(), trained_by="me",
            )
        )  # fmt: skip
    return desk


@pytest.fixture
def empty_home(environ: dict[str, str], tmp_path: Path) -> Iterator[Settings]:
    """Another installation with nothing in it; on PostgreSQL with an empty database beside the first."""
    settings = {**environ, "FIRSTLINE_HOME": str(tmp_path / "second")}
    if "FIRSTLINE_DATABASE_URL" not in environ:
        yield Settings.from_env(settings)
        return
    url = make_url(environ["FIRSTLINE_DATABASE_URL"])
    second = url.set(database=f"{url.database}_second")
    owner = create_engine(url, isolation_level="AUTOCOMMIT", poolclass=NullPool)
    with owner.connect() as connection:
        connection.execute(text(f"CREATE DATABASE {second.database}"))
    settings["FIRSTLINE_DATABASE_URL"] = second.render_as_string(hide_password=False)
    yield Settings.from_env(settings)
    with owner.connect() as connection:
        connection.execute(text(f"DROP DATABASE {second.database} WITH (FORCE)"))


def rewritten(file: Path, change: Callable[[dict[str, bytes]], None]) -> Path:
    """The backup with its members changed, sealed like a whole one."""
    with zipfile.ZipFile(file) as pack:
        members = {name: pack.read(name) for name in pack.namelist()}
    change(members)
    other = file.with_name("other.zip")
    with other.open("w+b") as stream:
        with zipfile.ZipFile(stream, "w") as pack:
            for name, content in members.items():
                pack.writestr(name, content)
            archive.leave_room_for_seal(pack)
        archive.seal(stream)
    return other


def test_a_backup_comes_back_whole(filled: Desk, empty_home: Settings, tmp_path: Path) -> None:
    made = backups.backup(filled, OPERATOR, tmp_path / "b.zip")
    assert (made.bytes, made.members) == (made.file.stat().st_size, 3)
    assert stat.S_IMODE(made.file.stat().st_mode) == 0o600
    restored = backups.restore(empty_home, made.file)
    assert (restored.members, restored.made_at) == (3, filled.now().isoformat())
    second = Desk(empty_home, now=filled.now)
    with second.reading() as session:
        assert session.exec(select(Service.name)).all() == ["Tills"]
    assert all(finding.is_ok for finding in backups.check(second, OPERATOR))
    with second.transaction() as session:
        session.add(Service(name="Scales"))
    second.close()


def test_the_portals_own_secret_comes_along(
    environ: dict[str, str], filled: Desk, empty_home: Settings, tmp_path: Path
) -> None:
    (filled.settings.home / "secret").write_text("k" * 64)
    backups.backup(filled, OPERATOR, tmp_path / "b.zip")
    backups.restore(empty_home, tmp_path / "b.zip")
    assert (empty_home.home / "secret").read_text() == "k" * 64


def test_a_backup_under_four_writers_is_one_moment(filled: Desk, empty_home: Settings, tmp_path: Path) -> None:
    is_over = threading.Event()

    def write() -> None:
        while not is_over.is_set():
            with filled.transaction() as session:
                for name in ("one", "two"):
                    session.add(Incident(key=new_id(), title=name, impact="one", urgency="low", **times(filled)))

    writers = [threading.Thread(target=write) for _ in range(4)]
    for writer in writers:
        writer.start()
    backups.backup(filled, OPERATOR, tmp_path / "b.zip")
    is_over.set()
    for writer in writers:
        writer.join()
    backups.restore(empty_home, tmp_path / "b.zip")
    second = Desk(empty_home, now=filled.now)
    with second.reading() as session:
        counts = session.exec(select(Incident.title, func.count()).group_by(Incident.title)).all()
    assert all(finding.is_ok for finding in backups.check(second, OPERATOR))
    second.close()
    assert len({n for _, n in counts}) <= 1


def times(desk: Desk) -> dict[str, object]:
    return {"created_at": desk.now(), "updated_at": desk.now()}


def test_a_backup_is_not_restored_over_data(filled: Desk, tmp_path: Path) -> None:
    backups.backup(filled, OPERATOR, tmp_path / "b.zip")
    with pytest.raises(Conflict, match="already"):
        backups.restore(filled.settings, tmp_path / "b.zip")


def test_a_backup_is_not_restored_over_files(filled: Desk, empty_home: Settings, tmp_path: Path) -> None:
    backups.backup(filled, OPERATOR, tmp_path / "b.zip")
    (empty_home.home / "attachments").mkdir()
    (empty_home.home / "attachments" / "x").touch()
    with pytest.raises(Conflict, match="attachments"):
        backups.restore(empty_home, tmp_path / "b.zip")


def test_every_flipped_byte_is_found_and_changes_nothing(filled: Desk, empty_home: Settings, tmp_path: Path) -> None:
    whole = backups.backup(filled, OPERATOR, tmp_path / "b.zip").file.read_bytes()
    places = [*range(30), *random.Random(7).sample(range(len(whole)), 40), *range(len(whole) - 90, len(whole))]
    found = 0
    for n, place in enumerate(places):
        damaged = bytearray(whole)
        damaged[place] ^= 1 << n % 8
        (tmp_path / "damaged.zip").write_bytes(damaged)
        try:
            backups.restore(empty_home, tmp_path / "damaged.zip")
        except FirstlineError:
            found += 1
    assert found == len(places) == 160
    assert [path.name for path in empty_home.home.iterdir() if path.name != "secret"] == []


@pytest.mark.parametrize(
    "change",
    [
        lambda members: members.update(database=members["database"][:-1] + b"x"),
        lambda members: members.update({"attachments/../../evil": b"x"}),
        lambda members: members.update({"attachments/more": b"x"}),
        lambda members: members.pop("database"),
        lambda members: members.pop("manifest.json"),
        lambda members: members.update({"manifest.json": b"[]"}),
        lambda members: members.update({"manifest.json": b'{"application": "other", "format": 1, "members": {}}'}),
    ],
)
def test_a_backup_that_is_not_as_its_manifest_says_is_refused(
    filled: Desk, empty_home: Settings, tmp_path: Path, change: Callable[[dict[str, bytes]], None]
) -> None:
    backups.backup(filled, OPERATOR, tmp_path / "b.zip")
    with pytest.raises(Refused, match="not a whole backup"):
        backups.restore(empty_home, rewritten(tmp_path / "b.zip", change))
    assert not (tmp_path / "evil").exists()


@pytest.mark.parametrize(("field", "value"), [("revision", "9999"), ("database", "oracle")])
def test_a_backup_of_a_newer_version_or_another_database_is_refused(
    filled: Desk, empty_home: Settings, tmp_path: Path, field: str, value: str
) -> None:
    def change(members: dict[str, bytes]) -> None:
        members["manifest.json"] = json.dumps({**json.loads(members["manifest.json"]), field: value}).encode()

    backups.backup(filled, OPERATOR, tmp_path / "b.zip")
    with pytest.raises(Refused, match=r"newer version|oracle"):
        backups.restore(empty_home, rewritten(tmp_path / "b.zip", change))


def test_files_that_are_no_backup_are_refused(empty_home: Settings, tmp_path: Path) -> None:
    (tmp_path / "text.zip").write_text("hello")
    with pytest.raises(Refused):
        backups.restore(empty_home, tmp_path / "text.zip")
    with pytest.raises(NotFound):
        backups.restore(empty_home, tmp_path / "none.zip")


def test_a_backup_overwrites_nothing_and_needs_a_folder(desk: Desk, tmp_path: Path) -> None:
    (tmp_path / "kept").write_text("old")
    with pytest.raises(Conflict):
        backups.backup(desk, OPERATOR, tmp_path / "kept")
    with pytest.raises(NotFound):
        backups.backup(desk, OPERATOR, tmp_path / "none" / "b.zip")
    assert (tmp_path / "kept").read_text() == "old"


def test_check_names_what_is_missing_and_what_has_changed(filled: Desk) -> None:
    (filled.settings.home / "models" / "type-1.skops").write_bytes(b"another")
    next((filled.settings.home / "attachments").iterdir()).unlink()
    found = {finding.what: finding for finding in backups.check(filled, OPERATOR)}
    assert found["models"] == Finding("models", False, "type-1.skops has changed")
    assert not found["attachments"].is_ok
    assert "missing" in found["attachments"].text
    assert found["tables"].is_ok


def test_check_finds_rows_that_point_nowhere(desk: Desk) -> None:
    if desk.engine.dialect.name != "sqlite":
        pytest.skip("PostgreSQL has no way to switch foreign keys off")
    with desk.engine.connect() as connection:
        raw = connection.connection
        connection.rollback()
        raw.cursor().execute("PRAGMA foreign_keys=OFF")
        raw.cursor().execute("INSERT INTO personskill (account_id, skill) VALUES (99, 'databases')")
    found = {finding.what: finding for finding in backups.check(desk, OPERATOR)}
    assert not found["foreign key check"].is_ok
    assert "personskill" in found["foreign key check"].text


def test_check_notices_an_older_schema(desk: Desk) -> None:
    with desk.engine.begin() as connection:
        connection.execute(text("UPDATE alembic_version SET version_num = '0000'"))
    assert not backups.check(desk, OPERATOR)[0].is_ok


def test_only_an_administrator_backs_up_and_checks(desk: Desk, lead: Person, tmp_path: Path) -> None:
    with pytest.raises(NotAllowed):
        backups.backup(desk, lead, tmp_path / "b.zip")
    with pytest.raises(NotAllowed):
        backups.check(desk, lead)
