"""Articles: read, written, reviewed, published, verified, archived; every revision is kept."""

from kb.articles.history import Revision, diff, restore, revisions
from kb.articles.reading import ArticleView, get, label, number, titles
from kb.articles.reminders import remind_to_verify
from kb.articles.rows import MOST_BODY, TAGS, Text
from kb.articles.starter import load_starter
from kb.articles.states import archive, publish, return_to_draft, submit_for_review, verify
from kb.articles.worklist import Work, Worklist, worklist
from kb.articles.writing import Editing, draft, draft_from_incident, editing, revise

__all__ = [
    "MOST_BODY",
    "TAGS",
    "ArticleView",
    "Editing",
    "Revision",
    "Text",
    "Work",
    "Worklist",
    "archive",
    "diff",
    "draft",
    "draft_from_incident",
    "editing",
    "get",
    "label",
    "load_starter",
    "number",
    "publish",
    "remind_to_verify",
    "restore",
    "return_to_draft",
    "revise",
    "revisions",
    "submit_for_review",
    "titles",
    "verify",
    "worklist",
]
