"""No handler writes a secret, wherever in a record it came."""

from __future__ import annotations

import io
import logging
from collections.abc import Iterator

import pytest

from kb.redaction.logs import mask_logs

SECRET = "Kanarie-7391!x"


@pytest.fixture
def written() -> Iterator[io.StringIO]:
    """What a handler of its own writes while the log is masked."""
    former, stream = logging.getLogRecordFactory(), io.StringIO()
    handler, log = logging.StreamHandler(stream), logging.getLogger("canary")
    log.addHandler(handler)
    mask_logs()
    yield stream
    log.removeHandler(handler)
    logging.setLogRecordFactory(former)


def test_messages_arguments_and_errors_are_masked(written: io.StringIO) -> None:
    log = logging.getLogger("canary")
    log.warning("password: %s is refused" % SECRET)  # noqa: UP031 - as libraries do it
    log.warning("said: %s", f"password: {SECRET}")
    try:
        raise ValueError(f"password: {SECRET}")
    except ValueError:
        log.exception("It failed")
    assert SECRET not in written.getvalue()
    assert written.getvalue().count("[password masked]") == 3


def test_links_in_lines_of_access_lose_their_key(written: io.StringIO) -> None:
    key = "b7f3c1d2e9a84c5fb7f3c1d2e9a84c5f"
    logging.getLogger("canary").warning('%s - "%s %s"', "127.0.0.1", "GET", f"/incident?id=INC-1&key={key}")
    assert key not in written.getvalue()
    assert "/incident?id=INC-1&key=[link key masked]" in written.getvalue()


def test_no_text_begins_an_entry_of_its_own(written: io.StringIO) -> None:
    logging.getLogger("canary").warning("said: %s", "für alle\nERROR all is lost")
    assert written.getvalue() == "said: für alle\\nERROR all is lost\n"
