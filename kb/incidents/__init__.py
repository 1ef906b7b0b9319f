"""Incidents: reported, labelled, followed, worked on, resolved."""

from kb.incidents.access import Standing
from kb.incidents.deadlines import Deadline, deadlines
from kb.incidents.family import join, leave
from kb.incidents.fields import id_of, number
from kb.incidents.listing import (
    Filters,
    Listed,
    Row,
    View,
    delete_view,
    is_overdue,
    mine,
    save_view,
    views,
    worklist,
)
from kb.incidents.similar import SimilarIncident, me_too, similar
from kb.incidents.submitting import Submitted, submit, submitted
from kb.incidents.viewing import Entry, File, IncidentView, LinkedArticle, Opinion, get
from kb.incidents.working import assign, comment, link_article, move, reopen, resolve, set_status

__all__ = [
    "Deadline",
    "Entry",
    "File",
    "Filters",
    "IncidentView",
    "LinkedArticle",
    "Listed",
    "Opinion",
    "Row",
    "SimilarIncident",
    "Standing",
    "Submitted",
    "View",
    "assign",
    "comment",
    "deadlines",
    "delete_view",
    "get",
    "id_of",
    "is_overdue",
    "join",
    "leave",
    "link_article",
    "me_too",
    "mine",
    "move",
    "number",
    "reopen",
    "resolve",
    "save_view",
    "set_status",
    "similar",
    "submit",
    "submitted",
    "views",
    "worklist",
]
