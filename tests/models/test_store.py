"""Model files: whole or refused, and nothing in them runs."""

from __future__ import annotations

import hashlib
import os
import pickle
import zipfile
from pathlib import Path

import numpy as np
import pytest
import skops.io
from sklearn.preprocessing import FunctionTransformer, StandardScaler

from models import store
from models.sentiment import SentimentModel
from models.store import BrokenModel, load, save
from models.triage import TriageModel

TEXTS = ["The printer jams", "Paper stuck in the printer", "Cannot log in, password wrong", "Password expired"]
LABELS = ["hardware", "hardware", "access", "access"]


@pytest.fixture(scope="module")
def model() -> TriageModel:
    return TriageModel(ordered_labels=("access", "hardware")).fit(TEXTS, LABELS)


def _hash(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()


def test_a_loaded_model_says_the_same(model: TriageModel, tmp_path: Path) -> None:
    path = tmp_path / "folder" / "type.skops"
    loaded = load(path, sha256=save(model, path))
    assert isinstance(loaded, TriageModel)
    assert np.array_equal(loaded.predict_proba(TEXTS), model.predict_proba(TEXTS))
    assert loaded.guess(TEXTS[0]) == model.guess(TEXTS[0])
    assert loaded.get_params() == model.get_params()


def test_a_loaded_sentiment_model_says_the_same(tmp_path: Path) -> None:
    model = SentimentModel().fit(["thanks, great", "did not work"], ["positive", "negative"])
    loaded = load(tmp_path / "s.skops", sha256=save(model, tmp_path / "s.skops"))
    assert isinstance(loaded, SentimentModel)
    assert loaded.guess("great") == model.guess("great")


def test_a_model_of_one_label_can_be_kept(tmp_path: Path) -> None:
    single = TriageModel().fit(TEXTS[:2], LABELS[:2])
    assert load(tmp_path / "m", sha256=save(single, tmp_path / "m")).guess("x").label == "hardware"


def test_the_hash_is_that_of_the_file_and_nothing_else_is_left(model: TriageModel, tmp_path: Path) -> None:
    assert save(model, tmp_path / "m") == _hash(tmp_path / "m")
    assert [path.name for path in tmp_path.iterdir()] == ["m"]
    assert os.name == "nt" or (tmp_path / "m").stat().st_mode & 0o077 == 0


def test_a_failed_save_leaves_the_old_file(model: TriageModel, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    before = save(model, tmp_path / "m")

    def fail(source: object, target: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "replace", fail)
    with pytest.raises(OSError, match="No space"):
        save(model, tmp_path / "m")
    assert [path.name for path in tmp_path.iterdir()] == ["m"]
    assert _hash(tmp_path / "m") == before


def test_a_missing_file_is_named(tmp_path: Path) -> None:
    with pytest.raises(BrokenModel, match=r"m\.skops can't be read"):
        load(tmp_path / "m.skops", sha256="")


def test_a_changed_byte_is_noticed(model: TriageModel, tmp_path: Path) -> None:
    sha256 = save(model, tmp_path / "m")
    content = bytearray((tmp_path / "m").read_bytes())
    content[len(content) // 2] ^= 1
    (tmp_path / "m").write_bytes(content)
    with pytest.raises(BrokenModel, match="not the one that was saved"):
        load(tmp_path / "m", sha256=sha256)


@pytest.mark.parametrize("share", [0.0, 0.5, 0.99])
def test_a_torn_file_is_refused_even_with_its_own_hash(model: TriageModel, tmp_path: Path, share: float) -> None:
    save(model, tmp_path / "m")
    content = (tmp_path / "m").read_bytes()
    (tmp_path / "m").write_bytes(content[: int(len(content) * share)])
    with pytest.raises(BrokenModel, match="damaged"):
        load(tmp_path / "m", sha256=_hash(tmp_path / "m"))


def test_a_pickle_is_not_run(tmp_path: Path) -> None:
    class Payload:
        def __reduce__(self) -> tuple[object, ...]:
            return (Path.touch, (tmp_path / "ran",))

    (tmp_path / "m").write_bytes(pickle.dumps(Payload()))
    with pytest.raises(BrokenModel, match="damaged"):
        load(tmp_path / "m", sha256=_hash(tmp_path / "m"))
    assert not (tmp_path / "ran").exists()


def test_untrusted_types_are_refused(tmp_path: Path) -> None:
    skops.io.dump(FunctionTransformer(os.system), tmp_path / "m")
    with pytest.raises(BrokenModel, match="not trusted"):
        load(tmp_path / "m", sha256=_hash(tmp_path / "m"))


def test_a_model_that_is_not_ours_is_refused(tmp_path: Path) -> None:
    skops.io.dump(StandardScaler(), tmp_path / "m")
    with pytest.raises(BrokenModel, match="holds no model of ours"):
        load(tmp_path / "m", sha256=_hash(tmp_path / "m"))


def test_a_file_too_large_or_unpacking_too_large_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with zipfile.ZipFile(tmp_path / "m", "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("schema.json", b"0" * 10_000)
    monkeypatch.setattr(store, "MOST_UNPACKED_BYTES", 9_999)
    with pytest.raises(BrokenModel, match="unpack"):
        load(tmp_path / "m", sha256=_hash(tmp_path / "m"))
    monkeypatch.setattr(store, "MOST_BYTES", 10)
    with pytest.raises(BrokenModel, match="larger than"):
        load(tmp_path / "m", sha256=_hash(tmp_path / "m"))


def test_only_our_own_classes_need_trust(model: TriageModel) -> None:
    assert set(skops.io.get_untrusted_types(data=store.to_bytes(model))) <= set(store.TRUSTED)
