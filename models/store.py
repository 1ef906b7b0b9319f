"""Model files: written whole or not at all, read only when they are the very bytes that were written. Never pickle."""

from __future__ import annotations

import hashlib
import io
import os
import tempfile
import zipfile
from pathlib import Path

import skops.io
from skops.io.exceptions import UntrustedTypesFoundException

from models.sentiment import SentimentModel
from models.triage import TriageModel

Model = TriageModel | SentimentModel

MOST_BYTES = 200 * 2**20  # of a file; 40,000 e-mails give 16 MB
MOST_UNPACKED_BYTES = 2**30
TRUSTED = (
    "models.sentiment.SentimentModel",
    "models.triage.features.TextFeatures",
    "models.triage.model.TriageModel",
)


class BrokenModel(ValueError):
    """Raised when a model file is missing, torn, changed or holds types that aren't ours; the text says which."""


def to_bytes(model: Model) -> bytes:
    """Return the file of a fitted `model`: a deflated skops archive."""
    file = io.BytesIO()
    skops.io.dump(model, file, compression=zipfile.ZIP_DEFLATED, compresslevel=6)
    return file.getvalue()


def save(model: Model, path: Path) -> str:
    """Write `model` to `path` in one step and return the SHA-256 of the file in hex.

    The bytes go to a neighbour, reach the disk and are then renamed, so that a reader or a crash meets the old
    file or the new one. Keep the hash where the file can't be changed with it: `load` asks for it.
    """
    content = to_bytes(model)
    path.parent.mkdir(parents=True, exist_ok=True)
    handle, neighbour = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.", suffix=".tmp")
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        os.replace(neighbour, path)
    except BaseException:
        Path(neighbour).unlink(missing_ok=True)
        raise
    _sync_folder(path.parent)
    return hashlib.sha256(content).hexdigest()


def checked(path: Path, *, sha256: str) -> bytes:
    """Return the bytes of the file in `path`. Raises BrokenModel when they are not those that `save` wrote."""
    content = _read(path)
    if hashlib.sha256(content).hexdigest() != sha256.lower():
        raise BrokenModel(f"The model file {path.name} is not the one that was saved: its SHA-256 differs.")
    return content


def load(path: Path, *, sha256: str) -> Model:
    """Return the model in `path`, which must have the hash that `save` returned.

    Raises
    ------
    BrokenModel
        When the file is missing, too large, changed, torn, or holds a type outside scikit-learn, NumPy, SciPy and
        `TRUSTED`. Nothing of it has run then.
    """
    content = checked(path, sha256=sha256)
    try:
        _check_archive(content, path.name)
        model = skops.io.loads(content, trusted=list(TRUSTED))
    except UntrustedTypesFoundException as error:
        raise BrokenModel(f"The model file {path.name} holds types that are not trusted: {error}") from error
    except (zipfile.BadZipFile, KeyError, TypeError, ValueError, AttributeError, ImportError, EOFError) as error:
        raise (
            error
            if isinstance(error, BrokenModel)
            else BrokenModel(f"The model file {path.name} is damaged and can't be read.")
        ) from error
    if not isinstance(model, TriageModel | SentimentModel):
        raise BrokenModel(f"The model file {path.name} holds no model of ours but a {type(model).__name__}.")
    return model


def _read(path: Path) -> bytes:
    try:
        with path.open("rb") as file:
            content = file.read(MOST_BYTES + 1)
    except OSError as error:
        raise BrokenModel(f"The model file {path.name} can't be read: {error.strerror}.") from error
    if len(content) > MOST_BYTES:
        raise BrokenModel(f"The model file {path.name} is larger than {MOST_BYTES // 2**20} MB.")
    return content


def _check_archive(content: bytes, name: str) -> None:
    """Refuse an archive that would unpack to more than memory should hold."""
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        entries = archive.infolist()
    packed, unpacked = sum(e.compress_size for e in entries), sum(e.file_size for e in entries)
    if packed > len(content) or unpacked > MOST_UNPACKED_BYTES:
        raise BrokenModel(f"The model file {name} would unpack to more than {MOST_UNPACKED_BYTES // 2**30} GB.")


def _sync_folder(folder: Path) -> None:
    if os.name == "nt":  # Windows can't open a folder; its rename is journalled
        return
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
