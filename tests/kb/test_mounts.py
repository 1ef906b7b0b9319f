"""A database on a disk of another machine is refused at the start, not found out by corruption."""

from __future__ import annotations

from pathlib import Path

import pytest

from kb import mounts
from kb.errors import BadSetting
from kb.settings import Settings

TABLE = """\

odd
overlay / overlay rw,relatime 0 0
proc /proc proc rw,nosuid 0 0
files:/export/data /srv/data nfs4 rw,vers=4.2 0 0
/dev/sdb1 /srv/data/own ext4 rw 0 0
//files/with\\040blank /srv/with\\040blank cifs rw 0 0
me@files: /home/me/far fuse.sshfs rw 0 0
/dev/sdc1 /srv/twice ext4 rw 0 0
files:/twice /srv/twice nfs rw 0 0
"""


@pytest.fixture
def table(tmp_path: Path) -> Path:
    file = tmp_path / "mounts"
    file.write_text(TABLE)
    return file


@pytest.mark.parametrize(
    ("file", "kind"),
    [
        ("/var/lib/firstline/firstline.db", ""),
        ("/srv/data/firstline.db", "nfs4"),
        ("/srv/data/below/firstline.db", "nfs4"),
        ("/srv/data/own/firstline.db", ""),
        ("/srv/database/firstline.db", ""),
        ("/srv/with blank/firstline.db", "cifs"),
        ("/home/me/far/firstline.db", "fuse.sshfs"),
        ("/srv/twice/firstline.db", "nfs"),
    ],
)
def test_the_nearest_mount_says_what_a_file_lies_on(table: Path, file: str, kind: str) -> None:
    assert mounts.network_disk(Path(file), table) == kind


def test_a_link_that_leads_to_another_machine_is_followed(tmp_path: Path) -> None:
    (tmp_path / "far").mkdir()
    (tmp_path / "near").symlink_to(tmp_path / "far")
    table = tmp_path / "mounts"
    table.write_text(f"/dev/sda1 / ext4 rw 0 0\nfiles:/ {(tmp_path / 'far').resolve()} nfs rw 0 0\n")
    assert mounts.network_disk(tmp_path / "near" / "firstline.db", table) == "nfs"


def test_a_system_that_does_not_say_is_believed(tmp_path: Path) -> None:
    assert mounts.network_disk(tmp_path / "firstline.db", tmp_path / "no such file") == ""


@pytest.mark.parametrize("kind", sorted(mounts.NETWORK))
def test_no_start_on_a_network_disk(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, kind: str) -> None:
    table = tmp_path / "mounts"
    table.write_text(f"/dev/sda1 / ext4 rw 0 0\nfiles:/ {tmp_path.resolve()} {kind} rw 0 0\n")
    monkeypatch.setattr(mounts, "MOUNTS", table)
    home = {"FIRSTLINE_HOME": str(tmp_path / "home")}
    with pytest.raises(BadSetting, match=rf"FIRSTLINE_HOME is .*\({kind}\).*expected a disk of this machine"):
        Settings.from_env(home)
    elsewhere = {"FIRSTLINE_DATABASE_URL": f"sqlite:///{tmp_path / 'firstline.db'}"}
    with pytest.raises(BadSetting, match="FIRSTLINE_DATABASE_URL is"):
        Settings.from_env(home | elsewhere)
    assert Settings.from_env(home | {"FIRSTLINE_DATABASE_URL": "postgresql+psycopg://db/firstline"})
