"""The one handle: settings, engine, clock, and what is kept loaded. No business verbs."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, nullcontext
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, TypeVar

from sqlalchemy.exc import DataError, SQLAlchemyError
from sqlmodel import Session

from kb.engine import alone, is_gone, make_engine
from kb.errors import NoDatabase, NotValid
from kb.settings import Settings
from kb.turns import Turns

T = TypeVar("T")
log = logging.getLogger(__name__)


class Desk:
    """What every use case gets first.

    Parameters
    ----------
    settings : Settings
    now : callable, optional
        Gives the present UTC instant; tests hand in their own.
    """

    def __init__(self, settings: Settings, *, now: Callable[[], datetime] | None = None) -> None:
        self.settings = settings
        self.engine = make_engine(settings.database_url)
        self._readonly = self.engine.execution_options(readonly=True)
        database = self.engine.url.database if self.engine.dialect.name == "sqlite" else None
        self._turns = Turns(Path(database)) if database else None
        self.now = now or (lambda: datetime.now(UTC))
        self._kept: dict[str, tuple[object, Any]] = {}
        self._locks: dict[str, threading.Lock] = {}
        self._lock = threading.Lock()
        self.closing = threading.Event()
        """Set when the process is told to stop: nobody waits for what takes minutes and can begin again."""

    @contextmanager
    def transaction(self) -> Iterator[Session]:
        """One unit of work: commits at the end, rolls back on an error. SQLite begins IMMEDIATE, writers take turns.

        Raises NoDatabase when there is none to ask, as `reading` does.
        """
        turn = self._turns.turn() if self._turns else nullcontext()
        with _answering(), turn, Session(self.engine, expire_on_commit=False) as session, session.begin():
            yield session

    @contextmanager
    def reading(self) -> Iterator[Session]:
        """A consistent view that takes no write lock."""
        with _answering(), Session(self._readonly, expire_on_commit=False) as session:
            yield session

    @contextmanager
    def alone(self, what: str) -> Iterator[None]:
        """Of all processes of this installation one at a time is in here; the others wait."""
        with alone(self.engine, self.settings.home, what):
            yield

    def kept(self, name: str, stamp: object, make: Callable[[], T]) -> T:
        """The thing loaded as `name`, made anew when `stamp` has changed; nobody makes it twice."""
        return self.renewed(name, stamp, lambda _: make())

    def renewed(self, name: str, stamp: object, make: Callable[[T | None], T]) -> T:
        """As `kept`, made from what was there before, None the first time."""
        held = self._kept.get(name)
        if held and held[0] == stamp:
            return held[1]  # type: ignore[no-any-return]
        with self._lock:
            lock = self._locks.setdefault(name, threading.Lock())
        with lock:
            held = self._kept.get(name)
            if not held or held[0] != stamp:
                held = (stamp, make(held[1] if held else None))
                self._kept[name] = held
        return held[1]

    def folder(self, name: str) -> Path:
        """A private folder in the home folder, made when missing."""
        path = self.settings.home / name
        path.mkdir(mode=0o700, exist_ok=True)
        return path

    def close(self) -> None:
        self.engine.dispose()
        self._kept.clear()


@contextmanager
def _answering() -> Iterator[None]:
    try:
        yield
    except (UnicodeEncodeError, DataError) as error:  # half of a character, a NUL, asked for as an id or a name
        log.warning("Refused what no database keeps", exc_info=True)
        raise NotValid("text", "There is something in this that no database keeps.") from error
    except SQLAlchemyError as error:
        if is_gone(error):
            raise NoDatabase from error
        raise
