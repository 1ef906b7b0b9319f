"""Files that mean harm are refused with a reason, or taken as the text they are; never in part, and soon."""

from __future__ import annotations

import resource
import subprocess
import sys
import time
import zipfile
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlmodel import func, select

from kb.desk import Desk
from kb.errors import FirstlineError, Refused
from kb.importing.articles import Imported, import_articles
from kb.importing.files import collect
from kb.importing.incidents import import_incidents
from kb.person import OPERATOR
from kb.tables import Article, ArticleRevision, Incident, TimelineEntry
from tests.kb.importing import hostile

SOON = 10.0  # seconds; one file takes a second, on a busy machine more
MOST_MORE_MB = 200


@pytest.fixture(autouse=True)
def in_time() -> Iterator[None]:
    began = time.perf_counter()
    yield
    assert time.perf_counter() - began < SOON


def stored(desk: Desk) -> list[int]:
    tables = (Article, ArticleRevision, Incident, TimelineEntry)
    with desk.reading() as session:
        return [session.exec(select(func.count()).select_from(table)).one() for table in tables]


def take(desk: Desk, folder: Path, data: bytes) -> Imported:
    (folder / "docs").mkdir()
    (folder / "docs" / "page.md").write_bytes(data)
    return import_articles(desk, OPERATOR, folder / "docs")


def test_there_are_enough_of_them() -> None:
    assert hostile.COUNT >= 60


@pytest.mark.parametrize("name", hostile.REFUSED_ZIPS)
def test_a_zip_that_cannot_be_trusted_is_refused_whole(desk: Desk, tmp_path: Path, name: str) -> None:
    (tmp_path / "x.zip").write_bytes(hostile.REFUSED_ZIPS[name])
    with pytest.raises(Refused, match=r"x\.zip"):
        import_articles(desk, OPERATOR, tmp_path / "x.zip")
    assert stored(desk) == [0, 0, 0, 0]


@pytest.mark.parametrize("name", hostile.REFUSED_PAGES)
def test_a_page_that_is_none_is_refused_with_its_line(desk: Desk, tmp_path: Path, name: str) -> None:
    done = take(desk, tmp_path, hostile.REFUSED_PAGES[name])
    (reason,) = done.refused
    file, line, words = reason.split(": ", 2)
    assert (file, line.isdecimal(), bool(words), done.created) == ("page.md", True, True, 0)
    assert stored(desk) == [0, 0, 0, 0]


@pytest.mark.parametrize("name", hostile.TAKEN_PAGES)
def test_an_odd_page_is_taken_as_text(desk: Desk, tmp_path: Path, name: str) -> None:
    done = take(desk, tmp_path, hostile.TAKEN_PAGES[name])
    assert (done.created, done.refused) == (1, ())
    with desk.reading() as session:
        row = session.exec(select(Article)).one()
    assert "\ud800" not in row.title + row.body + (row.source_key or "")


@pytest.mark.parametrize("name", hostile.REFUSED_TABLES)
def test_a_table_that_is_none_is_refused_whole(desk: Desk, tmp_path: Path, name: str) -> None:
    (tmp_path / "log.csv").write_bytes(hostile.REFUSED_TABLES[name])
    with pytest.raises(FirstlineError) as error:
        import_incidents(desk, OPERATOR, tmp_path / "log.csv")
    assert len(str(error.value)) < 10_000
    assert stored(desk) == [0, 0, 0, 0]


@pytest.mark.parametrize("name", hostile.TAKEN_TABLES)
def test_an_odd_table_is_taken_as_text(desk: Desk, tmp_path: Path, name: str) -> None:
    data = hostile.TAKEN_TABLES[name]
    (tmp_path / "log.csv").write_bytes(data)
    assert import_incidents(desk, OPERATOR, tmp_path / "log.csv").created == data.count(b"\n") - 1


def test_a_file_whose_name_cannot_be_stored_is_named_and_left(desk: Desk, tmp_path: Path) -> None:
    (tmp_path / "good.md").write_text("Text")
    with open(bytes(tmp_path) + b"/a\xff.md", "w") as file:
        file.write("Text")
    done = import_articles(desk, OPERATOR, tmp_path)
    assert done.created == 1
    assert "can't be stored" in done.refused[0]
    done.refused[0].encode()


def test_pages_that_include_each_other_a_hundred_times_come_to_an_end(desk: Desk, tmp_path: Path) -> None:
    for one in "abcd":
        lines = "".join(f'{{{{% include "{other}.md" %}}}}\n' for other in "abcd" * 50)
        (tmp_path / f"{one}.md").write_text(f"Text of {one}\n\n{lines}")
    assert import_articles(desk, OPERATOR, tmp_path).created == 4


def test_one_hostile_file_among_others_leaves_the_others(desk: Desk, tmp_path: Path) -> None:
    with zipfile.ZipFile(tmp_path / "x.zip", "w") as archive:
        archive.writestr("good.md", "Text")
        archive.writestr("bad.md", hostile.REFUSED_PAGES["merged aliases"])
    done = import_articles(desk, OPERATOR, tmp_path / "x.zip")
    assert (done.created, len(done.refused)) == (1, 1)


@pytest.mark.skipif(sys.platform != "linux", reason="memory is measured in Linux's units")
def test_no_hostile_file_takes_much_memory(tmp_path: Path) -> None:
    """The greediest ones, in a process of their own."""
    names = ("line without end", "packed line without end", "row without end", "too many columns", "too many cells")
    for number, name in enumerate(names):
        (tmp_path / f"{number}.csv").write_bytes(hostile.REFUSED_TABLES[name])
    (tmp_path / "bomb.zip").write_bytes(hostile.REFUSED_ZIPS["bomb"])
    (tmp_path / "overlap.zip").write_bytes(hostile.REFUSED_ZIPS["overlap"])
    command = [sys.executable, "-c", "from tests.kb.importing.test_hostile import measure; measure()", tmp_path]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    assert float(done.stdout) < MOST_MORE_MB


def measure() -> None:
    """Prints by how many MB this process grew over reading every file of a folder."""
    from kb.importing import csv_table

    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    for path in sorted(Path(sys.argv[1]).iterdir()):
        try:
            if path.suffix == ".zip":
                collect(path)
            else:
                with csv_table.opened(path) as table:
                    list(table.rows)
        except Refused:
            pass
    print((resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before) / 1024)
