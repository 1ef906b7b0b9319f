from __future__ import annotations

from pathlib import Path

import pytest

from kb import training
from kb.desk import Desk
from kb.training import rows
from tests.labelled import write_small_starter


@pytest.fixture
def small(desk: Desk, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Desk:
    """A desk whose first models have learned from a few starter rows."""
    monkeypatch.setattr(rows, "STARTER", write_small_starter(tmp_path, each=6))
    training.first_models(desk)
    return desk
