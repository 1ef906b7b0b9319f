from __future__ import annotations

import json
import os
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from kb import aside
from kb.aside import run_aside
from kb.desk import Desk
from kb.errors import Closing, FirstlineError
from kb.settings import Settings


@pytest.fixture
def fresh(tmp_path: Path) -> Iterator[Desk]:
    """An installation that the command brings up by itself."""
    desk = Desk(Settings.from_env({"FIRSTLINE_HOME": str(tmp_path)}))
    yield desk
    desk.close()


def test_a_command_runs_on_the_same_installation(fresh: Desk) -> None:
    assert json.loads(run_aside(fresh, "user", "list", "--json")) == []
    assert fresh.settings.home.joinpath("firstline.db").exists()


@pytest.mark.skipif(not hasattr(os, "setpriority"), reason="this system has no priorities")
def test_it_gives_way_to_everybody_else(fresh: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    real, seen = os.setpriority, []

    def set_and_look(which: int, who: int, priority: int) -> None:
        real(which, who, priority)
        seen.append(os.getpriority(which, who) - os.getpriority(which, 0))

    monkeypatch.setattr(os, "setpriority", set_and_look)
    monkeypatch.setattr(aside, "LOW_PRIORITY", 10)
    run_aside(fresh, "user", "list", "--json")
    assert seen == [10 - os.getpriority(os.PRIO_PROCESS, 0)]


def test_what_it_complains_of_is_told(fresh: Desk) -> None:
    with pytest.raises(FirstlineError, match=r"^It stopped: Nobody here has the e-mail address nobody@"):
        run_aside(fresh, "user", "disable", "nobody@example.com")


def test_it_is_stopped_when_it_takes_too_long(fresh: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(aside, "LONGEST", 0)
    with pytest.raises(FirstlineError, match="was stopped"):
        run_aside(fresh, "jobs", "--json")


def test_it_is_stopped_when_the_desk_closes(fresh: Desk) -> None:
    threading.Timer(0.5, fresh.closing.set).start()
    with pytest.raises(Closing):
        run_aside(fresh, "clock")
