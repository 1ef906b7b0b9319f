"""A small portal with something of everybody's in it, and what to give for each parameter of a use case."""

from __future__ import annotations

import io
from collections.abc import Iterator
from contextlib import contextmanager, nullcontext
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property
from pathlib import Path
from typing import Any

from sqlalchemy import select, text

from kb import analytics, articles, attachments, drafts, feedback, incidents, outbox, people, routing, search, services
from kb.desk import Desk
from kb.incidents.alerts import AlertGroup
from kb.incidents.listing import Filters
from kb.labels import Audience, Impact, OutageKind, Role, Severity, SupportModel, Target, Urgency
from kb.people.passwords import hashed
from kb.people.sessions import start_session
from kb.person import Person, guest
from kb.search.insights import Order
from kb.search.wording import Change, Kind
from kb.services import Hours
from kb.tables import Account, Base, Burst, ModelVersion, OutboxRow, RoutingRule, Team

INTERNAL, FOREIGN = "canaryinternal", "canaryforeign"
"""Words that stand in internal articles and notes, and in what belongs to somebody else."""
ABSENT, EMPTY = 987_654, 0
MAIL = "guest@example.com"
AFTERWARDS = ("incidents.working.reopen", "satisfaction.answer", "articles.writing.draft_from_incident")
"""What is done with an incident that is resolved."""
KINDS = ("own", "foreign", "empty", "absent")
PASSWORD = "correct horse battery"
NAMED = "SELECT tablename FROM pg_tables WHERE schemaname = 'public'"
REPORT = {"impact": Impact.SOME, "urgency": Urgency.LOW}


@dataclass
class World:
    """The people, and what there is for each parameter that says which: each one's own, or everybody's."""

    desk: Desk
    people: dict[Role, Person]
    other: Person
    own: dict[str, dict[Role, Any]] = field(default_factory=dict)
    foreign: dict[str, Any] = field(default_factory=dict)
    shared: dict[str, Any] = field(default_factory=dict)
    given: dict[str, Any] = field(default_factory=dict)
    guest_keys: dict[int, str] = field(default_factory=dict)

    def which(self, name: str, role: Role, kind: str) -> Any:
        """An id of this kind: a number, or text where the ids are text. `name` may begin with the use case."""
        if name not in self.own and name not in self.shared:
            name = name.rpartition(".")[2]
        usual = self.foreign.get(name, self.shared.get(name))
        if kind == "own":
            return self.own.get(name, {}).get(role, self.shared.get(name, usual))
        if kind == "foreign":
            return usual
        absent = f"nobody{ABSENT}@example.com" if name == "email" else "n0such" * 5
        return {"empty": "", "absent": absent}[kind] if isinstance(usual, str) else {"empty": 0, "absent": ABSENT}[kind]

    @cached_property
    def as_built(self) -> dict[str, list[tuple[Any, ...]]]:
        """What the database holds as long as everything done has been undone."""
        return self.rows()

    def rows(self) -> dict[str, list[tuple[Any, ...]]]:
        """Everything in the database: what a refusal must leave as it was. Not by the ORM: it is asked 2,000 times."""
        tables = list(Base.metadata.tables)
        with self.desk.reading() as session:
            ask = session.connection().exec_driver_sql
            if self.desk.engine.dialect.name == "sqlite":
                return {table: sorted(map(tuple, ask(f'SELECT * FROM "{table}"')), key=repr) for table in tables}
            one = " UNION ALL ".join(f"SELECT '{table}', row::text FROM \"{table}\" row" for table in tables)
            rows: dict[str, list[tuple[Any, ...]]] = {table: [] for table in tables}
            for table, row in sorted(ask(one)):  # in one question: each costs a way to the server and back
                rows[table].append((row,))
            return rows

    def tables(self) -> set[str]:
        named = "SELECT name FROM sqlite_master" if self.desk.engine.dialect.name == "sqlite" else NAMED
        with self.desk.reading() as session:
            return set(session.scalars(text(named)))

    @contextmanager
    def undone(self) -> Iterator[None]:
        """Whatever is done within has not happened afterwards."""
        engine, kept = self.desk.engine, dict(self.desk._kept)
        with engine.connect() as connection:
            outer = connection.begin()
            connection.begin_nested()
            connection.connect = lambda: nullcontext(connection)  # type: ignore[attr-defined]
            self.desk.engine = connection  # type: ignore[assignment]
            try:
                yield
            finally:
                self.desk.engine, self.desk._kept = engine, kept
                outer.rollback()


