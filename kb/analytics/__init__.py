"""The figures: counted from what is stored each time they are asked for, every one with n and interval."""

from kb.analytics.asking import Headline, among, comments, figures, has_data, headline, milestones, saved
from kb.analytics.catalogue import CATALOGUE, CONTRACT, GROUPS
from kb.analytics.export import to_csv, to_json
from kb.analytics.feedback import SENTIMENTS, Comment
from kb.analytics.figure import SMALL, Cell, Figure, Shape, Unit
from kb.analytics.findings import say, say_range
from kb.analytics.knowledge import Deflected
from kb.analytics.money import Saved
from kb.analytics.scope import Scope, scope
from kb.analytics.trends import Mark

__all__ = [
    "CATALOGUE",
    "CONTRACT",
    "GROUPS",
    "SENTIMENTS",
    "SMALL",
    "Cell",
    "Comment",
    "Deflected",
    "Figure",
    "Headline",
    "Mark",
    "Saved",
    "Scope",
    "Shape",
    "Unit",
    "among",
    "comments",
    "figures",
    "has_data",
    "headline",
    "milestones",
    "saved",
    "say",
    "say_range",
    "scope",
    "to_csv",
    "to_json",
]
