"""The types incidents have: an installation's own beside the eight it begins with. None is ever forgotten."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import chain, count

from sqlalchemy import Update, insert, literal, update
from sqlalchemy import select as columns_of
from sqlmodel import Session, col, select

from kb.desk import Desk
from kb.errors import Conflict, NotFound, NotValid
from kb.labels import Role
from kb.person import Person
from kb.services.catalogue import check_team, checked_name
from kb.tables import Account, Article, Incident, IncidentType, RoutingRule, SavedView, Stamp, TimelineEntry, TypeChange

SLUG = re.compile(r"[a-z][a-z0-9_]{1,39}")
ADDED, RENAMED, MERGED, RETIRED, REVIVED = "added", "renamed", "merged", "retired", "revived"
_POSITION, _SLUG = col(IncidentType.position), col(IncidentType.slug)
_TYPES = select(IncidentType).order_by(_POSITION, _SLUG)
_ACTIVE = _TYPES.where(col(IncidentType.is_active))
_NAMES = columns_of(_SLUG, col(IncidentType.name)).order_by(_POSITION, _SLUG)
CORPUS = "corpus"
"""The stamp of what a search may find; an article's type is part of it."""


@dataclass(frozen=True, slots=True)
class TypeRow:
    """An incident type; `slug` is the label, `name` what people read."""

    slug: str
    name: str
    description: str
    team_id: int | None
    is_active: bool
    skill: str = ""
    merged_into: str = ""


@dataclass(frozen=True, slots=True)
class PastChange:
    """Something that happened to a type. `incidents` were moved by a merge."""

    slug: str
    kind: str
    old: str
    new: str
    incidents: int
    by: str
    at: datetime


@dataclass(frozen=True, slots=True)
class _Standing:
    """Whether a type is in use, and the slug of the one it was merged into."""

    is_active: bool
    merged_into: str = ""


@dataclass(frozen=True, slots=True)
class Merged:
    """What a merge moved."""

    incidents: int
    articles: int


def types(desk: Desk, *, with_inactive: bool = False) -> tuple[TypeRow, ...]:
    """All incident types in their order; anybody may see them."""
    with desk.reading() as session:
        rows = session.exec(_TYPES if with_inactive else _ACTIVE).all()
    return tuple(
        TypeRow(row.slug, row.name, row.description, row.team_id, row.is_active, row.skill, row.merged_into)
        for row in rows
    )


def type_names(desk: Desk) -> dict[str, str]:
    """slug -> name, also of types no longer in use."""
    with desk.reading() as session:
        return {row.slug: row.name for row in session.connection().execute(_NAMES)}


def labels_now(session: Session) -> dict[str, str]:
    """slug -> the slug it counts for today: its own, or that of the type it was merged into; empty when it is retired,
    so that nothing is taught or said of it."""
    return _labels({row.slug: _as_it_is(row) for row in session.exec(_TYPES)})


def labels_at(session: Session, at: datetime) -> dict[str, str]:
    """`labels_now` as it stood at `at`: what became of the types later is taken back, the latest first.

    What a type in use again had been merged into is told by the name its heir had then.
    """
    types = session.exec(_TYPES).all()
    rows, names = {row.slug: _as_it_is(row) for row in types}, {row.slug: row.name for row in types}
    settled: set[str] = set()
    for change in session.exec(select(TypeChange).order_by(col(TypeChange.id).desc())):
        slug = change.slug
        if change.kind == ADDED:
            names.pop(slug, None)
        elif change.kind == RENAMED:
            names[slug] = change.old
        elif change.at > at:
            rows[slug] = _Standing(change.kind != REVIVED)
        elif slug not in settled:
            settled.add(slug)
            if change.kind == MERGED and not rows[slug].merged_into:
                rows[slug] = _Standing(False, next((one for one, name in names.items() if name == change.new), ""))
    return _labels(rows)


def type_history(desk: Desk, person: Person, *, limit: int = 50) -> tuple[PastChange, ...]:
    """What happened to the types, the latest first."""
    person.require(Role.LEAD, "see what became of the types")
    query = select(TypeChange, Account.name).outerjoin(Account, col(Account.id) == col(TypeChange.account_id))
    with desk.reading() as session:
        rows = session.exec(query.order_by(col(TypeChange.id).desc()).limit(limit)).all()
    return tuple(
        PastChange(row.slug, row.kind, row.old, row.new, row.incidents, name or "Operator", row.at)
        for row, name in rows
    )


def save_type(
    desk: Desk,
    person: Person,
    slug: str,
    *,
    name: str,
    description: str = "",
    team_id: int | None = None,
    skill: str = "",
    is_active: bool = True,
) -> str:
    """Add a type or change the one with this slug, the models' label, which stays; gives the slug.

    An empty slug is made from the name. A type that was merged and is put in use again counts for itself from then on.
    """
    person.require(Role.ADMIN, "change incident types")
    name = checked_name(name)
    if slug and not SLUG.fullmatch(slug):
        raise NotValid("slug", "A type's short name has 2 to 40 small letters, digits or _ and begins with a letter.")
    with desk.transaction() as session:
        check_team(session, team_id)
        _check_name(session, slug, name)
        row = session.get(IncidentType, slug) or add_type(session, desk, person, slug, name=name)
        if row.name != name:
            _note(session, desk, person, row, RENAMED, old=row.name, new=name)
        if row.is_active != is_active:
            _note(session, desk, person, row, REVIVED if is_active else RETIRED, old=row.name)
            row.merged_into = "" if is_active else row.merged_into
        row.name, row.description, row.skill = name, description.strip()[:500], _skill(skill)
        row.team_id, row.is_active = team_id, is_active
    return row.slug


