"""Jobs: what the clock does by itself, how often, and the lease that keeps two clocks from doubling it."""

from __future__ import annotations

import logging
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy.exc import IntegrityError
from sqlmodel import Session, col, func, select, update

from kb import articles, assessing, delivery, retention, sla, training
from kb.desk import Desk
from kb.errors import Closing
from kb.incidents import outages
from kb.labels import Role
from kb.person import OPERATOR, Person
from kb.search import outcomes
from kb.tables import JobRun, Lease, new_id

log = logging.getLogger(__name__)

GUARD = timedelta(minutes=15)
"""A clock that dies holding a lease blocks the job for no longer than this."""
AFTER_FAILURE = timedelta(minutes=5)
"""A job that fails is not tried more often than this, whatever its period."""
FAILED = "Failed; the log of the server says why."


@dataclass(frozen=True, slots=True)
class Job:
    """A use case with a period. `function` says what it did; an empty text means there was nothing to do."""

    name: str
    function: Callable[[Desk, Person], str]
    period_seconds: int
    purpose: str


@dataclass(frozen=True, slots=True)
class JobState:
    """A job, what it last did and when it is due; `last_at` None: never anything, `next_at` None: at once."""

    name: str
    purpose: str
    period_seconds: int
    last_at: datetime | None
    is_ok: bool
    message: str
    next_at: datetime | None


def deliver_outbox(desk: Desk, person: Person) -> str:
    done = delivery.deliver(desk, person)
    return f"{done.sent} sent, {done.failed} failed" if done.sent or done.failed else ""


def mark_breaches(desk: Desk, person: Person) -> str:
    marked = sla.mark_breaches(desk, person)
    return f"{marked} targets missed" if marked else ""


def retrain(desk: Desk, person: Person) -> str:
    outcomes = training.retrain_if_due(desk, person)
    return ", ".join(f"{outcome.target} {outcome.result.replace('_', ' ')}" for outcome in outcomes)


def answer_in_shadow(desk: Desk, person: Person) -> str:
    answered = training.answer_in_shadow(desk, person)
    return f"{answered} answers nobody sees" if answered else ""


def remind_to_verify(desk: Desk, person: Person) -> str:
    reminded = articles.remind_to_verify(desk, person)
    return f"{reminded} articles to verify" if reminded else ""


def find_bursts(desk: Desk, person: Person) -> str:
    found = outages.look(desk, person)
    return f"{found} bursts of like reports" if found else ""


def assess(desk: Desk, person: Person) -> str:
    return "measured on the confirmed incidents" if assessing.assess_if_due(desk, person) else ""


def watch_drift(desk: Desk, person: Person) -> str:
    found = assessing.watch(desk, person)
    return ", ".join(one.kind for one in found.raised) + " changed" if found and found.raised else ""


def learn_outcomes(desk: Desk, person: Person) -> str:
    learned = outcomes.learn(desk, person)
    return f"{learned} factors learned" if learned else ""


def tidy(desk: Desk, person: Person) -> str:
    removed = retention.tidy(desk, person)
    return f"{removed} rows removed" if removed else ""


DAY = 24 * 3600
JOBS = (
    Job("outbox", deliver_outbox, 10, "Sends notices by mail and webhook"),
    Job("sla", mark_breaches, 60, "Marks incidents that miss their SLA target and tells the leads"),
    Job("bursts", find_bursts, 60, "Looks for many like reports in a short time and tells the leads"),
    Job("retrain", retrain, 600, "Trains the assistant anew when enough labels have been confirmed"),
    Job("shadow", answer_in_shadow, 300, "Lets the versions in the shadow answer new incidents, unseen"),
    Job("assess", assess, 3600, "Measures how far the assistant can be trusted, when more labels were confirmed"),
    Job("drift", watch_drift, 7 * DAY, "Looks whether reports change beyond chance and tells the leads"),
    Job("outcomes", learn_outcomes, 1800, "Learns from searches and ratings which articles serve a query better"),
    Job("verify", remind_to_verify, DAY, "Asks owners to verify articles that nobody has looked at for long"),
    Job("tidy", tidy, DAY, "Removes expired sessions, old drafts, read notices and records of jobs"),
)


def run(desk: Desk, job: Job) -> bool:
    """Run a job if it is due and nobody else runs it; gives whether it was run.

    Its failure is logged and recorded, never raised: the clock goes on.
    """
    started, holder = desk.now(), new_id()
    if not _take(desk, job.name, holder, started):
        return False
    pause = timedelta(seconds=job.period_seconds)
    is_ok = True
    try:
        message = job.function(desk, OPERATOR)
    except Closing:
        message, pause = "", timedelta()  # whoever starts next begins it again
    except Exception:
        log.exception("Job %s failed", job.name)
        is_ok, message, pause = False, FAILED, max(pause, AFTER_FAILURE)
    with desk.transaction() as session:
        mine = update(Lease).where(col(Lease.name) == job.name, col(Lease.holder) == holder)
        session.exec(mine.values(until=started + pause))
        if message:
            session.add(
                JobRun(name=job.name, started_at=started, finished_at=desk.now(), is_ok=is_ok, message=message[:500])
            )
    return True


def states(desk: Desk, person: Person) -> tuple[JobState, ...]:
    """Every job with its last deed and when it is due next; for administrators."""
    person.require(Role.ADMIN, "see the jobs")
    with desk.reading() as session:
        due = {lease.name: lease.until for lease in session.exec(select(Lease).order_by(Lease.name))}
        last = _last_runs(session)
    return tuple(_state(job, last.get(job.name), due.get(job.name)) for job in JOBS)


def _state(job: Job, last: JobRun | None, next_at: datetime | None) -> JobState:
    return JobState(
        job.name,
        job.purpose,
        job.period_seconds,
        last.started_at if last else None,
        last is None or last.is_ok is True,
        last.message if last else "",
        next_at,
    )


def _last_runs(session: Session) -> dict[str, JobRun]:
    latest = select(func.max(JobRun.id)).group_by(JobRun.name)
    rows = session.exec(select(JobRun).where(col(JobRun.id).in_(latest)).order_by(JobRun.name))
    return {row.name: row for row in rows}


def _take(desk: Desk, name: str, holder: str, now: datetime) -> bool:
    """Take the lease if it has run out. The UPDATE is the lock: of two at once one finds no row any more."""
    with desk.reading() as session:
        until = session.exec(select(Lease.until).where(Lease.name == name)).first()
    if until is not None and until > now:
        return False
    try:
        with desk.transaction() as session:
            if until is None:
                session.add(Lease(name=name, holder=holder, until=now + GUARD))
                return True
            due = update(Lease).where(col(Lease.name) == name, col(Lease.until) <= now)
            taken = session.exec(due.values(holder=holder, until=now + GUARD))
            return taken.rowcount == 1
    except IntegrityError:  # another clock's first run came in between
        return False
