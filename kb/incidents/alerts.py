"""Alerts in: one incident for a group of alerts while it is open, whatever order the messages come in."""

from __future__ import annotations

import hashlib
import re
from dataclasses import dataclass
from enum import StrEnum
from urllib.parse import parse_qs, urlsplit

from sqlalchemy.exc import IntegrityError
from sqlmodel import Session, col, or_, select

from kb.desk import Desk
from kb.errors import Conflict
from kb.incidents.fields import LARGEST_ID, number
from kb.incidents.submitting import Report, label, open_incident
from kb.incidents.telling import note
from kb.incidents.working import link_within, stop
from kb.labels import LIVE, ArticleStatus, Impact, Role, Source, Urgency
from kb.person import Person
from kb.redaction import masked
from kb.tables import Article, Incident, TimelineEntry, new_id
from kb.triage import Labels

REMEMBERED = 200
TRIES = 3


class Action(StrEnum):
    """What became of a message."""

    OPENED = "opened"
    REPEATED = "repeated"
    RESOLVED = "resolved"
    IGNORED = "ignored"
    """It told of alerts that are known to be over."""


@dataclass(frozen=True, slots=True)
class AlertGroup:
    """One message. An alert's episode is named `<fingerprint>@<start>`: the same alert firing again has another."""

    key: str
    is_firing: bool
    title: str
    body: str
    impact: Impact
    urgency: Urgency
    firing: frozenset[str]
    ended: frozenset[str]
    runbook_url: str = ""


@dataclass(frozen=True, slots=True)
class Alerted:
    """The incident a message went to; `number` is empty when it was ignored."""

    number: str
    action: Action


@dataclass(frozen=True, slots=True)
class _Message:
    """What the steps below hand on."""

    session: Session
    desk: Desk
    person: Person
    group: AlertGroup
    labels: Labels
    name: str


def receive(desk: Desk, person: Person, group: AlertGroup) -> Alerted:
    """Open, add to or resolve the group's incident. The same message again changes nothing but the timeline."""
    person.require(Role.AGENT, "send alerts")
    labels = label(desk, _report(group, ""))
    name = "alert:" + hashlib.sha256(group.key.encode(errors="replace")).hexdigest()
    for _ in range(TRIES):
        try:
            with desk.transaction() as session:
                return _apply(_Message(session, desk, person, group, labels, name))
        except IntegrityError:  # PostgreSQL: another message of the group opened the incident at the same moment
            continue
    raise Conflict("Too many messages of this group at once. Send it again.")


def _apply(message: _Message) -> Alerted:
    query = select(Incident).where(Incident.external_id == message.name).with_for_update()
    current = message.session.exec(query).first()
    return _firing(message, current) if message.group.is_firing else _over(message, current)


def _firing(message: _Message, current: Incident | None) -> Alerted:
    group = message.group
    if group.firing and group.firing <= _episodes(message, current, is_over=True):
        return Alerted("", Action.IGNORED)
    if current is None or current.status not in LIVE:
        return Alerted(number(_open(message, current).id), Action.OPENED)
    _note(message, current)
    return Alerted(number(current.id), Action.REPEATED)


def _over(message: _Message, current: Incident | None) -> Alerted:
    """The group is over. Told before its beginning, it is kept as a resolved incident, so that the rest is known."""
    ended = message.group.ended
    known = _episodes(message, current, is_over=True)
    if ended and ended <= known:
        return Alerted("", Action.IGNORED)
    if current is None or (current.status not in LIVE and not ended & _episodes(message, current, is_over=False)):
        current = _open(message, current)
    elif current.status not in LIVE:  # somebody has resolved it by hand already
        _note(message, current)
        return Alerted(number(current.id), Action.RESOLVED)
    elif ended and not ended & _episodes(message, current, is_over=False):
        _note(message, current)  # the end of another episode, out of turn: remembered for when its beginning comes
        return Alerted(number(current.id), Action.REPEATED)
    else:
        _note(message, current)
    stop(message.session, message.desk, current, message.person, body="The alert is over.")
    return Alerted(number(current.id), Action.RESOLVED)


def _open(message: _Message, former: Incident | None) -> Incident:
    session, group = message.session, message.group
    if former is not None:  # it gives its name to the new one
        former.external_id = f"{message.name}#{former.id}"
        session.flush()
    report = _report(group, message.name)
    incident = open_incident(session, message.desk, message.person, report, labels=message.labels)
    _note(message, incident)
    article_id = runbook(session, group.runbook_url)
    if article_id is not None:
        link_within(session, message.desk, incident, message.person, article_id=article_id, is_solution=False)
    return incident


def _report(group: AlertGroup, name: str) -> Report:
    key = f"{name}:{new_id()}"
    return Report(
        key,
        masked(group.title),
        masked(group.body),
        group.impact,
        group.urgency,
        source=Source.ALERT,
        external_id=name or None,
    )


def _note(message: _Message, incident: Incident) -> None:
    """`new` holds the episodes that fire, `old` those that are over."""
    group = message.group
    state = "firing" if group.is_firing else "resolved"
    counts = f"{len(group.firing)} firing, {len(group.ended)} over"
    note(
        message.session, message.desk, incident, message.person, kind="alert", body=f"Alertmanager: {state} ({counts})",
        field=state, old=" ".join(sorted(group.ended)), new=" ".join(sorted(group.firing)), is_public=False,
    )  # fmt: skip


def _episodes(message: _Message, current: Incident | None, *, is_over: bool) -> frozenset[str]:
    """Episodes of the group known to be over, from all its incidents; or those the current one has had at all."""
    query = select(TimelineEntry.old, TimelineEntry.new).where(TimelineEntry.kind == "alert")
    if is_over:
        query = query.join(Incident, col(Incident.id) == col(TimelineEntry.incident_id)).where(
            or_(col(Incident.external_id) == message.name, col(Incident.external_id).startswith(message.name + "#"))
        )
    else:
        query = query.where(TimelineEntry.incident_id == (current.id if current else None))
    rows = message.session.exec(query.order_by(col(TimelineEntry.id).desc()).limit(REMEMBERED)).all()
    return frozenset(episode for old, new in rows for episode in (old if is_over else f"{old} {new}").split())


def runbook(session: Session, url: str) -> int | None:
    """The published article a runbook address means: /article?id=KB-12, or the page an article was imported from."""
    try:
        parts = urlsplit(url)
    except ValueError:
        return None
    named = re.fullmatch(r"KB-(\d{1,9})", parse_qs(parts.query).get("id", [""])[0])
    if named and parts.path.endswith("/article"):
        condition = col(Article.id) == min(int(named[1]), LARGEST_ID)
    else:
        page = re.sub(r"\.(html?|md)$", "", parts.path.strip("/"))
        if not page:
            return None
        key = col(Article.source_key)
        condition = or_(key == url, key == f"{page}.md", key.endswith(f"/{page}.md", autoescape=True))
    published = select(Article.id).where(condition, Article.status == ArticleStatus.PUBLISHED).order_by(col(Article.id))
    found = session.exec(published.limit(2)).all()
    return found[0] if len(found) == 1 else None
