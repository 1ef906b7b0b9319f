"""What is written out is read back as it was."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from sqlmodel import select

from kb.articles.export import export_articles
from kb.desk import Desk
from kb.errors import NotAllowed, NotValid
from kb.importing.articles import import_articles
from kb.labels import Audience
from kb.person import OPERATOR, Person
from kb.tables import Article

Make = Callable[..., int]
BODY = "# Printer\n\nkeep <b>this</b> and {{< that >}}\n\n---\nTitle: no front matter\n---\n\n    code  "


def contents(desk: Desk) -> list[tuple[object, ...]]:
    fields = ("title", "body", "type", "environment", "status", "audience", "updated_at", "verified_at", "published_at")
    with desk.reading() as session:
        rows = session.exec(select(Article).order_by(Article.title)).all()
    return [(*(getattr(row, name) for name in fields), row.source_key) for row in rows]


def test_a_round_trip_changes_nothing(desk: Desk, make_article: Make, tmp_path: Path, clock) -> None:  # type: ignore[no-untyped-def]
    make_article("Printer", BODY, tags=["a: b", "c, d"], environment="Windows: 11 #1", type="access")
    make_article('"Quoted" - title', "Straße 日本", audience=Audience.INTERNAL, is_draft=True)
    before = contents(desk)
    assert export_articles(desk, OPERATOR, tmp_path / "out") == 2
    again = import_articles(desk, OPERATOR, tmp_path / "out")
    assert (again.created, again.updated, again.unchanged, again.refused) == (0, 0, 2, ())
    with desk.transaction() as session:
        for row in session.exec(select(Article)).all():
            row.source_key = None
    clock.forward(days=3)
    assert import_articles(desk, OPERATOR, tmp_path / "out").created == 2
    assert [row for row in contents(desk) if row[-1]] == before


def test_the_files_can_be_told_apart(desk: Desk, make_article: Make, tmp_path: Path) -> None:
    make_article("Größe & Maß: /etc/passwd", "Text")
    make_article("日本語", "Text")
    export_articles(desk, OPERATOR, tmp_path / "out")
    assert sorted(path.name for path in (tmp_path / "out").iterdir()) == ["KB-1-gr-e-ma-etc-passwd.md", "KB-2.md"]


def test_an_export_overwrites_nothing(desk: Desk, agent: Person, tmp_path: Path) -> None:
    (tmp_path / "mine.txt").write_text("mine")
    with pytest.raises(NotValid):
        export_articles(desk, OPERATOR, tmp_path)
    with pytest.raises(NotValid):
        export_articles(desk, OPERATOR, tmp_path / "mine.txt")
    with pytest.raises(NotAllowed):
        export_articles(desk, agent, tmp_path / "new")
