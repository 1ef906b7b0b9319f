"""Import of articles: everything or nothing, and a second run changes nothing."""

from __future__ import annotations

import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest
from sqlmodel import select

from kb import articles, search
from kb.desk import Desk
from kb.errors import NotAllowed, Refused
from kb.importing.articles import import_articles
from kb.labels import ArticleStatus
from kb.person import OPERATOR, Person
from kb.tables import Article

SHARED = Path(__file__).parents[4] / "shared" / "data" / "kb"


@pytest.fixture
def docs(tmp_path: Path) -> Path:
    """Three files, one of them no article."""
    root = tmp_path / "docs"
    (root / "sub").mkdir(parents=True)
    (root / "vpn.md").write_text("---\ntitle: VPN is slow\ntags: [vpn]\n---\nRestart the client.\n")
    (root / "sub" / "mail.md").write_text("# Mail is late\n\nLook at the queue.\n")
    (root / "bad.md").write_text("---\ntitle: [\n---\nText\n")
    return root


def counts(done: object) -> tuple[int, int, int, int]:
    return done.created, done.updated, done.unchanged, len(done.refused)  # type: ignore[attr-defined]


def test_every_file_becomes_an_article_or_is_refused(desk: Desk, lead: Person, visitor: Person, docs: Path) -> None:
    done = import_articles(desk, lead, docs)
    assert counts(done) == (2, 0, 0, 1)
    assert done.refused[0].startswith("bad.md: 2: the front matter is no valid YAML")
    assert [hit.title for hit in search.search(desk, visitor, "vpn slow").hits] == ["VPN is slow"]


def test_a_second_run_changes_nothing_and_a_changed_file_one_article(
    desk: Desk, lead: Person, docs: Path, clock: Callable[[], object]
) -> None:
    import_articles(desk, lead, docs)
    assert counts(import_articles(desk, lead, docs)) == (0, 0, 2, 1)
    (docs / "vpn.md").write_text("---\ntitle: VPN is slow\n---\nUpdate the client.\n")
    assert counts(import_articles(desk, lead, docs)) == (0, 1, 1, 1)
    with desk.reading() as session:
        row = session.exec(select(Article).where(Article.source_key == "docs/vpn.md")).one()
    assert (row.body, articles.get(desk, lead, row.id or 0).tags) == ("Update the client.", ())
    assert len(articles.revisions(desk, lead, row.id or 0)) == 2


def test_zip_and_folder_are_the_same_collection(desk: Desk, lead: Person, docs: Path, tmp_path: Path) -> None:
    path = tmp_path / "docs.zip"
    with zipfile.ZipFile(path, "w") as archive:
        for file in sorted(docs.rglob("*.md")):
            archive.write(file, file.relative_to(docs).as_posix())
    assert counts(import_articles(desk, lead, path)) == (2, 0, 0, 1)
    assert counts(import_articles(desk, lead, docs)) == (0, 0, 2, 1)


def test_what_was_changed_here_stays_while_its_file_does(desk: Desk, lead: Person, docs: Path) -> None:
    import_articles(desk, lead, docs)
    articles.revise(desk, lead, 1, revision=1, title="Ours", body="Ours")
    articles.archive(desk, lead, 2)
    assert counts(import_articles(desk, lead, docs)) == (0, 0, 2, 1)
    assert articles.get(desk, lead, 1).title == "Ours"
    assert articles.get(desk, lead, 2).status is ArticleStatus.ARCHIVED


def test_a_dry_run_says_the_same_and_leaves_nothing(desk: Desk, lead: Person, docs: Path) -> None:
    assert counts(import_articles(desk, lead, docs, is_dry_run=True)) == (2, 0, 0, 1)
    with desk.reading() as session:
        assert session.exec(select(Article)).all() == []
    assert counts(import_articles(desk, lead, docs)) == (2, 0, 0, 1)


def test_a_failure_half_way_leaves_nothing(
    desk: Desk, lead: Person, docs: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(session: object) -> None:
        raise OSError("disk full")

    monkeypatch.setattr("kb.importing.articles.raise_stamp", fail)
    with pytest.raises(OSError, match="disk full"):
        import_articles(desk, lead, docs)
    with desk.reading() as session:
        assert session.exec(select(Article)).all() == []


def test_dates_of_the_future_and_a_title_too_long_do_no_harm(desk: Desk, lead: Person, tmp_path: Path) -> None:
    (tmp_path / "a.md").write_text(f"---\ntitle: {'x' * 300}\ndate: 2999-01-01\nverified: 2026-01-05\n---\nText")
    import_articles(desk, lead, tmp_path / "a.md")
    article = articles.get(desk, lead, 1)
    assert (article.updated_at, article.published_at, len(article.title)) == (desk.now(), desk.now(), 200)
    assert f"{article.verified_at:%Y-%m-%d}" == "2026-01-05"


def test_pages_that_include_each_other_come_to_an_end(desk: Desk, lead: Person, tmp_path: Path) -> None:
    root = tmp_path / "loop"
    root.mkdir()
    for one, other in (("a", "b"), ("b", "a")):
        (root / f"{one}.md").write_text(f'Text of {one}\n\n{{{{% include "{other}.md" %}}}}\n')
    assert counts(import_articles(desk, lead, root)) == (2, 0, 0, 0)
    assert "Text of b" in articles.get(desk, lead, 1).body


def test_an_agent_imports_nothing_and_nowhere_is_said(desk: Desk, agent: Person, tmp_path: Path) -> None:
    with pytest.raises(NotAllowed):
        import_articles(desk, agent, tmp_path)
    with pytest.raises(Refused):
        import_articles(desk, OPERATOR, tmp_path / "none")
    (tmp_path / "bare").mkdir()
    assert counts(import_articles(desk, OPERATOR, tmp_path / "bare")) == (0, 0, 0, 0)


@pytest.mark.skipif(not SHARED.exists(), reason="the real collections are not on this machine")
@pytest.mark.parametrize(
    ("name", "files", "refused", "query", "first"),
    [
        ("hugo_docs", 1002, 7, "image resize", "images.Process"),
        ("govuk_developer_docs", 269, 1, "purge cache", "Purge a page from cache"),
    ],
)
def test_the_real_collections(
    desk: Desk, visitor: Person, name: str, files: int, refused: int, query: str, first: str
) -> None:
    done = import_articles(desk, OPERATOR, SHARED / f"{name}.zip")
    assert counts(done) == (files - refused, 0, 0, refused)
    assert all(line.count(": ") >= 2 for line in done.refused)
    assert first in [hit.title for hit in search.search(desk, visitor, query).hits]
    assert counts(import_articles(desk, OPERATOR, SHARED / f"{name}.zip")) == (0, 0, files - refused, refused)
