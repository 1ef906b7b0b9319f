"""Every model file broken: reports and searches work, the page says so, and a sound file serves again at once."""

from __future__ import annotations

import random
from collections.abc import Callable
from pathlib import Path

import pytest

from kb import incidents, search, training, triage
from kb.desk import Desk
from kb.person import OPERATOR, Person
from kb.training import rows
from tests.labelled import write_small_starter

WORDS = {"title": "The till prints nothing", "body": "Since nine.", "impact": "some", "urgency": "high"}


@pytest.fixture
def files(desk: Desk, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> list[Path]:
    """The model files of a desk that has learned from a few rows."""
    (tmp_path / "starter").mkdir()
    monkeypatch.setattr(rows, "STARTER", write_small_starter(tmp_path / "starter", each=6))
    training.first_models(desk)
    return sorted(desk.folder("models").iterdir())


def flipped(content: bytes, chance: random.Random) -> bytes:
    damaged = bytearray(content)
    damaged[chance.randrange(len(damaged))] ^= 1 << chance.randrange(8)
    return bytes(damaged)


def check_works(desk: Desk, user: Person, key: str) -> None:
    """Nothing is guessed, and everything else goes on."""
    assert triage.serving(desk, "type", "severity", "sentiment") == {}
    sent = incidents.submit(desk, user, key=key, **WORDS)
    assert (sent.is_new, sent.type, sent.type_guess) == (True, "", "")
    assert [hit.title for hit in search.search(desk, user, "queue").hits] == ["Print jobs stay in the queue"]


def test_forty_of_forty_flipped_bits_are_noticed(desk: Desk, files: list[Path]) -> None:
    chance, path = random.Random(11), files[0]
    whole, noticed = path.read_bytes(), 0
    for turn in range(40):
        path.write_bytes(flipped(whole, chance))
        versions = {row.id: row for row in training.versions(desk, OPERATOR)}
        noticed += any(row.problem for row in versions.values())
        assert turn < noticed
    assert noticed == 40


@pytest.mark.parametrize(
    "damage",
    [lambda path: path.write_bytes(path.read_bytes()[:100]), lambda path: path.write_bytes(b""), Path.unlink],
    ids=["torn", "empty", "gone"],
)
def test_reports_and_searches_work_without_any_model(
    desk: Desk, files: list[Path], user: Person, make_article: Callable[..., int], damage: Callable[[Path], object]
) -> None:
    make_article()
    whole = {path: path.read_bytes() for path in files}
    for path in files:
        damage(path)
    check_works(desk, user, "without")
    for path, content in whole.items():
        path.write_bytes(content)
    assert set(triage.serving(desk, "type", "severity", "sentiment")) == {"type", "severity", "sentiment"}
