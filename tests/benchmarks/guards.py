"""Takes each promise's guard out, once, and says whether a test notices: python tests/benchmarks/guards.py [ROW ...]

The rows are those of SECURITY.md, 1 to 20. The code is copied, the guard in the copy made void, and a test that stands
beside the promise is run there; it must fail. What is taken out of the five critical modules fault by fault is in
`mutants.py`. By hand: some of the tests need Chromium, PostgreSQL and nginx.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).parents[2]
QUIETLY = ("-x", "-n0", "-q", "-pno:cacheprovider", "--tb=line")


@dataclass(frozen=True)
class Guard:
    """What holds a promise: a piece of the code, what stands there without it, and a test that ought to fail then."""

    row: int
    held_by: str
    file: str
    was: str
    now: str
    test: str


GUARDS = (
    Guard(1, "a report is committed before it is acknowledged", "kb/desk.py",
          "as session, session.begin():", "as session:",
          "kb/test_crashes.py::test_a_writer_killed_in_mid_write_loses_and_doubles_nothing"),
    Guard(2, "a key that was sent before is known", "kb/incidents/submitting.py",
          "select(Incident).where(Incident.key == fields.cleaned(key))", "select(Incident).where(Incident.key == '')",
          "kb/test_once.py::test_a_double_and_a_triple_click"),
    Guard(3, "what was typed is there again", "kb/drafts.py",
          "return dict(row.fields) if row is not None and row.owner == person.rater else {}", "return {}",
          "pages/test_write.py::test_a_new_article_that_was_not_saved_is_back_and_can_be_discarded"),
    Guard(4, "an edit names the revision it began with", "kb/articles/writing.py",
          "    if newest.number != base:", "    if False:",
          "kb/articles/test_concurrent.py::test_nobodys_text_is_overwritten_unseen"),
    Guard(5, "the role is asked for", "kb/person.py",
          "        if not self.may(role):", "        if False:",
          "kb/matrix/test_use_cases.py::test_who_may_not_is_told_so_and_changes_nothing"),
    Guard(6, "Markdown loses its HTML", "kb/markup/safe.py",
          "return as_code(markdown) if is_overloaded(markdown) else _rewritten(markdown)", "return markdown",
          "kb/markup/test_safe.py::test_nothing_acts_or_is_fetched"),
    Guard(7, "Streamlit sends no figures of use", ".streamlit/config.toml",
          "gatherUsageStats = false", "gatherUsageStats = true",
          "browser/test_empty.py"),
    Guard(8, "a backup is sealed", "kb/backup/archive.py",
          "        if file.read() != digest.encode():", "        if False:",
          "kb/test_backup.py::test_every_flipped_byte_is_found_and_changes_nothing"),
    Guard(9, "an SQLite with the WAL-reset bug is known", "kb/engine.py",
          "version >= (3, 51, 3)", "version >= (3, 8, 0)",
          "kb/test_desk.py::test_sqlite_versions_that_lose_commits_are_known"),
    Guard(10, "rows that would point nowhere are looked for", "kb/migrations/__init__.py",
          'if orphans := connection.exec_driver_sql("PRAGMA foreign_key_check").all():', "for orphans in ():",
          "kb/test_upgrades.py::test_an_upgrade_that_would_leave_rows_pointing_nowhere_is_taken_back"),
    Guard(10, "a newer database is refused", "kb/migrations/__init__.py",
          "if now is not None and now not in known:", "if False:",
          "kb/test_upgrades.py::test_a_database_of_a_newer_version_is_refused_and_left_alone"),
    Guard(11, "one person's corrections are capped", "kb/training/rows.py",
          "taken[share] += not review.is_imported", "taken[share] += 0",
          "kb/training/test_rows.py::test_one_reviewer_adds_no_more_than_the_cap_with_one_training"),
    Guard(11, "a worse model does not serve", "kb/training/gate.py",
          "NOT_BETTER if objections else HELD if held else LIVE", "HELD if held else LIVE",
          "kb/training/test_runs.py::test_a_worse_version_is_kept_but_does_not_serve"),
    Guard(12, "a model file that was changed is not read", "models/store.py",
          "    if hashlib.sha256(content).hexdigest() != sha256.lower():", "    if False:",
          "kb/test_broken_models.py::test_forty_of_forty_flipped_bits_are_noticed"),
    Guard(13, "a database that is gone is told from a failure", "kb/desk.py",
          "        if is_gone(error):", "        if False:",
          "browser/test_outage.py::test_the_database_comes_and_goes_while_a_report_is_written"),
    Guard(14, "a file that can't be kept whole goes", "kb/attachments.py",
          "        path.unlink(missing_ok=True)", "        pass",
          "kb/test_crashes.py::test_a_file_that_finds_no_room_leaves_no_row"),
    Guard(15, "an index is renewed when its stamp is raised", "kb/desk.py",
          "if not held or held[0] != stamp:", "if not held:",
          "test_several.py::test_what_is_published_is_found_everywhere_and_what_is_withdrawn_nowhere"),
    Guard(16, "a ZIP with entries nobody can trust is refused", "kb/importing/files.py",
          "    if problems:", "    if False:",
          "kb/importing/test_hostile.py::test_a_zip_that_cannot_be_trusted_is_refused_whole"),
    Guard(17, "who is disabled is out", "kb/people/sessions.py",
          ", col(Account.is_disabled).is_(False))", ")",
          "kb/people/test_sessions.py::test_whoever_was_disabled_by_other_hands_is_out_too"),
    Guard(17, "a new password ends the other sessions", "kb/people/sessions.py",
          "        end_sessions(session, account_id, but=session_id)", "        pass",
          "kb/people/test_sessions.py::test_a_new_password_ends_the_other_sessions"),
    Guard(18, "a failure tells its number and nothing else", "kb/doors/session/own_site.py",
          "await _sorry(scope, number)", "await _sorry(scope, repr(error))",
          "kb/doors/test_own_site.py::test_a_failure_is_a_sentence_and_a_number_that_stands_in_the_log"),
    Guard(19, "a row is masked before it is stored", "kb/tables/masking.py",
          "if name not in unchanged and getattr(row, name):", "if False:",
          "kb/redaction/test_wiring.py"),
    Guard(20, "holidays count no time", "kb/sla/hours.py",
          "if day.weekday() not in self.days or day in self.holidays:", "if day.weekday() not in self.days:",
          "kb/test_sla.py::test_seconds_equal_a_count_of_every_minute"),
)  # fmt: skip
"""One or two for each row."""


def main() -> None:
    asked = set(map(int, sys.argv[1:])) or {guard.row for guard in GUARDS}
    unnoticed = 0
    for guard in GUARDS:
        if guard.row in asked:
            is_noticed = notices(guard)
            unnoticed += not is_noticed
            print(f"{guard.row:3} {guard.held_by}: {guard.test if is_noticed else 'NOBODY NOTICES'}", flush=True)
    sys.exit(f"Nobody notices that {unnoticed} guards are gone." if unnoticed else 0)


def notices(guard: Guard) -> bool:
    """Whether the test, which passes with the guard, fails when it is gone."""
    with tempfile.TemporaryDirectory() as folder:
        copy = Path(folder) / "copy"
        _copy_to(copy)
        path = copy / guard.file
        text = path.read_text()
        if text.count(guard.was) != 1:
            sys.exit(f"{guard.file} holds {text.count(guard.was)} times, not once: {guard.was}")
        if not _passes(copy, guard.test):
            sys.exit(f"{guard.test} fails with the guard too.")
        path.write_text(text.replace(guard.was, guard.now))
        return not _passes(copy, guard.test)


def _passes(copy: Path, test: str) -> bool:
    environ = {key: value for key, value in os.environ.items() if not key.startswith(("FIRSTLINE_", "PYTEST_"))}
    command = [sys.executable, "-m", "pytest", *QUIETLY, f"tests/{test}"]
    done = subprocess.run(command, cwd=copy, env={**environ, "CI": "true"}, capture_output=True, text=True)
    if done.returncode not in (0, 1):  # 1: tests ran, and some failed
        sys.exit(done.stdout[-3000:] + done.stderr[-2000:])
    return done.returncode == 0


def _copy_to(copy: Path) -> None:
    listed = subprocess.run(["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, text=True, check=True)
    for name in filter(None, listed.stdout.split("\0")):
        (copy / name).parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(ROOT / name, copy / name)


if __name__ == "__main__":
    main()
