"""A portal in which every field that people can write holds a text that would act in another's browser."""

from __future__ import annotations

import json
import urllib.request
from dataclasses import dataclass, field
from datetime import timedelta
from html import escape
from pathlib import Path

from kb import (
    articles,
    attachments,
    drafts,
    feedback,
    incidents,
    outbox,
    people,
    routing,
    satisfaction,
    search,
    services,
)
from kb.desk import Desk
from kb.importing.articles import import_articles
from kb.importing.incidents import import_incidents
from kb.incidents.listing import Filters
from kb.labels import Audience, OutageKind, Role
from kb.person import OPERATOR, Person, guest
from kb.search import gate, golden, pins
from kb.search.wording import Change, Kind
from kb.tables import Burst, JobRun, OutboxRow
from tests.vectors import VECTORS

REPORT = {"impact": "all", "urgency": "high"}
ALERT_TOKEN = "a token of the alerts"
MAIL = "![x](https://evil.example/pwn.png)@evil.example"
"""As much as an address may hold: no angle brackets, quotes or spaces."""


def packed(most: int, *, is_printable: bool = False) -> list[str]:
    """Lines of at most `most` characters that together hold every vector that fits into one, each once."""
    fits = [text for text in VECTORS if len(text) <= most and "\n" not in text]
    lines: list[str] = []
    for text in sorted((one for one in fits if one.isprintable() or not is_printable), key=len, reverse=True):
        room = next((n for n, line in enumerate(lines) if len(line) + 1 + len(text) <= most), len(lines))
        lines[room : room + 1] = [f"{lines[room]} {text}" if room < len(lines) else text]
    return lines


@dataclass
class Texts:
    """Hands the vectors out, as many as a field can hold; after `ROUND` turns every field has held every one."""

    turn: int = 0
    fields: int = 0
    given: set[str] = field(default_factory=set)

    def one(self, most: int = 10_000, *, before: str = "", is_printable: bool = False) -> str:
        """What the next field holds in this turn: one line of at most `most` characters."""
        lines = packed(most - len(before) - 1, is_printable=is_printable)
        line = lines[(self.fields + self.turn) % len(lines)]
        self.fields += 1
        self.given.add(line)
        return f"{before} {line}".strip()

    def all(self) -> str:
        """Every vector, each in a paragraph of its own."""
        self.given.update(VECTORS)
        return "\n\n".join(VECTORS)


ROUND = max(len(packed(most)) for most in range(30, 201))
"""Turns until each field has held all that fit: the narrower a field, the fewer fit and the fewer at once."""


