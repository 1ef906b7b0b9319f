"""Tables: separators and encodings are found out, and nothing of any length fills the memory."""

from __future__ import annotations

import codecs
import gzip
from pathlib import Path

import pytest

from kb.errors import NotValid, Refused
from kb.importing import csv_table

Rows = list[tuple[int, dict[str, str] | NotValid]]


def read(tmp_path: Path, data: bytes) -> tuple[tuple[str, ...], Rows]:
    path = tmp_path / "t.csv"
    path.write_bytes(data)
    with csv_table.opened(path) as table:
        return table.header, list(table.rows)


def test_the_first_line_says_what_separates(tmp_path: Path) -> None:
    header, rows = read(tmp_path, b"a;b\n1,2,3;4,5,6\n")
    assert (header, rows) == (("a", "b"), [(2, {"a": "1,2,3", "b": "4,5,6"})])


def test_rows_know_their_line_and_empty_ones_are_left_out(tmp_path: Path) -> None:
    _, rows = read(tmp_path, b'a,b\n1,"x\ny"\n,\n2,z\n')
    assert rows == [(2, {"a": "1", "b": "x\ny"}), (5, {"a": "2", "b": "z"})]


@pytest.mark.parametrize("at", [1, 7, 8, 9, 30])
def test_one_sign_of_windows_anywhere_says_how_it_was_written(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, at: int
) -> None:
    monkeypatch.setattr(csv_table, "PROBE", 8)
    text = "a\n" + "x" * at + "ü" + "x" * 20
    for data in (text.encode("cp1252"), text.encode(), codecs.BOM_UTF16_LE + text.encode("utf-16-le")):
        assert read(tmp_path, data)[1] == [(2, {"a": text[2:]})]


def test_a_row_of_just_the_length_is_taken_and_no_longer_one(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(csv_table, "MOST_ROW", 20)
    line = b"x" * 19 + b"\n"
    assert len(read(tmp_path, b"a\n" + line * 5)[1]) == 5
    *taken, (number, problem) = read(tmp_path, b"a\n" + line + b"x" + line + line)[1]
    assert (len(taken), number) == (1, 3)
    assert "more than 20 characters; what follows was not read" in str(problem)
    with pytest.raises(Refused, match="more than 20 characters"):
        read(tmp_path, b"x" * 21 + b"\n")


def test_what_unpacks_to_too_much_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(csv_table, "MOST_UNPACKED_BYTES", 1_000_000)
    for size in (1_000_000, 1_000_001):
        data = gzip.compress((b"a\n" + b"x\n" * 500_000)[:size] + b"y" * (size - 1_000_000))
        if size == 1_000_000:
            assert len(read(tmp_path, data)[1]) == 499_999
            continue
        with pytest.raises(Refused, match="grows to more than 1 MB"):
            read(tmp_path, data)


def test_so_many_columns_and_no_more(tmp_path: Path) -> None:
    names = [f"c{n}" for n in range(501)]
    assert len(read(tmp_path, ",".join(names[:500]).encode())[0]) == 500
    with pytest.raises(Refused, match="has 501 columns; at most 500"):
        read(tmp_path, ",".join(names).encode())


def test_a_row_of_other_cells_than_the_header_is_told_and_the_rest_read(tmp_path: Path) -> None:
    _, rows = read(tmp_path, b"a,b\n1\n2,3\n")
    assert str(rows[0][1]) == "1 cells where the header has 2"
    assert rows[1] == (3, {"a": "2", "b": "3"})
