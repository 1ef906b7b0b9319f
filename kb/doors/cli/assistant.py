"""`firstline assistant` and `firstline drift`: how far the assistant can be trusted on the incidents of this house."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Annotated

import typer
from rich.console import Console

from kb import assessing, services
from kb.assessing import AS_OF, Curve, Group, Report, Rival, Share, Span
from kb.assessing.drift import sentence
from kb.assessing.keeping import TARGETS, keep
from kb.doors.cli.base import app, desk, show_json
from kb.errors import NotValid
from kb.labels import Target, words
from kb.person import OPERATOR

_waiting = Console(stderr=True)
Json = Annotated[bool, typer.Option("--json", help="Print JSON.")]
Until = Annotated[str, typer.Option(help="As of this instant, such as 2026-03-02T09:00:00+00:00.")]


@app.command()
def assistant(
    target: Annotated[str, typer.Option(help="type or severity; both without it.")] = "",
    until: Until = "",
    target_error: Annotated[
        float | None, typer.Option(min=0.001, max=0.5, help="Errors allowed among sure answers; as a lead set it.")
    ] = None,
    keeps: Annotated[bool, typer.Option("--keep", help="Show the result on the page Assistant.")] = False,
    json: Json = False,
) -> None:
    """Learn from the older confirmed incidents, ask about the latest, compare with keywords and the majority.

    Takes some minutes. With --until judgements, merged types and teams count as they stood then; a team renamed since,
    and texts that named an erased person, are as they are today.

    Example: firstline assistant --target severity --json
    """
    if target and target not in TARGETS:
        raise NotValid("target", f"--target is {target!r}: expected type or severity.")
    if keeps and (until or target_error):
        raise typer.BadParameter("--keep keeps how it is now; leave out --until and --target-error")
    handle, at = desk(), _instant(until)
    asked = [one for one in TARGETS if target in ("", one)]

    def measured(one: Target) -> Report:
        return assessing.assess(handle, OPERATOR, one, until=at, target_error=target_error)

    with _waiting.status("Training and asking"):
        found = {str(one): keep(handle, OPERATOR, one) if keeps else measured(one) for one in asked}
    if json:
        return show_json(found)
    names = services.type_names(handle)
    for report in found.values():
        _show(report, names)
    if until:
        print(f"\n{AS_OF}")


@app.command()
def drift(until: Until = "", json: Json = False) -> None:
    """Compare the last 30 days with the 180 before: words, types, and how often people agree with the assistant.

    Example: firstline drift --json
    """
    found = assessing.check_drift(desk(), OPERATOR, at=_instant(until))
    if json:
        return show_json(found)
    if not found.checks:
        print("There are too few incidents to compare.")
    for one in found.checks:
        state = "ALARM" if one.is_raised else "ok"
        print(f"{state:<6}{sentence(one)} (p = {one.p:.3f}, n = {one.n_before:,} and {one.n_now:,})")


def _show(report: Report, names: dict[str, str]) -> None:
    demo = ", demo incidents" if report.is_demo else ""
    over = f" ({report.n_over_cap:,} more were over the cap for one person)" if report.n_over_cap else ""
    learned = f"{report.n_starter:,} starter rows and {report.n_train:,} incidents{over}"
    print(
        f"\n{words(report.target)}: learned from {learned}, "
        f"asked about the {report.n_test:,} latest, from {report.from_at:%Y-%m-%d} to {report.to_at:%Y-%m-%d}{demo}"
    )
    for rival in report.rivals:
        print(f"{rival.name:<12} {_figures(rival)}")
    print(f"{'gives alone':<12} {_share(report.sure)}; of these wrong {_share(report.wrong_sure)}")
    print(f"{'calibration':<12} off by {_span(report.calibration_error)}")
    for group in report.groups:
        print(f"{group.by:<12} {group.name}: {_figures(group)}")
    for pair in (pair for pair in report.pairs if pair.is_too_often):
        one, other = (names.get(label, words(label)) for label in (pair.one, pair.other))
        print(f"{'confused':<12} {one} and {other}: {_share(pair.mixed)}")
    if (curve := report.curve) is not None:
        print(f"{'to reach':<12} macro-F1 {curve.target:.2f}: {_more(curve)}")


def _figures(one: Rival | Group) -> str:
    """What costs most first."""
    missed = f"critical missed {_share(one.missed)}  " if one.missed else ""
    return f"{missed}macro-F1 {_span(one.macro_f1)}  right {_share(one.right)}  cost {_span(one.cost)}"


def _more(curve: Curve) -> str:
    if curve.more is None:
        return "more labels alone will hardly do"
    high = "more than can be had" if curve.high is None else f"{curve.high:,}"
    return f"about {curve.more:,} more labels ({curve.low:,} to {high})"


def _share(share: Share) -> str:
    return f"{share.hits}/{share.n} ({share.low:.0%}-{share.high:.0%})"


def _span(span: Span) -> str:
    return f"{span.value:.3f} ({span.low:.3f}-{span.high:.3f})"


def _instant(text: str) -> datetime | None:
    try:
        at = datetime.fromisoformat(text) if text else None
    except ValueError:
        raise NotValid("until", f"--until is {text!r}: expected an instant such as 2026-03-02T09:00:00.") from None
    return at.replace(tzinfo=UTC) if at and at.tzinfo is None else at
