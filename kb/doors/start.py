"""Brings an installation up: the process's one desk, and what a first start makes."""

from __future__ import annotations

import ctypes
import gc
import logging
import os
import threading
import time
from collections.abc import Callable, Sequence
from contextlib import suppress
from functools import lru_cache
from importlib import import_module

from sqlalchemy import text
from sqlalchemy.exc import SQLAlchemyError

from kb import articles, people, search, services
from kb.desk import Desk
from kb.doors.log import open_log
from kb.errors import Closing, NoDatabase
from kb.migrations import upgrade
from kb.person import guest
from kb.search import golden
from kb.settings import DEFAULT_ADDRESS, Settings

log = logging.getLogger(__name__)

MOST_FILES = 65_536
"""Streamlit holds four open files for each tab: with the usual limit of 1,024 the 230th would find the door shut."""
MOST_ARENAS = 2
"""glibc gives threads eight stores of memory a processor, and each keeps its leftovers: an hour of people made 17.
Only one thread at a time runs Python, so two lose no speed."""
HEAD_START_SECONDS = 2
"""So long the first page has the processors to itself; what comes up beside it takes a second of them from it."""


@lru_cache(maxsize=1)
def the_desk() -> Desk:
    """The desk of this process, made from the environment and migrated. Tests clear the cache.

    A new installation has its first articles whichever door opens it: the portal, or `firstline search`.
    """
    open_log()
    desk = Desk(Settings.from_env(os.environ))
    if upgrade(desk.engine):
        furnish(desk)
    return desk


def open_portal(port: int, *, later: Sequence[str] = ()) -> Callable[[], None]:
    """Bring the portal up and say where it is; gives the function that closes it.

    What the first pages need not wait for comes up beside them: the modules named by `later`, scikit-learn, the first
    models (until then the pages say that a person will look) and the clock.
    """
    allow_many_files()
    share_arenas()
    desk = the_desk()
    furnish(desk)
    search.suggest(desk, guest(""), "ready?")  # makes the index before somebody waits for it
    stops: list[Callable[[], None]] = []
    finishing = threading.Thread(target=_finish, args=(desk, later, stops), name="start")
    finishing.start()
    print(greeting(desk, port), flush=True)

    def close() -> None:
        desk.closing.set()
        finishing.join()
        for stop in stops:
            stop()
        desk.close()

    return close


def allow_many_files(most: int = MOST_FILES) -> None:
    """Raise the number of files this process may hold open, as far as the system lets it."""
    with suppress(ImportError, OSError, ValueError):  # no Unix, or not allowed
        import resource

        soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
        allowed = most if hard == resource.RLIM_INFINITY else min(most, hard)
        if soft != resource.RLIM_INFINITY and soft < allowed:
            resource.setrlimit(resource.RLIMIT_NOFILE, (allowed, hard))


def share_arenas(most: int = MOST_ARENAS) -> bool:
    """Let the threads of this process share so many stores of memory; False where the system has no such setting.

    To be asked for before many threads run: `M_ARENA_MAX` of mallopt(3) takes back no store that exists.
    """
    try:
        return bool(ctypes.CDLL(None).mallopt(_M_ARENA_MAX, most))
    except (AttributeError, OSError, TypeError):  # another C library, or no Unix
        return False


_M_ARENA_MAX = -8  # malloc.h of glibc


def furnish(desk: Desk) -> None:
    """What a new installation begins with; processes that start together take turns, and the first brings it."""
    with desk.alone("start"):
        services.seed(desk)
        articles.load_starter(desk)
        golden.load_starter(desk)


def greeting(desk: Desk, port: int) -> str:
    """One line: the address, and the link for the first administrator while there is none."""
    base = desk.settings.base_url
    address = f"http://localhost:{port}" if base == DEFAULT_ADDRESS else base
    token = people.first_link(desk)
    if token is None:
        return f"Firstline is at {address}"
    return f"Firstline is at {address} - become its administrator: {address}/account/first?token={token}"


def is_database_well(*, lately: float = 0) -> bool:
    """Whether the database answers; that it did within `lately` seconds will do."""
    global _answered_at
    if time.monotonic() - _answered_at < lately:
        return True
    try:
        with the_desk().reading() as session:
            session.connection().execute(text("SELECT 1"))
    except (NoDatabase, SQLAlchemyError):
        if not _outage.is_set():  # every open page asks twice a second; the log needs it once
            log.exception("The database does not answer")
        _outage.set()
        return False
    _answered_at = time.monotonic()
    if _outage.is_set():
        log.warning("The database answers again")
    _outage.clear()
    return True


_outage = threading.Event()
_answered_at = float("-inf")


def _finish(desk: Desk, later: Sequence[str], stops: list[Callable[[], None]]) -> None:
    """A failure here leaves the portal without an assistant, not down."""
    if desk.closing.wait(HEAD_START_SECONDS):
        return
    try:
        from kb import training
        from kb.doors import clock

        for module in later:
            import_module(module)
        training.first_models_aside(desk)
        if desk.settings.is_clock_inside:
            stops.append(clock.start(desk))
    except Closing:
        return
    except Exception:
        log.exception("The portal is up, but not whole")
    # Streamlit collects garbage after every rerun; what is loaded by now need not be looked at again.
    gc.collect()
    gc.freeze()
