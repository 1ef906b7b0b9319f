"""`firstline golden` and `firstline synonyms`: how search does on judged queries, and words that mean the same."""

from __future__ import annotations

from typing import Annotated

import typer

from kb.doors.cli.base import app, desk, show_json
from kb.person import OPERATOR
from kb.search import gate, golden, trial, wording
from kb.search.wording import Change, Kind

synonyms = typer.Typer(help="List, add and remove words that mean the same.", no_args_is_help=True)
app.add_typer(synonyms, name="synonyms")
Json = Annotated[bool, typer.Option("--json", help="Print JSON.")]
Typed = Annotated[str, typer.Argument(help="What somebody types.")]
Meant = Annotated[str, typer.Argument(help="What it also finds.")]
BothWays = Annotated[bool, typer.Option("--both-ways", help="And the other way round.")]
Anyway = Annotated[bool, typer.Option("--anyway", help="Go ahead although search gets worse; it is recorded.")]


@app.command("golden")
def measure(
    json: Json = False,
    worst: Annotated[int, typer.Option(min=0, max=1000, help="How many queries to name, the worst first.")] = 10,
) -> None:
    """Measure search on the judged queries of this installation, each as often as people ask it.

    Example: firstline golden --json
    """
    handle = desk()
    golden.load_starter(handle)
    found = trial.evaluate(handle, OPERATOR)
    figures = found.figures
    if json:
        means = {"ndcg_at_10": figures.ndcg, "mrr_at_10": figures.mrr, "zero_result_share": figures.zero_share}
        return show_json({"queries": len(found.queries), **means, "worst": found.queries[:worst]})
    if not found.queries:
        return print("No judged query has a published answer here.")
    print(f"{len(found.queries)} judged queries: nDCG@10 {figures.ndcg:.4f}, MRR@10 {figures.mrr:.4f}, "
          f"without a result {figures.zero_share:.1%}")  # fmt: skip
    for query in found.queries[:worst]:
        print(f"{query.ndcg:>6.2f}  asked {query.asked:>4}  {query.text}")


@synonyms.command("list")
def list_synonyms(json: Json = False) -> None:
    """List the synonyms that were added and where stop words and synonyms differ from the built-in ones.

    Example: firstline synonyms list
    """
    now = wording.wording(desk(), OPERATOR)
    if json:
        return show_json(now)
    for rule in now.rules:
        print(f"{rule.typed} {'<->' if rule.is_both_ways else '->'} {rule.meant}")
    for words, meaning in ((now.ignored, "left out"), (now.counted, "counts"), (now.silent, "switched off")):
        for word in words:
            print(f"{word} ({meaning})")


@synonyms.command()
def add(typed: Typed, meant: Meant, both_ways: BothWays = False, anyway: Anyway = False) -> None:
    """Let one word find another too, unless judged queries do worse.

    Example: firstline synonyms add beamer projector --both-ways
    """
    _make(Change(Kind.ADD, typed, meant, both_ways), anyway)


@synonyms.command()
def remove(typed: Typed, meant: Meant, anyway: Anyway = False) -> None:
    """Take a synonym away, in all its directions, unless judged queries do worse.

    Example: firstline synonyms remove beamer projector
    """
    change = wording.cleaned(Change(Kind.DROP, typed, meant))
    known = {(rule.typed, rule.meant): rule.is_both_ways for rule in wording.wording(desk(), OPERATOR).rules}
    is_both_ways = known.get((change.typed, change.meant), False)
    _make(Change(Kind.DROP, change.typed, change.meant, is_both_ways), anyway)


def _make(change: Change, anyway: bool) -> None:
    done = gate.apply(desk(), OPERATOR, change, anyway=anyway)
    before, after = done.before.ndcg, done.after.ndcg
    measured = f"nDCG@10 {before:.4f} -> {after:.4f} over {done.queries}" if done.queries else "nothing measured: 0"
    print(f"Done; {measured} judged queries")
