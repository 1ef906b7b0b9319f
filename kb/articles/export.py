"""Export of articles: one Markdown file each, that an import reads back as it was."""

from __future__ import annotations

import re
from collections import defaultdict
from pathlib import Path

import yaml
from sqlmodel import col, select

from kb.articles.reading import label
from kb.desk import Desk
from kb.errors import NotValid
from kb.labels import Role
from kb.person import Person
from kb.tables import Article, ArticleTag


def export_articles(desk: Desk, person: Person, folder: Path) -> int:
    """Write every article, whatever its status, into `folder`; gives how many. NotValid when it holds files already."""
    person.require(Role.LEAD, "export articles")
    if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
        raise NotValid("folder", f"{folder.name} holds files already; name a new or an empty folder.")
    tags: defaultdict[int, list[str]] = defaultdict(list)
    with desk.reading() as session:
        articles = session.exec(select(Article).order_by(col(Article.id))).all()
        for row in session.exec(select(ArticleTag).order_by(ArticleTag.tag)).all():
            tags[row.article_id].append(row.tag)
    try:
        folder.mkdir(parents=True, exist_ok=True)
        for article in articles:
            text = as_markdown(article, tags[article.id or 0])
            (folder / _file_name(article)).write_text(text, encoding="utf-8")
    except OSError as error:
        raise NotValid("folder", f"{folder.name} can't be written to.") from error
    return len(articles)


def as_markdown(article: Article, tags: list[str]) -> str:
    """Front matter and text of one article."""
    dates = {
        "updated": article.updated_at, "verified": article.verified_at, "published": article.published_at
    }  # fmt: skip
    fields = {
        "firstline": label(article.id or 0),
        "title": article.title,
        "type": article.type,
        "tags": tags,
        "environment": article.environment,
        "status": str(article.status),
        "audience": str(article.audience),
        "source": article.source_key or "",
        **{name: at.isoformat() for name, at in dates.items() if at},
    }
    head = yaml.safe_dump(fields, sort_keys=False, allow_unicode=True, width=2**16)
    return f"---\n{head}---\n{article.body}\n"


def _file_name(article: Article) -> str:
    slug = re.sub(r"[^\w]+", "-", article.title.lower(), flags=re.ASCII).strip("-")[:60].strip("-")
    return f"{label(article.id or 0)}-{slug}.md" if slug else f"{label(article.id or 0)}.md"
