"""Brings an installation up: the process's one desk, and what a first start makes."""

from __future__ import annotations

import os
from collections.abc import Callable
from functools import lru_cache

from kb.desk import Desk
from kb.migrations import upgrade
from kb.settings import Settings


@lru_cache(maxsize=1)
def the_desk() -> Desk:
    """The desk of this process, made from the environment and migrated. Tests clear the cache."""
    desk = Desk(Settings.from_env(os.environ))
    upgrade(desk.engine)
    return desk


def open_portal() -> Callable[[], None]:
    """Bring the portal up; gives the function that closes it."""
    desk = the_desk()
    return desk.close
