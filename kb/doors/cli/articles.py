"""`firstline import articles` and `firstline export articles`."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.progress import Progress

from kb import services
from kb.articles.export import export_articles
from kb.doors.cli.base import bring_in, desk, show_json, take_out
from kb.importing.articles import import_articles
from kb.person import OPERATOR


@bring_in.command("articles")
def bring_articles_in(
    path: Annotated[Path, typer.Argument(help="A folder, a file or a ZIP of Markdown.")],
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Say what would be done and change nothing.")] = False,
    json: Annotated[bool, typer.Option("--json", help="Print JSON.")] = False,
) -> None:
    """Make an article of every file, or say why not. A second run of the same changes nothing.

    Example: firstline import articles handbook.zip --dry-run
    """
    services.seed(desk())
    with Progress(console=Console(stderr=True), transient=True, disable=not sys.stderr.isatty()) as progress:
        task = progress.add_task("Reading", total=None)
        done = import_articles(
            desk(),
            OPERATOR,
            path,
            is_dry_run=dry_run,
            on_progress=lambda count, total: progress.update(task, completed=count, total=total),
        )
    if json:
        return show_json(done)
    for problem in done.refused:
        print(problem)
    counts = f"created {done.created}, updated {done.updated}, unchanged {done.unchanged}, refused {len(done.refused)}"
    print(f"Would be: {counts}" if dry_run else counts)


@take_out.command("articles")
def take_articles_out(folder: Annotated[Path, typer.Argument(help="A new or an empty folder.")]) -> None:
    """Write every article as a Markdown file with front matter, which import reads back as it was.

    Example: firstline export articles handbook
    """
    print(f"{export_articles(desk(), OPERATOR, folder)} articles written to {folder}")
