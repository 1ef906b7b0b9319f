"""The ASGI entry: `streamlit run app.py` or `firstline serve`."""

from __future__ import annotations

import gc
import logging
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from functools import partial
from importlib import import_module
from pathlib import Path

import anyio.to_thread
import streamlit as st
from starlette.middleware import Middleware
from starlette.routing import Mount
from starlette.types import Receive, Scope, Send

gc.disable()  # what loads now stays: looking for what might go takes a tenth of the start

from kb.doors import files, fixed, start, webhooks  # noqa: E402
from kb.doors.session import BodyLimit, Gate, Mishaps, OwnSite, SecurityHeaders  # noqa: E402
from kb.doors.session.routes import ROUTES  # noqa: E402
from kb.errors import BadSetting, NoDatabase  # noqa: E402
from kb.tables import new_id  # noqa: E402

gc.freeze()
gc.enable()

log = logging.getLogger("firstline")
SAFE: dict[str, object] = {
    "browser.gatherUsageStats": False,
    "client.allowedOrigins": [],
    "client.showErrorDetails": "none",
    "client.showErrorLinks": False,
    "global.developmentMode": False,
    "logger.enableRich": False,
    "server.corsAllowedOrigins": [],
    "server.enableAgentApi": False,
    "server.enableCORS": True,
    "server.enableXsrfProtection": True,
    "server.scriptHealthCheckEnabled": False,
    "server.trustedUserHeaders": {
        "X-Firstline-Uid": "uid",
        "X-Firstline-Sid": "sid",
        "X-Firstline-Visitor": "visitor",
    },
}
"""Settings of Streamlit without which the portal would tell or let in strangers; .streamlit/config.toml has them."""

API = "kb.doors.api"


async def api(scope: Scope, receive: Receive, send: Send) -> None:
    """The REST API, which loads beside the first pages: they need not wait for it."""
    module = await anyio.to_thread.run_sync(import_module, API)
    await module.api(scope, receive, send)


def check_safe() -> None:
    """Refuse to start with options of Streamlit that are not safe, wherever they come from. Raises BadSetting."""
    for key, safe in SAFE.items():
        if st.get_option(key) != safe:
            raise BadSetting(key, str(st.get_option(key)), f"{safe}, as in .streamlit/config.toml")
    hosts = st.get_option("server.allowedHosts")
    if not hosts or "*" in hosts:
        raise BadSetting("server.allowedHosts", str(hosts), "the names people use, as `firstline serve` sets them")


@asynccontextmanager
async def lifespan(_app: object) -> AsyncIterator[dict[str, object]]:
    check_safe()
    # The search box pauses longer until pandas is there: pages.ui.keys.pause.
    opening = partial(start.open_portal, st.get_option("server.port"), later=(API, "pandas"))
    close = await anyio.to_thread.run_sync(opening)
    # Streamlit collects garbage after every rerun; what is loaded by now need not be looked at again.
    gc.collect()
    gc.freeze()
    yield {}
    close()


def on_script_error(error: BaseException) -> bool:
    """Shows a person a number to quote, and the log what happened."""
    if isinstance(error, NoDatabase):
        from pages.ui import frame

        frame.watch_database()
        return True
    number = new_id()[:8]
    log.error("Page error %s", number, exc_info=error)
    st.error(f"Something went wrong here. What you saved is kept. Try again, or quote {number} when you ask for help.")
    return True


app = st.App(
    Path(__file__).parent / "pages" / "portal.py",
    routes=[*ROUTES, *files.ROUTES, *fixed.ROUTES, *webhooks.ROUTES, Mount("/api/v1", api)],
    lifespan=lifespan,
    middleware=[
        Middleware(SecurityHeaders),
        Middleware(Mishaps),
        Middleware(OwnSite, hosts=lambda: st.get_option("server.allowedHosts")),
        Middleware(BodyLimit),
        Middleware(Gate),
    ],
    on_script_error=on_script_error,
)