def build(desk: Desk, folder: Path) -> World:
    """The world: everything once for everybody, and foreign things with a canary in them."""
    services.seed(desk)
    made = {Role.GUEST: guest("v" * 24)}
    with desk.transaction() as session:
        for role in list(Role)[1:]:
            made[role] = _account(session, desk, role, role.value.capitalize())
        other, second = (
            _account(session, desk, role, name) for role, name in ((Role.USER, "Olga Other"), (Role.ADMIN, "Second"))
        )
        team = Team(slug="night", name="Night")
        session.add(team)
        session.add(
            ModelVersion(
                target="type",
                file_name="no",
                sha256="0",
                scores={},
                data_stamp="",
                n_train=1,
                trained_at=desk.now(),
                trained_by="me",
            )
        )
        session.add(
            RoutingRule(
                name="Night shift",
                words=["night"],
                team_id=None,
                sets_type="security",
                position=1,
                tried_at=desk.now(),
                at=desk.now(),
            )
        )
    world = World(desk, made, other)
    world.shared |= {
        "account_id": other.id,
        "email": other.email,
        "team_id": team.id,
        "assignee_id": made[Role.AGENT].id,
        "rule_id": 1,
        "version_id": 1,
        "slug": "security",
        "into": "access",
    }
    _knowledge(world, made[Role.LEAD])
    for role, person in made.items():
        _things_of(world, role, person)
    _foreign_things(world)
    _arguments(world, folder)
    world.second = second  # type: ignore[attr-defined]
    return world


def _account(session: Any, desk: Desk, role: Role, name: str) -> Person:
    email = f"{name.split()[0].lower()}@example.com"
    account = Account(name=name, email=email, role=role, created_at=desk.now(), password_hash=HASH)
    session.add(account)
    session.flush()
    return Person(account.id, name, email, role)


HASH = hashed(PASSWORD)


def _knowledge(world: World, lead: Person) -> None:
    """A public and an internal article, with a remark each; words, pins and judgements."""
    desk = world.desk
    written = {"type": "configuration", "tags": ["printer"]}
    public = articles.draft(
        desk, lead, title="Print jobs stay in the queue", body="## Steps\n\nRestart the spooler.", **written
    )
    hidden = articles.draft(
        desk,
        lead,
        title=f"Vault {INTERNAL}",
        body=f"The {INTERNAL} combination.",
        audience=Audience.INTERNAL,
        **written,
    )
    for article_id in (public, hidden):
        articles.publish(desk, lead, article_id)
    revision = articles.get(desk, lead, public).revision
    articles.revise(
        desk, lead, public, revision=revision, title="Print jobs stay in the queue", body="## Steps\n\nRestart it."
    )
    remark = feedback.annotate(desk, lead, public, quote="Restart", body="How?")
    for part in ("article_id", "articles.reading.titles.ids"):
        world.own[part], world.foreign[part] = dict.fromkeys(Role, public), hidden
    world.shared["annotation_id"] = getattr(remark, "id", remark) or 1
    search.gate.apply(desk, lead, Change(Kind.ADD, "drucker", "printer"), anyway=True)
    world.shared["change_id"] = 1
    world.shared["pin_id"] = search.pins.pin(desk, lead, "print queue", public)
    search.golden.judge(desk, lead, "print queue", {public: 3})
    feedback.rate(desk, world.other, public, is_helpful=False, reason="out_of_date", comment=f"{FOREIGN} rating")


