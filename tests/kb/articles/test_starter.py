"""The articles a new installation begins with."""

from __future__ import annotations

from kb import articles, markup, search, services
from kb.desk import Desk
from kb.labels import STARTER_TYPES
from kb.person import OPERATOR, Person


def test_they_are_loaded_once_and_stay_as_they_were_made(desk: Desk, lead: Person, visitor: Person) -> None:
    services.seed(desk)
    assert articles.load_starter(desk) >= 60
    hit = search.search(desk, visitor, "print jobs stay in the queue").hits[0]
    articles.archive(desk, lead, hit.id)
    assert articles.load_starter(desk) == 0
    assert hit.id not in [one.id for one in search.search(desk, visitor, "print jobs stay in the queue").hits]


def test_each_type_has_articles_with_symptom_cause_steps_and_how_to_verify(desk: Desk) -> None:
    services.seed(desk)
    count = articles.load_starter(desk)
    loaded = [articles.get(desk, OPERATOR, number) for number in range(1, count + 1)]
    assert {article.type for article in loaded} == {slug for slug, _, _ in STARTER_TYPES}
    for article in loaded:
        texts = {heading.text for heading in markup.headings(article.body)}
        assert {"Symptom", "Cause", "Steps", "How to verify"} <= texts
        assert article.environment
        assert article.verified_at == desk.now()
