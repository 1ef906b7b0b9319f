"""The form of a backup: a ZIP of members, a manifest with the SHA-256 of each, and as its comment a seal.

The seal is the SHA-256 of all bytes before it: a ZIP has bytes that no reader looks at, as the times of its members.
"""

from __future__ import annotations

import hashlib
import json
import os
import re
import shutil
import zipfile
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import IO, BinaryIO

from kb.errors import Refused

MANIFEST, FORMAT = "manifest.json", 1
DATABASE, SECRET = "database", "secret"
FOLDERS = ("attachments", "models")
MEMBER = re.compile(rf"{DATABASE}|{SECRET}|(?:{'|'.join(FOLDERS)})/[\w-][\w.-]{{0,200}}")
LARGEST_MANIFEST = 100_000_000
CHUNK = 1 << 20
SEAL_BYTES = 64
"""The length of a SHA-256 in hexadecimal digits."""
BROKEN = "This is not a whole backup of Firstline: "


@dataclass(frozen=True, slots=True)
class Member:
    """One file of a backup."""

    sha256: str
    bytes: int


@dataclass(frozen=True, slots=True)
class Manifest:
    """What a backup holds. `database` is sqlite or postgresql, `schema` the PostgreSQL schema."""

    version: str
    revision: str
    made_at: str
    database: str
    schema: str
    members: Mapping[str, Member]


def sha256_of(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def leave_room_for_seal(archive: zipfile.ZipFile) -> None:
    archive.comment = b"0" * SEAL_BYTES


def seal(file: BinaryIO) -> None:
    """Write the seal into its place at the end; `file` holds a closed archive and can be read and written."""
    digest = _sha256_before_seal(file)
    file.write(digest.encode())


def require_sealed(path: Path) -> None:
    """Raises Refused when any byte of the file is not as it was sealed."""
    with path.open("rb") as file:
        digest = _sha256_before_seal(file)
        if file.read() != digest.encode():
            raise Refused(BROKEN + "its bytes are not those that were written.")


def _sha256_before_seal(file: BinaryIO) -> str:
    """The SHA-256 of all but the seal; afterwards `file` stands where the seal begins."""
    left, digest = max(file.seek(0, os.SEEK_END) - SEAL_BYTES, 0), hashlib.sha256()
    file.seek(0)
    while left and (chunk := file.read(min(CHUNK, left))):
        digest.update(chunk)
        left -= len(chunk)
    return digest.hexdigest()


def add(archive: zipfile.ZipFile, name: str, path: Path) -> Member:
    """Add a file; the hash is of the very bytes written."""
    digest, size = hashlib.sha256(), 0
    with path.open("rb") as source, archive.open(name, "w", force_zip64=True) as member:
        while chunk := source.read(CHUNK):
            member.write(chunk)
            digest.update(chunk)
            size += len(chunk)
    return Member(digest.hexdigest(), size)


def add_manifest(archive: zipfile.ZipFile, manifest: Manifest) -> None:
    told = {"application": "firstline", "format": FORMAT, **asdict(manifest)}
    archive.writestr(MANIFEST, json.dumps(told, indent=1))


def read_manifest(archive: zipfile.ZipFile) -> Manifest:
    """The manifest, once it fits the members that are there. Raises Refused."""
    infos = {info.filename: info for info in archive.infolist()}
    if len(infos) != len(archive.infolist()) or MANIFEST not in infos:
        raise Refused(BROKEN + "it has no manifest, or a file twice.")
    if infos[MANIFEST].file_size > LARGEST_MANIFEST:
        raise Refused(BROKEN + "its manifest is too large.")
    manifest = _parsed(archive.read(MANIFEST))
    odd = sorted(set(manifest.members) ^ (set(infos) - {MANIFEST}))
    odd += [name for name in manifest.members if not MEMBER.fullmatch(name)]
    odd += [
        name for name, member in manifest.members.items() if name in infos and infos[name].file_size != member.bytes
    ]
    if odd or DATABASE not in manifest.members:
        raise Refused(BROKEN + "manifest and files don't fit together.", sorted(set(odd)))
    return manifest


def extract(archive: zipfile.ZipFile, manifest: Manifest, folder: Path) -> None:
    """Write all members below `folder`. Raises Refused when one is not what the manifest says."""
    for name, member in manifest.members.items():
        target = folder / name
        target.parent.mkdir(mode=0o700, exist_ok=True)
        with archive.open(name) as source, target.open("xb") as file:
            _copy(source, file)
        target.chmod(0o600)
        if sha256_of(target) != member.sha256:
            raise Refused(BROKEN + f"{name} is damaged.")


def _copy(source: IO[bytes], file: IO[bytes]) -> None:
    try:
        shutil.copyfileobj(source, file, CHUNK)
    except (zipfile.BadZipFile, EOFError) as error:
        raise Refused(BROKEN + f"{Path(file.name).name} is damaged.") from error


def _parsed(text: bytes) -> Manifest:
    try:
        told = json.loads(text)
        is_ours = told.pop("application") == "firstline" and told.pop("format") == FORMAT
        members = {name: Member(**member) for name, member in told.pop("members").items()}
        manifest = Manifest(**told, members=members)
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise Refused(BROKEN + "its manifest can't be read.") from error
    if not is_ours:
        raise Refused(BROKEN + "its manifest is of another form.")
    return manifest
