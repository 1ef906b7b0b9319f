"""A form whose fields are kept while they are written, so that no reload and no killed server takes them."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from functools import wraps
from typing import Any, ParamSpec

import streamlit as st

from kb import attachments, drafts
from kb.desk import Desk
from kb.errors import FirstlineError, NoDatabase
from kb.person import Person
from pages.ui import frame
from pages.ui.incidents import act, keep_files

FILES = "files"
IS_BACK = "is-back"
SENT = "sent"
P = ParamSpec("P")


def fragment(draw: Callable[P, None]) -> Callable[P, None]:
    """A part of a page that is drawn again by itself while one writes in its form, and with the page once that is sent.

    Where the database goes away in the middle, what stood there stays until it is drawn anew.
    """

    @st.fragment
    @wraps(draw)
    def drawn(*args: P.args, **kwargs: P.kwargs) -> None:
        frame.wait_for_database()
        if st.session_state.pop(SENT, False):
            st.rerun()
        try:
            draw(*args, **kwargs)
        except NoDatabase:
            frame.wait_for_database()
            st.rerun()

    return drawn


@dataclass(frozen=True)
class Form:
    """The fields of one form; `key` is the draft's, unlike for every person and thing.

    A field's widget is called `field-mark`; a new mark empties the form. `kept_as` begins the names in the draft.
    """

    desk: Desk
    person: Person
    key: str
    fields: tuple[str, ...]
    mark: str
    kept_as: str = ""

    def name(self, field: str) -> str:
        return f"{field}-{self.mark}"

    def value(self, field: str) -> Any:
        return st.session_state.get(self.name(field))

    @property
    def on_change(self) -> dict[str, Any]:
        """What every widget of the form is given."""
        return {"on_change": self.keep}

    @property
    def is_back(self) -> bool:
        """Whether what stands in the form was written earlier and not sent."""
        return bool(self.value(IS_BACK))

    def fill(self, usual: Mapping[str, Any]) -> None:
        """Before the first widget: what was kept, else what is usual."""
        self._keep_unsaved()
        if self.name(self.fields[0]) in st.session_state:
            return
        kept = drafts.load(self.desk, self.person, self.key)
        found = {field: kept.get(self.kept_as + field, usual.get(field)) for field in self.fields}
        for field, value in found.items():
            st.session_state[self.name(field)] = value
        st.session_state[self.name(FILES)] = list(kept.get(FILES) or ())
        st.session_state[self.name(IS_BACK)] = any(found[field] != usual.get(field) for field in self.fields)

    def keep(self) -> None:
        """Keep all fields as they stand; a database that is away gets them with the next run."""
        given = {self.kept_as + field: self.value(field) for field in self.fields}
        with suppress(NoDatabase):
            drafts.save(self.desk, self.person, self.key, {**given, FILES: self.value(FILES) or []})
            return
        st.session_state["unsaved"] = self.key

    def send(self, verb: Callable[..., Any], *arguments: Any, done: str = "", **named: Any) -> None:
        """Call a use case with what was written; refused, all of it stays."""
        if act(verb, self.desk, self.person, *arguments, done=done, **named):
            with suppress(NoDatabase):  # then it stands in the form once more, and under what was sent
                self.drop()
            st.session_state[SENT] = True

    def _keep_unsaved(self) -> None:
        """What the database was away for."""
        if st.session_state.get("unsaved") == self.key:
            del st.session_state["unsaved"]
            self.keep()

    def drop(self) -> None:
        """Its text has been saved as what it was to be, or is wanted no more; the next run fills the form anew."""
        drafts.drop(self.desk, self.person, self.key)
        for field in (*self.fields, FILES, IS_BACK):
            st.session_state.pop(self.name(field), None)

    def ask_for_files(self) -> None:
        """Files are stored at once; the list below is what will be sent."""
        turn = st.session_state.setdefault("uploads", 0)
        name = f"upload-{self.mark}-{turn}"
        if st.session_state.get(name):  # the database was away when they came
            self._upload(name)
            name = f"upload-{self.mark}-{st.session_state['uploads']}"
        st.file_uploader("Files", accept_multiple_files=True, key=name, on_change=self._upload, args=(name,))
        for file in attachments.waiting(self.desk, self.person, self.value(FILES)):
            left, right = st.columns([5, 1], vertical_alignment="center")
            left.caption(f"{frame.as_text(file.file_name)}, {file.size_bytes / 1000:,.0f} kB")
            right.button("Remove", key=f"drop-{file.id}", type="tertiary", on_click=self._remove, args=(file.id,))

    def _upload(self, name: str) -> None:
        try:
            st.session_state[self.name(FILES)] += keep_files(self.desk, self.person, st.session_state[name])
        except NoDatabase:
            return
        except FirstlineError as error:
            st.session_state["objection"] = str(error)
        st.session_state["uploads"] += 1
        self.keep()

    def _remove(self, file_id: str) -> None:
        self.value(FILES).remove(file_id)
        self.keep()
