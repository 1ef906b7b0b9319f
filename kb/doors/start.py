"""Brings an installation up: the process's one desk, and what a first start makes."""

from __future__ import annotations

import gc
import logging
import os
import threading
from collections.abc import Callable
from functools import lru_cache

from sqlalchemy import text
from sqlalchemy.exc import SQLAlchemyError

from kb import articles, people, search, services, training
from kb.desk import Desk
from kb.doors import clock
from kb.migrations import upgrade
from kb.person import guest
from kb.settings import DEFAULT_ADDRESS, Settings

log = logging.getLogger(__name__)


@lru_cache(maxsize=1)
def the_desk() -> Desk:
    """The desk of this process, made from the environment and migrated. Tests clear the cache."""
    desk = Desk(Settings.from_env(os.environ))
    upgrade(desk.engine)
    return desk


def open_portal(port: int) -> Callable[[], None]:
    """Bring the portal up and say where it is; gives the function that closes it.

    The assistant learns in a thread beside the first pages: until it has, they say that a person will look.
    """
    desk = the_desk()
    services.seed(desk)
    articles.load_starter(desk)
    search.suggest(desk, guest(""), "ready?")  # makes the index before somebody waits for it
    learning = threading.Thread(target=_learn, args=(desk,), name="first-models")
    learning.start()
    stop_clock = clock.start(desk) if desk.settings.is_clock_inside else None
    print(greeting(desk, port), flush=True)

    def close() -> None:
        if stop_clock:
            stop_clock()
        learning.join()
        desk.close()

    return close


def greeting(desk: Desk, port: int) -> str:
    """One line: the address, and the link for the first administrator while there is none."""
    base = desk.settings.base_url
    address = f"http://localhost:{port}" if base == DEFAULT_ADDRESS else base
    token = people.first_link(desk)
    if token is None:
        return f"Firstline is at {address}"
    return f"Firstline is at {address} - become its administrator: {address}/account/first?token={token}"


def is_database_well() -> bool:
    """Whether the database answers."""
    try:
        with the_desk().reading() as session:
            session.connection().execute(text("SELECT 1"))
    except SQLAlchemyError:
        log.exception("The database does not answer")
        return False
    return True


def _learn(desk: Desk) -> None:
    """Train the first models where there are none; a failure leaves the portal without an assistant, not down."""
    try:
        training.first_models(desk)
    except Exception:
        log.exception("The first models could not be trained")
    gc.collect()
    gc.freeze()
