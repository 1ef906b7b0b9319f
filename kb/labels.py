"""The closed sets: roles, severities, statuses and the words shown for them (source: ITIL 4 practice terms)."""

from __future__ import annotations

from enum import StrEnum


class Role(StrEnum):
    """What a person may do; each role may do all that the ones before it may."""

    GUEST = "guest"
    USER = "user"
    AGENT = "agent"
    LEAD = "lead"
    ADMIN = "admin"

    @property
    def rank(self) -> int:
        return list(Role).index(self)


class Severity(StrEnum):
    """How bad an incident is, mildest first."""

    LOW = "low"
    MEDIUM = "medium"
    HIGH = "high"
    CRITICAL = "critical"


class Impact(StrEnum):
    """Who is affected."""

    ONE = "one"
    SOME = "some"
    ALL = "all"


class Urgency(StrEnum):
    """Whether work can go on: low yes, medium badly, high no."""

    LOW = "low"
    MEDIUM = "medium"
    HIGH = "high"


class Status(StrEnum):
    """Where an incident stands."""

    NEW = "new"
    OPEN = "open"
    ON_HOLD = "on_hold"
    RESOLVED = "resolved"
    CLOSED = "closed"


class Category(StrEnum):
    """What a status means for the SLA clock: it runs, is paused, or has stopped."""

    RUNNING = "running"
    PAUSED = "paused"
    STOPPED = "stopped"


CATEGORY = {
    Status.NEW: Category.RUNNING,
    Status.OPEN: Category.RUNNING,
    Status.ON_HOLD: Category.PAUSED,
    Status.RESOLVED: Category.STOPPED,
    Status.CLOSED: Category.STOPPED,
}
LIVE = tuple(status for status, category in CATEGORY.items() if category is not Category.STOPPED)


class ArticleStatus(StrEnum):
    """The life of an article."""

    DRAFT = "draft"
    IN_REVIEW = "in_review"
    PUBLISHED = "published"
    ARCHIVED = "archived"


class Audience(StrEnum):
    """Who may find an article: everybody, or agents and above."""

    PUBLIC = "public"
    INTERNAL = "internal"


class Source(StrEnum):
    """Through which door an incident came."""

    PORTAL = "portal"
    API = "api"
    ALERT = "alert"
    IMPORT = "import"
    CLI = "cli"


class SupportModel(StrEnum):
    """Who runs a service or a team."""

    IN_HOUSE = "in_house"
    OUTSOURCED = "outsourced"


class Target(StrEnum):
    """What a model predicts."""

    TYPE = "type"
    SEVERITY = "severity"
    SENTIMENT = "sentiment"


class OutageKind(StrEnum):
    """Announced beforehand, or not."""

    PLANNED = "planned"
    UNPLANNED = "unplanned"


STARTER_TYPES = (
    ("performance", "Performance", "Slow, time-outs, high load: it works, but not fast enough"),
    ("configuration", "Configuration", "A wrong, missing or expired setting, certificate or licence"),
    ("security", "Security", "A breach or the suspicion of one: phishing, malware, leaked credentials"),
    ("data_integration", "Data integration", "Data does not pass between systems as it should"),
    ("software_bug", "Software bug", "One application crashes, shows an error or computes a wrong result"),
    ("hardware_failure", "Hardware failure", "A device is broken or dies"),
    ("data_corruption", "Data corruption", "Stored data is lost, garbled or inconsistent"),
    ("access", "Access", "Somebody cannot sign in or needs an account or a permission"),
)

IMPACT_WORDS = {Impact.ONE: "Only me", Impact.SOME: "Some of us", Impact.ALL: "Everybody here"}
URGENCY_WORDS = {Urgency.LOW: "Yes, work goes on", Urgency.MEDIUM: "Badly", Urgency.HIGH: "No, work has stopped"}
REASONS_NOT_HELPFUL = {
    "out_of_date": "It is out of date",
    "unclear": "It is unclear",
    "not_my_problem": "It is not my problem",
    "missing_step": "A step is missing",
}
REASONS_SATISFACTION = {
    "fast": "Quick answer",
    "slow": "Took too long",
    "friendly": "Friendly and clear",
    "unclear": "Hard to follow",
    "solved": "Really solved",
    "came_back": "The problem came back",
}
SATISFACTION_WORDS = {5: "excellent", 4: "good", 3: "average", 2: "poor", 1: "poor"}


FAR = 2
"""Steps between two severities from which a person looks, however unsure the assistant is."""


def severity_of(impact: Impact, urgency: Urgency) -> Severity:
    """The ITIL priority matrix: priority = min(4, impact + urgency - 1), each counted from 1 (worst) to 3."""
    steps = list(Impact)[::-1].index(impact) + list(Urgency)[::-1].index(urgency)
    return list(Severity)[::-1][min(3, steps)]


def is_disputed(given: str, said: str, *, is_sure: bool) -> bool:
    """Whether a text speaks for another severity: surely, or for one that is far from the given one."""
    order = list(Severity)
    far = abs(order.index(Severity(given)) - order.index(Severity(said))) >= FAR
    return given != said and (is_sure or far)


def words(slug: str) -> str:
    """`on_hold` -> `On hold`."""
    return slug.replace("_", " ").capitalize()


def in_100(share: float, about: str = "") -> str:
    """0.83 -> `83 of 100`, behind the word `about` if it is given; no guess is right in all or none."""
    if share >= 0.995:
        return "over 99 of 100"
    return f"{about}{share * 100:.0f} of 100" if share > 0.005 else "under 1 of 100"
