"""Incidents: reported, labelled, followed, worked on, resolved."""

from kb.incidents.access import Standing
from kb.incidents.deadlines import Deadline, deadlines
from kb.incidents.drafts import forget_old_drafts, load_draft, new_key, save_draft
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
    "forget_old_drafts",
    "get",
    "id_of",
    "is_overdue",
    "join",
    "leave",
    "link_article",
    "load_draft",
    "me_too",
    "mine",
    "move",
    "new_key",
    "number",
    "reopen",
    "resolve",
    "save_draft",
    "save_view",
    "set_status",
    "similar",
    "submit",
    "submitted",
    "views",
    "worklist",
]
