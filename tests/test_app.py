"""The ASGI entry."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from streamlit import config

import app
from kb.errors import BadSetting

ROOT = Path(__file__).parent.parent
SLOW = ("sklearn", "skops", "scipy.stats", "fastapi", "apscheduler", "pandas", "holidays", "bs4")
FIRST_PAGE = f"""
import app, sys
from streamlit.testing.v1 import AppTest
page = AppTest.from_file("{ROOT}/pages/portal.py", default_timeout=60).run()
print([heading.value for heading in page.title], [name for name in {SLOW} if name in sys.modules])
"""


def test_the_first_page_waits_for_nothing_it_does_not_need(tmp_path: Path) -> None:
    """What takes seconds to import loads behind the first pages."""
    done = subprocess.run(
        [sys.executable, "-c", FIRST_PAGE],
        cwd=ROOT,
        env={**os.environ, "FIRSTLINE_HOME": str(tmp_path)},
        capture_output=True,
        text=True,
    )
    assert done.stdout.strip() == "['What’s not working?'] []", done.stderr


UNSAFE = [
    ("browser.gatherUsageStats", True),
    ("client.allowedOrigins", ["https://*.streamlit.app"]),
    ("client.showErrorDetails", "full"),
    ("client.showErrorLinks", True),
    ("global.developmentMode", True),
    ("server.allowedHosts", []),
    ("server.allowedHosts", ["localhost", "*"]),
    ("server.corsAllowedOrigins", ["https://evil.example"]),
    ("server.enableAgentApi", True),
    ("server.enableCORS", False),
    ("server.enableXsrfProtection", False),
    ("server.scriptHealthCheckEnabled", True),
    ("server.trustedUserHeaders", {"X-Remote-User": "uid"}),
    ("server.trustedUserHeaders", {}),
]


@pytest.fixture
def options() -> Iterator[None]:
    """Streamlit's options as they are in .streamlit/config.toml, and again afterwards."""
    before = {key: config.get_option(key) for key, _ in UNSAFE}
    yield
    for key, value in before.items():
        config.set_option(key, value)


def test_the_options_we_ship_are_safe(options: None) -> None:
    app.check_safe()


@pytest.mark.parametrize(("key", "value"), UNSAFE)
def test_an_unsafe_option_of_streamlit_stops_the_start(options: None, key: str, value: object) -> None:
    config.set_option(key, value)
    with pytest.raises(BadSetting, match=f"^{key} .* expected "):
        app.check_safe()
