"""Who and what the demo year is played with: the installation's own teams, services and articles, and demo people."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from random import Random

from sqlmodel import Session, col, select

from kb import sla
from kb.demo import texts
from kb.desk import Desk
from kb.labels import ArticleStatus, Audience, Role, SupportModel
from kb.services.seed import SERVICES, TEAMS
from kb.tables import Account, Article, ArticleTag, PersonSkill, Service, Team

MAIL = "demo.example.com"
REPORTERS = 120


@dataclass(frozen=True, slots=True)
class Stage:
    """All of it has ids. `agents`: by team slug, the lead first; `services`: by team slug; `articles`: by type."""

    random: Random
    rules: sla.Rules
    teams: Mapping[str, Team]
    agents: Mapping[str, Sequence[Account]]
    reporters: Sequence[Account]
    services: Mapping[str, Sequence[Service]]
    articles: Mapping[str, Sequence[Article]]
    tags: Mapping[int, Sequence[str]]
    people: Mapping[int, Account]

    def person(self, account_id: int | None) -> Account | None:
        """The demo agent or reporter with this id."""
        return self.people.get(account_id or 0)

    def every_article(self) -> list[Article]:
        return [article for group in self.articles.values() for article in group]


def favourite(random: Random, articles: Sequence[Article]) -> Article:
    """One of them; some are used far more than others."""
    return articles[int(len(articles) * random.random() ** 1.5)]


def prepare(session: Session, desk: Desk, random: Random, begin: datetime) -> Stage:
    """Add the people; teams and services only where the suggested ones are gone."""
    teams = _teams(session)
    agents = {slug: _agents(session, teams[slug], people, begin) for slug, people in texts.AGENTS.items()}
    reporters = _reporters(session, random, begin)
    everybody = [*reporters, *(agent for team in agents.values() for agent in team)]
    return Stage(
        random=random,
        rules=sla.rules(session, desk),
        teams=teams,
        agents=agents,
        reporters=reporters,
        services={slug: _services(session, slug, team) for slug, team in teams.items()},
        articles=_articles(session, random),
        tags=_tags(session),
        people={account.id or 0: account for account in everybody},
    )


def _teams(session: Session) -> dict[str, Team]:
    found = {team.slug: team for team in session.exec(select(Team).order_by(Team.slug))}
    for slug, name, model in TEAMS:
        if slug not in found:
            found[slug] = Team(slug=slug, name=name, support_model=model, is_demo=True)
            session.add(found[slug])
    session.flush()
    return {slug: found[slug] for slug, _, _ in TEAMS}


def _agents(session: Session, team: Team, people: Sequence[tuple[str, str]], begin: datetime) -> list[Account]:
    accounts = [
        _account(name, Role.AGENT if place else Role.LEAD, begin, team.id) for place, (name, _) in enumerate(people)
    ]
    session.add_all(accounts)
    session.flush()
    for account, (_, skills) in zip(accounts, people, strict=True):
        session.add_all(PersonSkill(account_id=account.id or 0, skill=skill) for skill in skills.split())
    return accounts


def _reporters(session: Session, random: Random, begin: datetime) -> list[Account]:
    pairs = [(first, last) for first in texts.FIRST_NAMES for last in texts.LAST_NAMES]
    accounts = [_account(f"{first} {last}", Role.USER, begin) for first, last in random.sample(pairs, REPORTERS)]
    session.add_all(accounts)
    session.flush()
    return accounts


def _account(name: str, role: Role, begin: datetime, team_id: int | None = None) -> Account:
    """Without a password nobody can sign in as them, and no mail is sent to demo people."""
    email = f"{name.lower().replace(' ', '.')}@{MAIL}"
    created_at = begin - timedelta(days=30)
    return Account(email=email, name=name, role=role, team_id=team_id, is_demo=True, created_at=created_at)


def _services(session: Session, slug: str, team: Team) -> list[Service]:
    """The active services of a team; the suggested ones come back, as demo rows, where it has none."""
    query = select(Service).where(Service.team_id == team.id, col(Service.is_active)).order_by(Service.name)
    found = list(session.exec(query))
    if not found:
        taken = set(session.exec(select(Service.name)))
        names = [name if name not in taken else f"{name} (demo)" for name, owner in SERVICES if owner == slug]
        model = SupportModel(team.support_model)
        found = [Service(name=name, team_id=team.id, support_model=model, is_demo=True) for name in names]
        session.add_all(found)
        session.flush()
    return found


def _tags(session: Session) -> dict[int, list[str]]:
    found = defaultdict(list)
    for row in session.exec(select(ArticleTag).order_by(col(ArticleTag.article_id), ArticleTag.tag)):
        found[row.article_id].append(row.tag)
    return found


def _articles(session: Session, random: Random) -> dict[str, list[Article]]:
    """Published articles anybody may read, in a shuffled order that says which are used most."""
    query = select(Article).where(Article.status == ArticleStatus.PUBLISHED, Article.audience == Audience.PUBLIC)
    found = defaultdict(list)
    published = list(session.exec(query.order_by(col(Article.id)).limit(300)))
    random.shuffle(published)
    for article in published:
        found[article.type].append(article)
    return found