def _things_of(world: World, role: Role, person: Person) -> None:
    """An incident with a file, a draft, a file that waits; with an account a view, a token and a notice too."""
    desk, name = world.desk, role.value
    own = {
        part: world.own.setdefault(part, {})
        for part in ("incident_id", "file_id", "ids", "key", "view_id", "token_id", "session_id")
    }
    file = attachments.store(desk, person, file_name="a.txt", content=b"mine")
    done = incidents.submit(
        desk,
        person,
        key=f"own-{name}-1234567890",
        title=f"Printer of {name}",
        body="Broken",
        **REPORT,
        guest_email=MAIL,
        attachments=[file.id],
    )
    own["incident_id"][role], own["file_id"][role] = done.id, file.id
    own["ids"][role] = attachments.store(desk, person, file_name="b.txt", content=b"waits").id
    own["key"][role] = f"draft-{name}"
    for use_case in ("submit", "submitted"):
        world.own.setdefault(f"incidents.submitting.{use_case}.key", {})[role] = f"own-{name}-1234567890"
        world.foreign[f"incidents.submitting.{use_case}.key"] = "other-1234567890"
    world.own.setdefault("people.directory.set_away.account_id", {})[role] = person.id
    world.foreign["people.directory.set_away.account_id"] = world.other.id
    drafts.save(desk, person, f"draft-{name}", {"title": "begun"})
    over = incidents.submit(
        desk, person, key=f"over-{name}-1234567890", title="Solved", body="", **REPORT, guest_email=MAIL
    )
    incidents.resolve(desk, world.people[Role.LEAD], over.id, resolution="Restarted the spooler of it.")
    for use_case in AFTERWARDS:
        world.own.setdefault(f"{use_case}.incident_id", {})[role] = over.id
    if role is Role.GUEST:
        world.guest_keys = {done.id: done.guest_key, over.id: over.guest_key}
        return
    if person.may(Role.AGENT):
        incidents.save_view(desk, person, "My list", Filters())
        own["view_id"][role] = incidents.views(desk, person)[-1].id
    people.create_token(desk, person, "mine")
    own["token_id"][role] = people.tokens(desk, person)[0].id
    own["session_id"][role] = _session(desk, person)
    with desk.transaction() as session:
        outbox.queue(session, desk, accounts=[person.id], subject=f"For {name}")


def _foreign_things(world: World) -> None:
    """The same of somebody else, a canary in each."""
    desk, other, agent = world.desk, world.other, world.people[Role.AGENT]
    file, waits = (attachments.store(desk, other, file_name=f"{FOREIGN}.txt", content=b"theirs") for _ in range(2))
    done = incidents.submit(
        desk,
        other,
        key="other-1234567890",
        title=f"{FOREIGN} salary",
        body=f"{FOREIGN} text",
        impact=Impact.ONE,
        urgency=Urgency.LOW,
        attachments=[file.id],
    )
    over = incidents.submit(desk, other, key="other-over-123456789", title=f"{FOREIGN} solved", body="", **REPORT)
    incidents.resolve(desk, agent, over.id, resolution=f"{FOREIGN} resolution of it")
    world.foreign |= {f"{use_case}.incident_id": over.id for use_case in AFTERWARDS}
    for incident_id in world.own["incident_id"].values():
        incidents.comment(desk, agent, incident_id, f"{INTERNAL} note", is_public=False)
    drafts.save(desk, other, "draft-other", {"title": f"{FOREIGN} draft"})
    incidents.save_view(desk, world_second(desk), f"{FOREIGN} list", Filters())
    people.create_token(desk, other, f"{FOREIGN} token")
    with desk.transaction() as session:
        outbox.queue(session, desk, accounts=[other.id], subject=f"{FOREIGN} notice")
        notice = session.execute(select(OutboxRow.id).where(OutboxRow.account_id == other.id)).scalars().first()
    world.foreign |= {
        "incident_id": done.id,
        "file_id": file.id,
        "ids": waits.id,
        "key": "draft-other",
        "notice": notice,
        "view_id": incidents.views(desk, world_second(desk))[-1].id,
        "token_id": people.tokens(desk, other)[0].id,
        "session_id": _session(desk, other),
    }
    with desk.transaction() as session:
        failed = OutboxRow(
            channel="mail", address="x@example.com", subject="Late", created_at=desk.now(), error="no answer"
        )
        burst = Burst(incident_id=done.id, incident_ids=[done.id], people=1, chance_a_month=0.1, found_at=desk.now())
        session.add_all((failed, burst))
    service = services.services(desk)[0].id
    outage = services.record_outage(
        desk, agent, service, kind=OutageKind.UNPLANNED, message="Down", started_at=desk.now()
    )
    world.shared |= {
        "service_id": service,
        "outage_id": getattr(outage, "id", outage) or 1,
        "row_id": failed.id,
        "burst_id": burst.id,
    }


