"""Three people change one article in any order: nobody's text is overwritten unseen, and none is lost."""

from __future__ import annotations

import os
import tempfile
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule, run_state_machine_as_test

from kb import articles
from kb.desk import Desk
from kb.errors import Conflict, FirstlineError
from kb.labels import ArticleStatus, Role
from kb.person import Person
from kb.settings import Settings
from kb.tables import Account
from tests.conftest import Clock, installation

STEPS = int(os.environ.get("EDIT_STEPS", "400"))
"""2,000 by hand, then of other steps each time."""
WRITERS = (("Ann", Role.AGENT), ("Ben", Role.AGENT), ("Lea", Role.LEAD))
who = st.integers(0, len(WRITERS) - 1)


class Writers(RuleBasedStateMachine):
    """A model beside the article: what each has open, and every text that was ever taken."""

    template = ""

    @initialize()
    def begin(self) -> None:
        self.folder = tempfile.TemporaryDirectory()
        self.rooms = installation(Path(self.folder.name) / "home", self.template)
        self.desk = Desk(Settings.from_env(self.rooms.__enter__()), now=Clock())
        self.people = [self.person(name, role) for name, role in WRITERS]
        self.id = articles.draft(self.desk, self.people[0], title="Title", body="text 0")
        self.newest, self.taken, self.count = 1, ["text 0"], 0
        self.open = [1] * len(WRITERS)

    def person(self, name: str, role: Role) -> Person:
        with self.desk.transaction() as session:
            account = Account(name=name, email=f"{name}@example.com", role=role, created_at=self.desk.now())
            session.add(account)
        return Person(account.id, name, account.email, role)

    def editing(self) -> articles.Editing:
        return articles.editing(self.desk, self.people[2], self.id)

    @rule(one=who)
    def open_it(self, one: int) -> None:
        self.open[one] = articles.editing(self.desk, self.people[one], self.id).revision

    @rule(one=who)
    def save(self, one: int) -> None:
        self.count += 1
        text, is_stale = f"text {self.count}", self.open[one] != self.newest
        try:
            articles.revise(self.desk, self.people[one], self.id, revision=self.open[one], title="Title", body=text)
        except Conflict:
            assert is_stale
            assert self.editing().text.body == self.taken[-1]
        else:
            assert not is_stale, "somebody's text was overwritten unseen"
            self.taken.append(text)
            self.open[one] = self.newest = self.newest + 1

    @rule(one=who, step=st.sampled_from(("publish", "archive", "submit_for_review", "return_to_draft")))
    def step(self, one: int, step: str) -> None:
        try:
            getattr(articles, step)(self.desk, self.people[one], self.id)
        except FirstlineError:
            return
        self.newest = self.editing().revision

    @rule(seen=st.integers(1, 50))
    def publish_what_was_read(self, seen: int) -> None:
        is_shown = self.editing().status is ArticleStatus.PUBLISHED and not self.editing().is_pending
        try:
            articles.publish(self.desk, self.people[2], self.id, revision=seen)
        except Conflict:
            assert is_shown or seen != self.newest
        else:
            assert seen == self.newest
            self.newest = self.editing().revision

    @invariant()
    def nothing_is_lost(self) -> None:
        kept = [row.number for row in articles.revisions(self.desk, self.people[0], self.id)]
        assert self.editing().text.body == self.taken[-1]
        assert sorted(kept) == list(range(1, self.newest + 1))

    def teardown(self) -> None:
        if hasattr(self, "desk"):
            self.desk.close()
            self.rooms.__exit__(None, None, None)
            self.folder.cleanup()


def test_nobodys_text_is_overwritten_unseen(empty_database: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Writers, "template", empty_database)
    quiet = settings(
        max_examples=max(1, STEPS // 50),
        stateful_step_count=50,
        deadline=None,
        derandomize=STEPS < 2_000,
        suppress_health_check=list(HealthCheck),
    )
    run_state_machine_as_test(Writers, settings=quiet)