@dataclass
class Seed:
    """Writes them into everything; `places` are the addresses it made, by the names of VIEWS."""

    desk: Desk
    people: dict[Role, Person]
    texts: Texts
    folder: Path
    address: str
    places: dict[str, str] = field(default_factory=dict)

    def sow(self) -> None:
        self._house()
        self._articles()
        self._incidents()
        self._words()
        self._imports()
        self._alerts()
        self._remains()

    def _house(self) -> None:
        """Names that administrators choose, and what stands over every page."""
        desk, admin, now = self.desk, self.people[Role.ADMIN], self.desk.now()
        one = self.texts.one
        self.team = people.add_team(desk, admin, one(80, before="Team"))
        self.service = services.save_service(desk, admin, name=one(80), team_id=self.team)
        self.type = services.save_type(
            desk, admin, "", name=one(80), description=one(500), team_id=self.team, skill=one(60)
        )
        services.save_type(desk, admin, self.type, name=one(80), description=one(500), team_id=self.team)
        account = self.people[Role.AGENT].id or 0
        people.set_team(desk, admin, account, self.team)
        people.set_skills(desk, admin, account, [one(40), one(40)])
        people.add(desk, admin, name=one(80, is_printable=True), email="another@example.com", role=Role.USER)
        people.create_token(desk, self.people[Role.USER], one(60))
        services.record_outage(
            desk, admin, self.service, kind=OutageKind.UNPLANNED, message=one(500), started_at=now
        )  # fmt: skip
        soon = now + timedelta(hours=1)
        services.record_outage(
            desk, admin, self.service, kind=OutageKind.PLANNED, message=one(500), started_at=soon,
            ended_at=soon + timedelta(hours=2),
        )  # fmt: skip
        services.add_milestone(desk, admin, "automation", name=one(120), at=now)
        services.set_cost(desk, admin, "saved", self.type, amount=5.0, valid_from=now.date())
        rule = routing.Rule(
            one(80), words=(one(60), one(60)), service_id=self.service, type=self.type, team_id=self.team
        )
        routing.save_rule(desk, admin, rule)

    def _articles(self) -> None:
        """Published, drafted, waiting for review and with a change; rated, annotated, searched for."""
        desk, lead, user, one = self.desk, self.people[Role.LEAD], self.people[Role.USER], self.texts.one
        ids = []
        for state in ("published", "internal", "draft", "waiting"):
            written = {"title": one(200, before="Printer"), "tags": [one(40), one(40)], "environment": one(300)}
            audience = Audience.INTERNAL if state == "internal" else Audience.PUBLIC
            said = f"Printer jobs stay in the queue {escape(one(500))} {escape('<form action=//evil.example>')}."
            rest = self.texts.all() if state == "published" else one()
            body = f"# {one(200)}\n\n{said}\n\nRestart the spooler. {rest}"
            ids.append(articles.draft(desk, lead, body=body, type=self.type, audience=audience, **written))
        for article_id in ids[:2]:
            articles.publish(desk, lead, article_id)
        articles.submit_for_review(desk, lead, ids[3])
        first = ids[0]
        article = articles.get(desk, lead, first)
        articles.revise(
            desk, lead, first, revision=article.revision, title=article.title, body=article.body + one(), note=one(200)
        )
        feedback.annotate(desk, user, first, quote="Restart the spooler.", body=one(2000))
        done = feedback.annotate(desk, user, first, quote="Restart the spooler.", body=one(2000))
        feedback.resolve_annotation(desk, lead, done, answer=one(2000))
        for person in (user, guest("w" * 24)):
            feedback.rate(desk, person, first, is_helpful=False, reason="out_of_date", comment=one(2000))
        search.set_favourite(desk, user, first, is_favourite=True)
        self.places["article"], self.article = articles.label(first), first

    def _incidents(self) -> None:
        """Open, on hold, resolved and rated; with notes, files, links, watchers, a major one and a view."""
        desk, user, agent = self.desk, self.people[Role.USER], self.people[Role.AGENT]
        one = self.texts.one
        numbers = []
        for who, mail in ((guest("v" * 24), MAIL), (user, ""), (user, "")):
            file = attachments.store(desk, who, file_name=one(100), content=self.texts.all().encode())
            sent = incidents.submit(
                desk, who, key=drafts.new_key(), title=one(200), body=self.texts.all(), service_id=self.service,
                guest_email=mail, attachments=[file.id], **REPORT,
            )  # fmt: skip
            incidents.comment(desk, agent, sent.id, one())
            incidents.comment(desk, agent, sent.id, one(), is_public=False)
            incidents.link_article(desk, agent, sent.id, self.article)
            numbers.append(sent)
        first, self.places["open"], self.places["solved"] = numbers[0], numbers[1].number, numbers[2].number
        self.places["link"] = f"id={first.number}&key={first.guest_key}"
        incidents.move(desk, agent, numbers[1].id, self.team)
        incidents.resolve(desk, agent, numbers[2].id, resolution=one(500), cause=one(500))
        satisfaction.answer(desk, user, numbers[2].id, score=1, comment=one(2000))
        incidents.me_too(desk, guest("x" * 24), numbers[1].id, email="[x](javascript:pwn())@evil.example")
        incidents.save_view(desk, agent, one(60), Filters(text=one(60)), is_shared=True)
        drafts.save(desk, user, "draft-of-user", {"title": one(200), "body": one()})
        self.open_ids = [sent.id for sent in numbers[:2]]

    def _words(self) -> None:
        """What was searched for, and what leads set right."""
        desk, lead, one = self.desk, self.people[Role.LEAD], self.texts.one
        for n in range(12):
            query = one(200, before="printer" if n % 2 else "")
            for visitor in ("y", "z"):
                who = guest(visitor * 23 + f"{n}")
                search.search(desk, who, query, is_final=True)
        for _ in range(2):
            pins.pin(desk, lead, one(200, before=f"printer {_}"), self.article)
            golden.judge(desk, lead, one(200, before=f"printer {_}"), {self.article: 3})
        change = Change(Kind.ADD, "drucker PWN", "printer <svg onload=PWN()>")
        gate.apply(desk, lead, change, anyway=True, reason=one(500))

    def _imports(self) -> None:
        """The same from files, as an import brings them."""
        page = f"---\ntitle: {json.dumps(self.texts.one(150))}\ntags: [{json.dumps(self.texts.one(40))}]\n---\n"
        page += self.texts.all()
        (self.folder / "<img src=x onerror=PWN()>.md").write_text(page)
        import_articles(self.desk, self.people[Role.LEAD], self.folder)
        table = self.folder.with_suffix(".csv")
        columns = (
            "number",
            "title",
            "body",
            "service",
            "team",
            "category",
            "cause",
            "resolution",
            "assignee",
            "reporter",
        )
        texts = [self.texts.all() if column == "body" else self.texts.one(78) for column in columns]
        cells = [text.replace('"', '""') for text in texts]
        table.write_text(f'{",".join(columns)}\n"' + '","'.join(cells) + '"\n')
        import_incidents(self.desk, self.people[Role.ADMIN], table)

    def _alerts(self) -> None:
        """What somebody who has the token of the alerts may send."""
        one = self.texts.one
        alert = {
            "status": "firing", "labels": {"alertname": one(80), one(40): one(80)}, "startsAt": "2026-03-02T10:00:00Z",
            "annotations": {"description": self.texts.all(), "summary": one(150), "runbook_url": one(200)},
            "endsAt": "0001-01-01T00:00:00Z", "fingerprint": one(60), "generatorURL": "javascript:PWN()",
        }  # fmt: skip
        message = {
            "version": "4", "groupKey": one(100), "status": "firing", "groupLabels": {"alertname": one(80)},
            "commonLabels": {"alertname": one(80), "severity": "critical"}, "externalURL": "javascript:PWN()",
            "commonAnnotations": {"summary": one(150), "description": one(300)}, "alerts": [alert],
        }  # fmt: skip
        headers = {"authorization": f"Bearer {ALERT_TOKEN}", "content-type": "application/json"}
        address = f"{self.address}/hooks/alertmanager"
        request = urllib.request.Request(address, json.dumps(message).encode(), headers)
        with urllib.request.urlopen(request, timeout=30) as answer:
            assert json.load(answer)["action"] == "opened"

    def _remains(self) -> None:
        """What other machines and jobs say, a burst waiting to be judged, and a notice to everybody."""
        desk, one, now = self.desk, self.texts.one, self.desk.now()
        with desk.transaction() as session:
            everybody = [person.id for person in self.people.values()]
            outbox.queue(session, desk, accounts=everybody, subject=one(200), body=one(500), link=one(100))
            session.add(OutboxRow(channel="mail", address=MAIL, subject=one(200), created_at=now, error=one(300)))
            session.add(JobRun(name="deliver_outbox", started_at=now, finished_at=now, is_ok=False, message=one(300)))
            session.add(
                Burst(
                    incident_id=self.open_ids[0], incident_ids=self.open_ids, people=9, chance_a_month=0.1, found_at=now
                )
            )


def invited(desk: Desk, texts: Texts, password: str) -> dict[Role, Person]:
    """Somebody of each role, whose name acts if it can."""
    made = {}
    for role in (Role.USER, Role.AGENT, Role.LEAD, Role.ADMIN):
        email, name = f"{role}{texts.turn}@example.com", texts.one(70, is_printable=True)
        link = people.add(desk, OPERATOR, name=name, email=email, role=role)
        people.accept(desk, token=link.token, password=password)
        made[role] = Person(link.account_id, name, email, role)
    return made
