"""Ties stored files to an incident."""

from __future__ import annotations

from collections.abc import Sequence

from sqlmodel import Session, func, select

from kb.desk import Desk
from kb.errors import NotFound, NotValid
from kb.incidents.telling import note
from kb.person import Person
from kb.tables import Attachment, Incident


def attach(
    session: Session, desk: Desk, person: Person, ids: Sequence[str], *, incident_id: int, is_public: bool = True
) -> None:
    """Tie files this person has stored to an incident, in the caller's transaction.

    Raises NotValid when there would be too many; ids of others or of files in use are NotFound.
    """
    ids = list(dict.fromkeys(ids))
    if not ids:
        return
    there = session.exec(select(func.count()).where(Attachment.incident_id == incident_id)).one()
    if there + len(ids) > desk.settings.max_attachments:
        raise NotValid("attachments", f"An incident takes {desk.settings.max_attachments} files at most.")
    incident = session.get_one(Incident, incident_id)
    for file_id in ids:
        row = session.get(Attachment, file_id)
        if row is None or row.uploader != person.rater or row.incident_id is not None:
            raise NotFound("There is no such file, or it isn't yours to attach.")
        row.incident_id, row.is_public = incident_id, is_public
        note(session, desk, incident, person, kind="attachment", body=row.file_name, new=row.id, is_public=is_public)
