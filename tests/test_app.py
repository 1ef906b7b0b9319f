"""The ASGI entry."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parent.parent
SLOW = ("sklearn", "skops", "scipy.stats", "fastapi", "apscheduler")


def test_the_first_page_waits_for_nothing_it_does_not_need() -> None:
    """What takes seconds to import loads behind the first pages."""
    look = f"import app, sys; print([name for name in {SLOW} if name in sys.modules])"
    done = subprocess.run([sys.executable, "-c", look], cwd=ROOT, capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"
