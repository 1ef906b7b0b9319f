"""`firstline search`: what a person would find."""

from __future__ import annotations

from typing import Annotated

import typer

from kb import search as engine
from kb.articles import label
from kb.doors.cli.base import app, desk, show_json
from kb.person import OPERATOR


@app.command()
def search(
    query: Annotated[str, typer.Argument(help="What is not working.")],
    limit: Annotated[int, typer.Option(min=1, max=100, help="How many articles to show.")] = 10,
    exact: Annotated[bool, typer.Option("--exact", help="Take every word as written.")] = False,
    explain: Annotated[bool, typer.Option("--explain", help="Say why each was found.")] = False,
    json: Annotated[bool, typer.Option("--json", help="Print JSON.")] = False,
) -> None:
    """Search the published articles, also the internal ones.

    Example: firstline search "printer jobs stay in qeue" --limit 3
    """
    results = engine.search(desk(), OPERATOR, query, limit=limit, exact=exact)
    if json:
        return show_json(results)
    if results.corrections:
        print(f'Showing results for "{results.shown_query}"')
    for hit in results.hits:
        print(f"{label(hit.id):>8}  {hit.title}")
        if hit.snippet.text:
            print(f"{'':10}{hit.snippet.text}")
        if explain and hit.why:
            parts = ", ".join(f"{name} {share:.0%}" for name, share in hit.why.parts)
            print(f"{'':10}score {hit.score:.2f}: {', '.join(hit.why.words)} ({parts})")
    print(f"{results.found} found in {results.milliseconds:.0f} ms")
