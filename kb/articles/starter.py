"""The articles a new installation begins with."""

from __future__ import annotations

from pathlib import Path

from sqlmodel import col, select

from kb.articles.rows import Text, checked, raise_stamp
from kb.articles.writing import begin
from kb.desk import Desk
from kb.importing import frontmatter
from kb.labels import ArticleStatus
from kb.person import OPERATOR
from kb.tables import Article

FOLDER = Path(__file__).parent.parent / "starter" / "articles"


def load_starter(desk: Desk) -> int:
    """Publish the starter articles that have not been loaded before; gives how many.

    One that was changed or archived since stays as it is. The incident types must be there (`kb.services.seed`).
    """
    with desk.reading() as session:
        query = select(Article.source_key).where(col(Article.source_key).startswith("starter/"))
        known = set(session.exec(query).all())
    files = [path for path in sorted(FOLDER.glob("*.md")) if f"starter/{path.stem}" not in known]
    texts = [(f"starter/{path.stem}", _read(path)) for path in files]
    if not texts:
        return 0
    with desk.transaction() as session:
        kept = [(key, checked(session, text)) for key, text in texts]  # before one is added: each look would store it
        for key, text in kept:
            article = begin(session, desk, OPERATOR, text, status=ArticleStatus.PUBLISHED, note="Starter article")
            article.source_key, article.verified_at = key, desk.now()
        raise_stamp(session)
    return len(texts)


def _read(path: Path) -> Text:
    fields, body = frontmatter.split(path.read_text(encoding="utf-8"))
    return Text(
        frontmatter.words(fields, "title"),
        body,
        frontmatter.words(fields, "type"),
        tuple(frontmatter.listed(fields, "tags")),
        frontmatter.words(fields, "environment"),
    )