def _session(desk: Desk, person: Person) -> int:
    with desk.transaction() as session:
        start_session(session, desk, session.get_one(Account, person.id))
    return people.sessions(desk, person)[0].id


def world_second(desk: Desk) -> Person:
    """The second administrator, whose views are not even the first one's."""
    with desk.reading() as session:
        account = session.execute(select(Account).where(Account.name == "Second")).scalar_one()
    return Person(account.id, account.name, account.email, Role.ADMIN)


def _arguments(world: World, folder: Path) -> None:
    """What to give for every other parameter, by its name or by its name and its use case."""
    desk, lead = world.desk, world.people[Role.LEAD]
    for name in ("articles", "in.csv"):
        (folder / name).mkdir() if name == "articles" else (folder / name).write_text("title,body\n")
    (folder / "articles" / "a.md").write_text("# New\n\nText of it.\n")
    alert = AlertGroup("g", True, "Disk full", "", Impact.SOME, Urgency.HIGH, frozenset({"a@1"}), frozenset())
    public = world.own["article_id"][Role.LEAD]
    world.given |= {
        "scope": analytics.scope(desk),
        "target": Target.TYPE,
        "minutes": 30,
        "share": 0.05,
        "names": (),
        "folder": folder / "out",
        "path": folder / "articles",
        "importing.incidents.import_incidents.path": folder / "in.csv",
        "file": folder / "f.zip",
        "incidents.exporting.export.file": io.StringIO(),
        "old": 1,
        "new": 2,
        "number": 1,
        "revision": articles.get(desk, lead, public).revision,
        "title": "Screen dark",
        "people.sessions.change_password.old": PASSWORD,
        "people.sessions.change_password.new": "another long phrase",
        "session_id": None,
        "parent_id": world.foreign["incident_id"],
        "body": "It is dark.",
        "type": "configuration",
        "tags": (),
        "note": "Checked",
        "file_name": "x.txt",
        "content": b"x",
        "is_helpful": True,
        "reason": "",
        "quote": "Restart",
        "answer": "Done",
        "group": alert,
        "fields": {"title": "x"},
        "filters": Filters(),
        "name": "Brand new",
        "text": "printer queue",
        "impact": Impact.ONE,
        "urgency": Urgency.LOW,
        "incidents.submitting.submit.guest_email": MAIL,
        "incidents.similar.me_too.email": MAIL,
        "incidents.outages.announcing.announce.message": "Orders arrive twice",
        "review.judging.correct.type": "security",
        "review.judging.accept.severity": "high",
        "status": "on_hold",
        "resolution": "Restarted it.",
        "role": Role.USER,
        "skills": ("databases",),
        "support_model": SupportModel.IN_HOUSE,
        "score": 5,
        "results": search.search(desk, lead, "printer"),
        "query": "printer queue",
        "beginning": "pri",
        "change": Change(Kind.ADD, "bildwerfer", "projector"),
        "grades": {public: 3},
        "order": next(iter(Order)),
        "typed": "lap",
        "meant": "laptop",
        "article": articles.get(desk, lead, public),
        "services.costs.set_cost.kind": "monthly",
        "services.costs.add_milestone.kind": "automation",
        "label": "x",
        "amount": 1.0,
        "valid_from": date(2026, 1, 1),
        "at": desk.now(),
        "message": "Down",
        "started_at": desk.now(),
        "services.outages.record_outage.kind": OutageKind.UNPLANNED,
        "severity": Severity.HIGH,
        "response_minutes": 10,
        "resolution_minutes": 60,
        "is_around_the_clock": True,
        "chosen": Hours((0, 1), "09:00", "17:00", "DE", ""),
        "search.golden.forget.text": "print queue",
        "rule": routing.Rule("Rule", words=("x",), sets_type="security"),
        "people.directory.add.email": "new@example.com",
        "incidents.working.reopen.reason": "Still so.",
        "search.gate.apply.reason": "",
        "services.incident_types.save_type.slug": "brand_new",
    }
