"""Jobs: once per period whatever the number of clocks, recorded when they did something, never fatal."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable, Iterator
from datetime import timedelta

import pytest
from sqlmodel import select

from kb import jobs
from kb.desk import Desk
from kb.errors import Closing, NotAllowed
from kb.jobs import Job
from kb.labels import Role
from kb.person import Person
from kb.settings import Settings
from kb.tables import JobRun, Lease


def counting(message: str = "done") -> tuple[Job, list[Person]]:
    """A job every 60 seconds, and who ran it."""
    runs: list[Person] = []

    def work(_desk: Desk, person: Person) -> str:
        runs.append(person)
        return message

    return Job("counting", work, 60, "Counts"), runs


@pytest.fixture
def second_desk(environ: dict[str, str], clock: Callable[[], object]) -> Iterator[Desk]:
    desk = Desk(Settings.from_env(environ), now=clock)  # type: ignore[arg-type]
    yield desk
    desk.close()


def recorded(desk: Desk) -> list[JobRun]:
    with desk.reading() as session:
        return list(session.exec(select(JobRun).order_by(JobRun.id)))


def test_two_desks_run_a_job_once_per_period(desk: Desk, second_desk: Desk, clock: object) -> None:
    job, runs = counting()
    ran = []
    for _ in range(3):
        ran += [jobs.run(desk, job), jobs.run(second_desk, job)]
        clock.forward(seconds=60)
    assert ran == [True, False] * 3
    assert [person.role for person in runs] == [Role.ADMIN] * 3


def test_eight_clocks_at_once_run_a_job_once_per_period(desk: Desk, second_desk: Desk, clock: object) -> None:
    job, runs = counting()
    for _ in range(5):
        at_once = threading.Barrier(8)

        def tick(own: Desk, at_once: threading.Barrier = at_once) -> None:
            at_once.wait()
            jobs.run(own, job)

        threads = [threading.Thread(target=tick, args=(own,)) for own in (desk, second_desk) * 4]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        clock.forward(seconds=61)
    assert len(runs) == 5


def test_a_job_under_way_is_not_started_again_until_its_clock_is_given_up(desk: Desk, clock: object) -> None:
    job, runs = counting()
    with desk.transaction() as session:
        session.add(Lease(name=job.name, holder="a clock that died", until=desk.now() + jobs.GUARD))
    clock.forward(minutes=14)
    assert not jobs.run(desk, job)
    clock.forward(minutes=2)
    assert jobs.run(desk, job)
    assert len(runs) == 1


def test_a_clock_given_up_does_not_shorten_the_lease_of_its_successor(
    desk: Desk, second_desk: Desk, clock: object
) -> None:
    job, runs = counting()

    def slow(_desk: Desk, _person: Person) -> str:
        clock.forward(minutes=20)
        assert jobs.run(second_desk, job)
        return ""

    jobs.run(desk, Job(job.name, slow, 60, ""))
    assert len(runs) == 1
    assert not jobs.run(desk, job)


def test_a_run_is_recorded_only_when_it_did_something(desk: Desk, clock: object) -> None:
    jobs.run(desk, counting("")[0])
    assert recorded(desk) == []
    clock.forward(minutes=1)
    jobs.run(desk, counting("3 things")[0])
    assert [(run.name, run.message, run.is_ok) for run in recorded(desk)] == [("counting", "3 things", True)]


def test_a_failure_is_logged_recorded_and_not_tried_again_at_once(
    desk: Desk, clock: object, caplog: pytest.LogCaptureFixture
) -> None:
    def broken(_desk: Desk, _person: Person) -> str:
        raise ZeroDivisionError("private detail")

    job = Job("broken", broken, 60, "")
    with caplog.at_level(logging.ERROR):
        assert jobs.run(desk, job)
    assert "private detail" in caplog.text
    assert [(run.is_ok, "private" in run.message) for run in recorded(desk)] == [(False, False)]
    clock.forward(minutes=2)
    assert not jobs.run(desk, job)
    clock.forward(minutes=4)
    assert jobs.run(desk, job)


def test_an_administrator_sees_what_was_done_and_what_is_due(desk: Desk, admin: Person, lead: Person) -> None:
    before = jobs.states(desk, admin)
    assert [state.name for state in before] == [
        "outbox",
        "sla",
        "bursts",
        "retrain",
        "shadow",
        "assess",
        "drift",
        "outcomes",
        "verify",
        "tidy",
    ]
    assert {(state.last_at, state.next_at, state.is_ok) for state in before} == {(None, None, True)}
    jobs.run(desk, Job("tidy", counting("7 rows")[0].function, 3600, ""))
    tidy = jobs.states(desk, admin)[-1]
    assert (tidy.last_at, tidy.message, tidy.next_at) == (desk.now(), "7 rows", desk.now() + timedelta(hours=1))
    with pytest.raises(NotAllowed):
        jobs.states(desk, lead)


@pytest.mark.parametrize("job", [job for job in jobs.JOBS if job.name != "retrain"], ids=lambda job: job.name)
def test_on_an_empty_desk_there_is_nothing_to_do(desk: Desk, job: Job) -> None:
    assert jobs.run(desk, job)
    assert recorded(desk) == []


def test_a_job_given_up_when_the_portal_stops_is_due_at_once(desk: Desk) -> None:
    def work(_desk: Desk, _person: Person) -> str:
        raise Closing

    assert jobs.run(desk, Job("counting", work, 60, "Counts"))
    assert recorded(desk) == []
    job, runs = counting()
    assert jobs.run(desk, job)
    assert len(runs) == 1
