"""Import of articles and incidents with a dry run; export of both."""

from __future__ import annotations

import io
import shutil
from collections.abc import Callable
from dataclasses import asdict
from pathlib import Path
from tempfile import TemporaryDirectory

import streamlit as st

from kb.articles.export import export_articles
from kb.desk import Desk
from kb.errors import FirstlineError
from kb.importing.articles import import_articles
from kb.importing.incidents import Wishes, import_incidents
from kb.incidents.exporting import export
from kb.labels import words
from kb.person import Person
from pages.ui.running.saving import show_trouble


def show(desk: Desk, person: Person) -> None:
    left, right = st.columns(2, gap="large")
    with left:
        st.subheader("Articles")
        st.write("A ZIP of Markdown files, or one file. What is known already is brought up to date.")
        _form(
            "articles",
            ["zip", "md", "markdown"],
            lambda path, is_dry: import_articles(desk, person, path, is_dry_run=is_dry),
        )
        st.download_button(
            "Export all articles", lambda: _articles_zip(desk, person), "articles.zip", "application/zip",
            key="export-articles", on_click="ignore",
        )  # fmt: skip
    with right:
        st.subheader("Incidents")
        st.write("A CSV file with a header; number, title, opened and so on are found by their usual names.")
        wishes = Wishes(
            teaches=st.checkbox("People gave its labels: the assistant learns from them", key="import-teaches"),
            adds_types=st.checkbox("Types that are not here become types of your own", key="import-new-types"),
        )
        _form(
            "incidents",
            ["csv", "gz"],
            lambda path, is_dry: import_incidents(desk, person, path, wishes=wishes, is_dry_run=is_dry),
        )
        st.download_button(
            "Export all incidents", lambda: _incidents_csv(desk, person), "incidents.csv", "text/csv",
            key="export-incidents", on_click="ignore",
        )  # fmt: skip


def _form(what: str, kinds: list[str], take: Callable[[Path, bool], object]) -> None:
    with st.form(f"import-{what}"):
        given = st.file_uploader(f"File with {what}", kinds, key=f"file-{what}")
        is_dry = st.checkbox("Only try it: show what would happen", True, key=f"dry-{what}")
        is_wanted = st.form_submit_button(f"Import {what}")
    if is_wanted and given is None:
        st.warning("Choose a file first.")
    elif is_wanted:
        _take(given.name, given.getvalue(), is_dry, take)


def _take(name: str, content: bytes, is_dry: bool, take: Callable[[Path, bool], object]) -> None:
    with TemporaryDirectory(prefix="firstline-import-") as folder, st.spinner("Reading the file"):
        path = Path(folder) / (Path(name).name or "file")
        path.write_bytes(content)
        try:
            done = asdict(take(path, is_dry))
        except FirstlineError as error:
            show_trouble(error)
            return
    counts = ", ".join(f"{value:,} {words(key).lower()}" for key, value in done.items() if isinstance(value, int))
    st.success(f"{'Would be' if is_dry else 'Done'}: {counts}.")
    if done.get("refused"):
        st.write("Refused, each with its reason:")
        st.code("\n".join(done["refused"]), language=None, height=240, wrap_lines=True)


def _articles_zip(desk: Desk, person: Person) -> bytes:
    with TemporaryDirectory(prefix="firstline-export-") as folder:
        export_articles(desk, person, Path(folder) / "articles")
        return Path(shutil.make_archive(f"{folder}/packed", "zip", f"{folder}/articles")).read_bytes()


def _incidents_csv(desk: Desk, person: Person) -> bytes:
    file = io.StringIO(newline="")
    export(desk, person, file)
    return file.getvalue().encode("utf-8-sig")
