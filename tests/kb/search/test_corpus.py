"""The index follows the articles."""

from __future__ import annotations

import pytest

from kb import articles, search
from kb.desk import Desk
from kb.person import Person
from kb.search import corpus
from models.ranking import ArticleIndex


@pytest.fixture
def fits(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """How many documents each new index was built over."""
    sizes: list[int] = []
    fit = ArticleIndex.fit

    def counted(self, documents):
        sizes.append(len(documents))
        return fit(self, documents)

    monkeypatch.setattr(ArticleIndex, "fit", counted)
    return sizes


def test_a_published_article_joins_the_index_without_a_new_one(
    desk: Desk, visitor: Person, make_article, fits, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(corpus, "SMALL", 0)
    monkeypatch.setattr(corpus, "SHARE_CHANGED", 2)
    make_article("Reset a stuck print queue")
    assert search.search(desk, visitor, "print queue").found == 1
    make_article("Renew the ledger certificate")
    assert [hit.title for hit in search.search(desk, visitor, "ledgr certificate").hits] == [
        "Renew the ledger certificate"
    ]
    assert fits == [1]


def test_a_withdrawn_article_leaves_it_with_its_words(
    desk: Desk, lead: Person, visitor: Person, make_article, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(corpus, "SMALL", 0)
    monkeypatch.setattr(corpus, "SHARE_CHANGED", 2)
    make_article("Reset a stuck print queue")
    gone = make_article("Renew the ledger certificate")
    assert search.search(desk, visitor, "ledgr").corrections == (("ledgr", "ledger"),)
    articles.archive(desk, lead, gone)
    assert search.search(desk, visitor, "ledgr").corrections == ()


def test_after_many_changes_the_index_is_built_anew(
    desk: Desk, visitor: Person, make_article, fits, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(corpus, "SMALL", 0)
    monkeypatch.setattr(corpus, "SHARE_CHANGED", 0.5)
    for title in ("One printer", "Two printers", "Three printers"):
        make_article(title)
        search.search(desk, visitor, "printer")
    assert fits == [1, 3]
