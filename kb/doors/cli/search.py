"""`firstline search`: what a person would find."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Annotated

import typer

from kb import search as engine
from kb.articles import label
from kb.doors.cli.base import app, desk, show_json
from kb.person import OPERATOR
from kb.search import ArticleHit

LEAST_SHARE = 0.005
"""What says less of a score would be printed as 0 %."""


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
        if explain:
            for name, value in _why(hit):
                print(f"{'':12}{name:11}{value}")
    print(f"{results.found} found in {results.milliseconds:.0f} ms")


def _why(hit: ArticleHit) -> Iterator[tuple[str, str]]:
    """What made a hit stand where it stands, each with its name; what played no part is left out."""
    yield "score", f"{hit.score:.2f}"
    why = hit.why
    if why is None:
        return
    if why.is_pinned:
        yield "pinned", "a lead put it first for this query"
    if why.words:
        yield "matched", ", ".join(why.words)
    for name, pairs in (("corrected", why.corrections), ("synonym", why.synonyms)):
        if pairs:
            yield name, ", ".join(f"{typed} -> {found}" for typed, found in pairs)
    if shares := [f"{name} {share:.0%}" for name, share in why.parts if share >= LEAST_SHARE]:
        yield "shares", ", ".join(shares)
    if why.boost != 1:
        yield "outcomes", f"the score times {why.boost:.2f}"
