"""Folders, files and ZIPs: read with limits, hostile ones refused whole."""

from __future__ import annotations

import random
import stat
import zipfile
from pathlib import Path

import pytest

from kb.errors import Refused
from kb.importing.files import MOST_FILE_BYTES, collect


def pack(path: Path, entries: dict[str, bytes], *, mode: int = 0) -> Path:
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in entries.items():
            info = zipfile.ZipInfo(name)
            info.compress_type = zipfile.ZIP_DEFLATED
            info.external_attr = mode << 16
            archive.writestr(info, data)
    return path


def test_folder_file_and_zip_give_the_same(tmp_path: Path) -> None:
    root = tmp_path / "docs"
    (root / "sub").mkdir(parents=True)
    (root / "sub" / "a.md").write_text("A")
    (root / "b.md").write_text("B")
    (root / ".git").mkdir()
    (root / ".git" / "c.md").write_text("hidden")
    entries = {"sub/a.md": b"A", "b.md": b"B", ".git/c.md": b"hidden", "__MACOSX/._b.md": b"hidden"}
    for path in (root, pack(tmp_path / "docs.zip", entries)):
        collected = collect(path)
        assert (collected.name, collected.files, collected.problems) == ("docs", {"b.md": b"B", "sub/a.md": b"A"}, [])
    one = collect(root / "b.md")
    assert (one.name, one.files) == ("docs", {"b.md": b"B"})


@pytest.mark.parametrize(
    "name", ["../evil.md", "/etc/evil.md", "a/../../evil.md", "..\\evil.md", "C:\\evil.md", "C:/evil.md"]
)
def test_a_path_that_leads_out_is_refused(tmp_path: Path, name: str) -> None:
    with pytest.raises(Refused) as refused:
        collect(pack(tmp_path / "x.zip", {"good.md": b"good", name: b"evil"}))
    assert refused.value.problems[0].endswith("the path leads out of the ZIP")


def test_a_link_in_a_zip_or_folder_is_refused(tmp_path: Path) -> None:
    with pytest.raises(Refused) as refused:
        collect(pack(tmp_path / "x.zip", {"link.md": b"/etc/passwd"}, mode=stat.S_IFLNK | 0o777))
    assert "a link to somewhere else" in refused.value.problems[0]
    root = tmp_path / "docs"
    root.mkdir()
    (root / "link.md").symlink_to("/etc/passwd")
    (root / "folder").symlink_to("/etc")
    assert collect(root).problems == ["folder: 1: a link to somewhere else", "link.md: 1: a link to somewhere else"]


def test_a_bomb_is_refused_before_it_is_unpacked(tmp_path: Path) -> None:
    with pytest.raises(Refused, match="not believable"):
        collect(pack(tmp_path / "x.zip", {f"{n}.md": b"0" * 900_000 for n in range(20)}))


def test_an_encrypted_a_doubled_and_a_crowded_zip_are_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = pack(tmp_path / "x.zip", {"a.md": b"secret"})
    data = bytearray(path.read_bytes())
    for mark, offset in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        data[data.index(mark) + offset] |= 1
    path.write_bytes(bytes(data))
    with pytest.raises(Refused) as refused:
        collect(path)
    assert refused.value.problems == ("a.md: 1: encrypted",)
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("a.md", "1")
        with pytest.warns(UserWarning, match="Duplicate"):
            archive.writestr("a.md", "2")
    with pytest.raises(Refused):
        collect(path)
    monkeypatch.setattr("kb.importing.files.MOST_FILES", 2)
    with pytest.raises(Refused, match="more than 2 files"):
        collect(pack(path, {f"{n}.md": b"x" for n in range(3)}))


@pytest.mark.parametrize("data", [b"", b"PK\x03\x04 broken", b"no zip at all"])
def test_a_damaged_zip_is_refused(tmp_path: Path, data: bytes) -> None:
    (tmp_path / "x.zip").write_bytes(data)
    with pytest.raises(Refused, match="damaged"):
        collect(tmp_path / "x.zip")


def test_flipped_bytes_inside_a_zip_are_noticed(tmp_path: Path) -> None:
    path = pack(tmp_path / "x.zip", {"a.md": bytes(range(256)) * 20})
    data = bytearray(path.read_bytes())
    data[60] ^= 0xFF
    path.write_bytes(bytes(data))
    with pytest.raises(Refused, match="damaged"):
        collect(path)


def test_one_file_too_large_is_refused_alone(tmp_path: Path) -> None:
    (tmp_path / "docs").mkdir()
    (tmp_path / "docs" / "big.md").write_bytes(b"x" * (MOST_FILE_BYTES + 1))
    (tmp_path / "docs" / "small.md").write_bytes(b"x")
    collected = collect(tmp_path / "docs")
    assert (list(collected.files), collected.problems) == (["small.md"], ["big.md: 1: larger than 1,000 kB"])


def test_nothing_there_is_said(tmp_path: Path) -> None:
    with pytest.raises(Refused, match="no file or folder"):
        collect(tmp_path / "none")


def test_a_zip_is_known_by_what_it_is(tmp_path: Path) -> None:
    assert collect(pack(tmp_path / "docs.download", {"a.md": b"A"})).files == {"a.md": b"A"}


def test_so_many_files_and_no_more(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("kb.importing.files.MOST_FILES", 2)
    root = tmp_path / "docs"
    root.mkdir()
    for name in ("a.md", "b.md"):
        (root / name).write_text("x")
    assert len(collect(root).files) == len(collect(pack(tmp_path / "x.zip", {"a.md": b"x", "b.md": b"x"})).files) == 2
    (root / "c.md").write_text("x")
    with pytest.raises(Refused, match="more than 2 files"):
        collect(root)


def test_a_file_of_just_the_size_is_taken(tmp_path: Path) -> None:
    (tmp_path / "docs").mkdir()
    (tmp_path / "docs" / "a.md").write_bytes(b"x" * MOST_FILE_BYTES)
    for path in (tmp_path / "docs", pack(tmp_path / "x.zip", {"a.md": b"x" * MOST_FILE_BYTES})):
        assert [len(data) for data in collect(path).files.values()] == [MOST_FILE_BYTES]


def test_a_zip_that_shrinks_as_texts_do_is_taken_however_large(tmp_path: Path) -> None:
    noise = random.Random(5).randbytes(600_000)
    entries = {f"{n}.md": noise + bytes([n]) for n in range(3)}
    assert len(collect(pack(tmp_path / "x.zip", entries)).files) == 3


def test_a_zip_that_unpacks_to_too_much_is_refused_however_it_shrinks(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("kb.importing.files.MOST_TOTAL_BYTES", 1_000)
    noise = random.Random(5).randbytes(1_001)
    assert collect(pack(tmp_path / "x.zip", {"a.md": noise[:1_000]})).files
    with pytest.raises(Refused, match="not believable"):
        collect(pack(tmp_path / "x.zip", {"a.md": noise}))


def test_one_file_too_large_in_a_zip_is_refused_alone(tmp_path: Path) -> None:
    noise = random.Random(5).randbytes(MOST_FILE_BYTES + 1)
    collected = collect(pack(tmp_path / "x.zip", {"big.md": noise, "small.md": b"x"}))
    assert (list(collected.files), collected.problems) == (["small.md"], ["big.md: 1: larger than 1,000 kB"])


def test_of_many_problems_a_hundred_are_told(tmp_path: Path) -> None:
    with pytest.raises(Refused) as refused:
        collect(pack(tmp_path / "x.zip", {f"../{n}.md": b"x" for n in range(120)}))
    assert len(refused.value.problems) == 100
