"""Every figure by name: what it is called, how it is best seen, and the function that counts it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from sqlmodel import Session

from kb.analytics import availability, feedback, incidents, knowledge, money, skills, trends
from kb.analytics.figure import Cell, Shape, Unit
from kb.analytics.scope import Scope

Compute = Callable[[Session, Scope], tuple[Cell, ...]]


@dataclass(frozen=True, slots=True)
class Entry:
    """A figure's name on the page and in exports; what exactly it counts stands in the function's docstring."""

    title: str
    unit: Unit
    shape: Shape
    compute: Compute

    @property
    def about(self) -> str:
        return " ".join((self.compute.__doc__ or "").split())


ENTRIES = (
    Entry("First answer by team", Unit.MINUTES, Shape.BARS, incidents.response_minutes_by_team),
    Entry("Monthly cost by support model", Unit.MONEY, Shape.BARS, money.monthly_cost_by_support_model),
    Entry("Severity", Unit.SHARE, Shape.PARTS, incidents.severity_share),
    Entry("Satisfaction", Unit.SHARE, Shape.PARTS, feedback.satisfaction_share),
    Entry("Time to resolve by type", Unit.HOURS, Shape.BARS, incidents.resolution_hours_by_type),
    Entry("Availability by support model", Unit.SHARE, Shape.BARS, availability.availability_share_by_support_model),
    Entry("Skills", Unit.SHARE, Shape.PARTS, skills.skill_share),
    Entry("Types", Unit.SHARE, Shape.PARTS, incidents.incident_type_share),
    Entry("Saved per incident solved by an article", Unit.MONEY, Shape.BARS, money.saved_per_incident_by_type),
    Entry("Sentiment of comments", Unit.SHARE, Shape.PARTS, feedback.sentiment_share),
    Entry("Time to resolve and articles", Unit.HOURS, Shape.BARS, incidents.resolution_hours_by_linked_article),
    Entry(
        "Time to resolve and knowledge shared", Unit.HOURS, Shape.BARS, incidents.resolution_hours_by_knowledge_sharing
    ),
    Entry("SLA kept", Unit.SHARE, Shape.BARS, incidents.sla_kept_share_by_severity),
    Entry("Overdue now", Unit.COUNT, Shape.BARS, incidents.live_by_severity),
    Entry("Incidents a month", Unit.COUNT, Shape.MONTHS, trends.incidents_by_month),
    Entry("Time to resolve, by month", Unit.HOURS, Shape.MONTHS, trends.median_resolution_hours_by_month),
    Entry("Availability, by month", Unit.SHARE, Shape.MONTHS, availability.availability_by_month),
    Entry("Satisfaction, by month", Unit.SCORE, Shape.MONTHS, trends.satisfaction_by_month),
    Entry("Ratings", Unit.SHARE, Shape.BARS, feedback.helped_share),
    Entry("Articles that help least", Unit.SHARE, Shape.LIST, feedback.helped_least),
    Entry("Articles that help most", Unit.SHARE, Shape.LIST, feedback.helped_most),
    Entry("Why an article did not help", Unit.COUNT, Shape.BARS, feedback.reasons_not_helpful),
    Entry("Reasons given with satisfaction", Unit.COUNT, Shape.BARS, feedback.reasons_satisfaction),
    Entry("Searches", Unit.SHARE, Shape.BARS, knowledge.search_share),
    Entry("Searched most", Unit.COUNT, Shape.LIST, knowledge.top_queries),
    Entry("Searched without result", Unit.COUNT, Shape.LIST, knowledge.queries_without_result),
    Entry("Articles opened most", Unit.COUNT, Shape.LIST, knowledge.most_opened),
    Entry("Articles by status", Unit.COUNT, Shape.BARS, knowledge.articles_by_status),
    Entry("Articles verified lately", Unit.SHARE, Shape.BARS, knowledge.verified_share_by_type),
)
CATALOGUE = {entry.compute.__name__: entry for entry in ENTRIES}
CONTRACT = tuple(CATALOGUE)[:12]
"""The names `firstline figures --json` promises, in its order."""
GROUPS = {
    "Satisfaction and feedback": (
        "satisfaction_share",
        "sentiment_share",
        "satisfaction_by_month",
        "reasons_satisfaction",
        "helped_share",
        "reasons_not_helpful",
        "helped_least",
        "helped_most",
    ),
    "Incidents and SLA": (
        "severity_share",
        "incident_type_share",
        "incidents_by_month",
        "median_resolution_hours_by_month",
        "resolution_hours_by_type",
        "sla_kept_share_by_severity",
        "live_by_severity",
        "availability_share_by_support_model",
        "availability_by_month",
    ),
    "Knowledge and search": (
        "resolution_hours_by_linked_article",
        "resolution_hours_by_knowledge_sharing",
        "search_share",
        "articles_by_status",
        "verified_share_by_type",
        "top_queries",
        "queries_without_result",
        "most_opened",
    ),
    "Costs": ("monthly_cost_by_support_model", "saved_per_incident_by_type"),
    "Teams": ("response_minutes_by_team", "skill_share"),
}
"""What stands together on a page."""
