"""Restoring a backup into an empty installation."""

from __future__ import annotations

import zipfile
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

from kb.backup import archive, databases
from kb.errors import Conflict, NotFound, Refused
from kb.migrations import revisions
from kb.settings import Settings


@dataclass(frozen=True, slots=True)
class Restored:
    """What was restored: how many files, made when and by which version."""

    members: int
    made_at: str
    version: str


def restore(settings: Settings, file: Path) -> Restored:
    """Bring back a backup; the next start migrates it when it is of an older version.

    Everything is unpacked and verified first; the database comes last, so that an installation is either
    whole or still counts as empty. Raises Refused for a file that is damaged or fits another database,
    Conflict when there are data already.
    """
    if not file.is_file():
        raise NotFound(f"There is no file {file}.")
    archive.require_sealed(file)
    try:
        with zipfile.ZipFile(file) as pack:
            manifest = archive.read_manifest(pack)
            _check_fit(settings, manifest)
            _require_empty(settings)
            with TemporaryDirectory(dir=settings.home, prefix="restore-") as folder:
                archive.extract(pack, manifest, Path(folder))
                _move(settings, manifest, Path(folder))
    except zipfile.BadZipFile as error:
        raise Refused(archive.BROKEN + "the ZIP is damaged.") from error
    return Restored(len(manifest.members), manifest.made_at, manifest.version)


def _check_fit(settings: Settings, manifest: archive.Manifest) -> None:
    kind = "sqlite" if settings.database_url.startswith("sqlite") else "postgresql"
    if manifest.database != kind:
        raise Refused(f"The backup is of a {manifest.database} database; FIRSTLINE_DATABASE_URL names {kind}.")
    if manifest.revision and manifest.revision not in revisions():
        raise Refused(f"The backup was made by a newer version, {manifest.version}. Install that one first.")


def _require_empty(settings: Settings) -> None:
    databases.require_empty(settings.database_url)
    for name in archive.FOLDERS:
        folder = settings.home / name
        if folder.is_dir() and any(folder.iterdir()):
            raise Conflict(f"There are files in {folder} already; a backup is restored only into an empty home.")


def _move(settings: Settings, manifest: archive.Manifest, folder: Path) -> None:
    for name in archive.FOLDERS:
        target = settings.home / name
        target.mkdir(mode=0o700, exist_ok=True)
        for path in sorted((folder / name).glob("*")):
            path.replace(target / path.name)
    if archive.SECRET in manifest.members:
        (folder / archive.SECRET).replace(settings.home / archive.SECRET)
    databases.put_back(settings.database_url, folder / archive.DATABASE, manifest.schema)
