"""The sentence a figure says, made from its cells; honest about few cases and about differences that may be chance."""

from __future__ import annotations

from collections.abc import Sequence

from kb.analytics.figure import SMALL, Cell, Shape, Unit

NOUNS = {Unit.MINUTES: "minute", Unit.HOURS: "hour"}
_UNITS = {Unit.SHARE: " %", Unit.MINUTES: " minutes", Unit.HOURS: " hours", Unit.SCORE: " of 5"}
MOST = {
    "response_minutes_by_team": "{name} answers slowest: {value} on average",
    "monthly_cost_by_support_model": "{name} costs most: {value} a month",
    "severity_share": "{value} of incidents are of {name} severity, more than of any other",
    "incident_type_share": "{name} is the most frequent type: {value} of incidents",
    "resolution_hours_by_type": "{name} takes longest: {value} on average",
    "skill_share": "{name} is the most frequent skill: {value}",
    "saved_per_incident_by_type": "{name} saves most where an article solves it: {value} each",
    "reasons_not_helpful": "Most often: {name} ({value})",
    "reasons_satisfaction": "Given most: {name} ({value})",
    "articles_by_status": "{value} articles are {name}",
    "top_queries": "“{name}” is searched most: {value} times",
    "queries_without_result": "“{name}” found nothing {value} times",
    "most_opened": "“{name}” is opened most: {value} times",
    "helped_most": "“{name}” helped {value} of those who rated it",
}
LEAST = {
    "availability_share_by_support_model": "{name} was available least: {value} of the time",
    "sla_kept_share_by_severity": "{name} incidents are late most often: {value} were kept",
    "verified_share_by_type": "{name}: {value} of articles were verified lately, fewer than of any other type",
    "helped_least": "“{name}” helped {value} of those who rated it",
}
SUBJECTS = {
    "incidents_by_month": "The number of incidents a month",
    "median_resolution_hours_by_month": "The median time to resolve",
    "availability_by_month": "Availability",
    "satisfaction_by_month": "Satisfaction",
}
PAIRS = ("resolution_hours_by_linked_article", "resolution_hours_by_knowledge_sharing")
LOWER = ("severity_share", "articles_by_status")
"""Findings in which the name stands in the middle of a sentence."""


def say(value: float | None, unit: Unit) -> str:
    """A value as people read it: 12 minutes, 99.9 %, 4.3 of 5, 25,000."""
    if value is None:
        return "none"
    number = _number(value, unit)
    return f"{number} {NOUNS[unit]}" if number == "1" and unit in NOUNS else number + _UNITS.get(unit, "")


def say_range(low: float, high: float, unit: Unit) -> str:
    """From one value to another: 3.1–3.5 hours."""
    return f"{_number(low, unit)}–{say(high, unit)}"


def finding(name: str, unit: Unit, shape: Shape, cells: Sequence[Cell]) -> str:
    """What the figure says, in one sentence."""
    if not any(cell.n for cell in cells):
        return "Nothing was recorded in this period"
    told = [cell for cell in cells if not cell.is_small]
    if not told:
        return f"Too few cases to say (fewer than {SMALL} each)"
    if shape is Shape.MONTHS:
        return _change(SUBJECTS[name], unit, told)
    if name in PAIRS:
        return _pair(unit, told)
    if name in MOST or name in LEAST:
        return _extreme(name, unit, told)
    return _special(name, cells)


def _extreme(name: str, unit: Unit, told: Sequence[Cell]) -> str:
    """Which cell stands out, unless its interval reaches into the next one's."""
    ordered = sorted(told, key=lambda cell: cell.value or 0.0, reverse=name in MOST)
    first = ordered[0]
    if len(ordered) > 1 and first.value == ordered[-1].value:
        return f"All alike: {say(first.value, unit)}"
    spoken = first.name.lower() if name in LOWER else first.name
    sentence = (MOST.get(name) or LEAST[name]).format(name=spoken, value=say(first.value, unit))
    is_chance = len(ordered) > 1 and _overlap(first, ordered[1])
    return f"{sentence} (close to {ordered[1].name}: may be chance)" if is_chance else sentence


def _pair(unit: Unit, told: Sequence[Cell]) -> str:
    if len(told) < 2:
        return f"{told[0].name}: {say(told[0].value, unit)}; too few others to compare"
    one, other = told
    sentence = f"{one.name}: {say(one.value, unit)}; {other.name.lower()}: {say(other.value, unit)}"
    return f"{sentence} (the difference may be chance)" if _overlap(one, other) else sentence


def _change(subject: str, unit: Unit, told: Sequence[Cell]) -> str:
    """From the first three months to the last three, means of the months; a count needs whole months."""
    told = told[1:-1] if unit is Unit.COUNT else told
    if len(told) < 2:
        return "Too short to show a change"
    span = min(3, len(told) // 2)
    before, after = (_mean(part) for part in (told[:span], told[-span:]))
    if say(before, unit) == say(after, unit):
        return f"{subject} stayed at {say(after, unit)}"
    return f"{subject} {'rose' if after > before else 'fell'} from {say(before, unit)} to {say(after, unit)}"


def _special(name: str, cells: Sequence[Cell]) -> str:
    value = {cell.label: cell.value or 0.0 for cell in cells}
    if name == "satisfaction_share":
        return f"{say(value['excellent'] + value['good'], Unit.SHARE)} of answers are good or excellent"
    if name == "sentiment_share":
        positive, negative = say(value["positive"], Unit.SHARE), say(value["negative"], Unit.SHARE)
        return f"{positive} of comments are positive, {negative} negative"
    if name == "helped_share":
        return f"{say(value['helped'], Unit.SHARE)} of ratings say that the article helped"
    if name == "search_share":
        return f"{say(1 - value['found'], Unit.SHARE)} of searches found nothing"
    return f"{sum(value.values()):,.0f} of {sum(cell.n for cell in cells):,} open incidents are overdue"


def _overlap(one: Cell, other: Cell) -> bool:
    if one.low is None or one.high is None or other.low is None or other.high is None:
        return False
    return one.low <= other.high and other.low <= one.high


def _mean(cells: Sequence[Cell]) -> float:
    return sum(cell.value or 0.0 for cell in cells) / len(cells)


def _number(value: float, unit: Unit) -> str:
    if unit is Unit.SHARE:
        return _short(100 * value, 1)
    return _short(value, 0 if unit in (Unit.MONEY, Unit.COUNT) or abs(value) >= 20 else 1)


def _short(value: float, digits: int) -> str:
    """Thousands apart, no zeros after the point."""
    text = f"{value:,.{digits}f}"
    return text.rstrip("0").rstrip(".") if "." in text else text
