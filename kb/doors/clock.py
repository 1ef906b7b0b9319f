"""The clock: runs the jobs when they are due, inside the server or as `firstline clock` beside it."""

from __future__ import annotations

import logging
import signal
import threading
from collections.abc import Callable
from datetime import UTC

from apscheduler.schedulers.background import BackgroundScheduler

from kb import jobs
from kb.desk import Desk

SLOWEST_TICK_SECONDS = 30
# A job that takes longer than a tick is no news; what fails is logged by the job itself.
logging.getLogger("apscheduler").setLevel(logging.ERROR)


def start(desk: Desk) -> Callable[[], None]:
    """Run the jobs in threads of their own; gives the function that stops the clock and waits for them.

    A job that trains or measures aside is given up then, and begins again with the next clock.

    The leases are the timetable: the clock asks twice a period whether a job is due, the database decides.
    """
    scheduler = BackgroundScheduler(timezone=UTC)
    for job in jobs.JOBS:
        scheduler.add_job(
            jobs.run,
            "interval",
            args=(desk, job),
            id=job.name,
            seconds=min(SLOWEST_TICK_SECONDS, job.period_seconds / 2),
            coalesce=True,
            max_instances=1,
            misfire_grace_time=60,
        )
    scheduler.start()

    def stop() -> None:
        desk.closing.set()
        scheduler.shutdown()

    return stop


def run_until_stopped(desk: Desk) -> None:
    """Run the clock in the foreground until SIGTERM or SIGINT (Ctrl+C) comes."""
    stopped = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: stopped.set())
    stop = start(desk)
    stopped.wait()
    stop()