def add_type(session: Session, desk: Desk, person: Person, slug: str, *, name: str) -> IncidentType:
    """A new type in the caller's transaction; an empty slug is made from the name."""
    known = session.exec(select(IncidentType.slug)).all()
    row = IncidentType(slug=slug or _free(slug_of(name), known), name=name, position=len(known))
    session.add(row)
    session.flush()
    _note(session, desk, person, row, ADDED, new=name)
    return row


def merge_types(desk: Desk, person: Person, slug: str, *, into: str) -> Merged:
    """Let one type take another in: incidents, articles, saved lists and rules move at once.

    What people and models said of incidents stays as they said it, and counts for `into` from then on. Each incident's
    timeline tells. Raises NotFound; Conflict when one of them is not in use.
    """
    person.require(Role.ADMIN, "merge incident types")
    with desk.transaction() as session:
        old, new = _in_use(session, slug), _in_use(session, into)
        if old.slug == new.slug:
            raise NotValid("into", "Choose another type to merge it into.")
        old.is_active, old.merged_into = False, new.slug
        incidents = _move_incidents(session, desk, person, old, new)
        articles = _moved(session, update(Article).where(col(Article.type) == slug).values(type=into))
        if articles:
            stamp = session.get(Stamp, CORPUS) or Stamp(name=CORPUS)
            stamp.value += 1
            session.add(stamp)
        session.execute(update(RoutingRule).where(col(RoutingRule.type) == slug).values(type=into))
        session.execute(update(RoutingRule).where(col(RoutingRule.sets_type) == slug).values(sets_type=into))
        session.execute(update(RoutingRule).where(col(RoutingRule.is_live).is_(False)).values(tried_at=None))
        _move_views(session, slug, into)
        _note(session, desk, person, old, MERGED, old=old.name, new=new.name, incidents=incidents)
    return Merged(incidents, articles)


def slug_of(name: str) -> str:
    """`Data loss!` -> data_loss; `3-D printers` -> type_3_d_printers."""
    plain = unicodedata.normalize("NFKD", name.lower())
    slug = re.sub(r"[^a-z0-9]+", "_", re.sub("[\u0300-\u036f]", "", plain)).strip("_")
    return (slug if SLUG.fullmatch(slug[:40]) else f"type_{slug}")[:40].rstrip("_")


def _free(slug: str, taken: Sequence[str]) -> str:
    numbered = (f"{slug[:36]}_{number}" for number in count(2))
    return next(one for one in chain([slug], numbered) if one not in taken)


def _move_incidents(session: Session, desk: Desk, person: Person, old: IncidentType, new: IncidentType) -> int:
    entry = columns_of(
        col(Incident.id), literal("label"), literal(person.id), literal(person.name),
        literal(f"{old.name} was merged into {new.name}."), literal("type"), literal(old.slug), literal(new.slug),
        literal(True), literal(desk.now()), col(Incident.is_demo),
    ).where(col(Incident.type) == old.slug)  # fmt: skip
    columns = ["incident_id", "kind", "actor_id", "actor", "body", "field", "old", "new", "is_public", "at", "is_demo"]
    session.execute(insert(TimelineEntry).from_select(columns, entry))
    return _moved(session, update(Incident).where(col(Incident.type) == old.slug).values(type=new.slug))


def _moved(session: Session, statement: Update) -> int:
    return session.execute(statement).rowcount  # type: ignore[attr-defined, no-any-return]


def _move_views(session: Session, slug: str, into: str) -> None:
    for view in session.exec(select(SavedView).order_by(col(SavedView.id))):
        if view.filters.get("type") == slug:
            view.filters = {**view.filters, "type": into}


def _as_it_is(row: IncidentType) -> _Standing:
    return _Standing(row.is_active, row.merged_into)


def _labels(rows: Mapping[str, _Standing]) -> dict[str, str]:
    now = {slug: _end_of(rows, slug) for slug in rows}
    return {slug: end if rows[end].is_active else "" for slug, end in now.items()}


def _end_of(rows: Mapping[str, _Standing], slug: str) -> str:
    passed = {slug}
    while (following := rows[slug].merged_into) in rows and following not in passed and not rows[slug].is_active:
        slug = following
        passed.add(slug)
    return slug


def _in_use(session: Session, slug: str) -> IncidentType:
    row = session.get(IncidentType, slug, with_for_update=True)
    if row is None:
        raise NotFound(f"There is no incident type {slug[:40]!r}.")
    if not row.is_active:
        raise Conflict(f"{row.name} is not in use.")
    return row


def _check_name(session: Session, slug: str, name: str) -> None:
    for other in session.exec(select(IncidentType).where(IncidentType.slug != slug).order_by(IncidentType.slug)):
        if other.name.casefold() == name.casefold():
            state = "" if other.is_active else "; it is not in use, but can be again"
            raise NotValid("name", f"There is already a type called {other.name}{state}.")


def _skill(skill: str) -> str:
    return re.sub(r"\W+", "_", skill.lower()).strip("_")[:60]


def _note(
    session: Session, desk: Desk, person: Person, row: IncidentType, kind: str, *, old: str = "", new: str = "",
    incidents: int = 0,
) -> None:  # fmt: skip
    change = TypeChange(slug=row.slug, kind=kind, old=old, new=new, incidents=incidents, at=desk.now())
    change.account_id = person.id
    session.add(change)
