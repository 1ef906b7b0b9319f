"""The ASGI entry: `streamlit run app.py` or `firstline serve`."""

from __future__ import annotations

import gc
import logging
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import anyio.to_thread
import streamlit as st
from starlette.middleware import Middleware

from kb.doors import api, files, start, webhooks
from kb.doors.session import BodyLimit, Gate, SecurityHeaders
from kb.doors.session.routes import ROUTES
from kb.tables import new_id

log = logging.getLogger("firstline")


@asynccontextmanager
async def lifespan(_app: object) -> AsyncIterator[dict[str, object]]:
    close = await anyio.to_thread.run_sync(start.open_portal, st.get_option("server.port"))
    # Streamlit collects garbage after every rerun; what is loaded by now need not be looked at again.
    gc.collect()
    gc.freeze()
    yield {}
    close()


def on_script_error(error: BaseException) -> bool:
    """Shows a person a number to quote, and the log what happened."""
    number = new_id()[:8]
    log.error("Page error %s", number, exc_info=error)
    st.error(f"Something went wrong here. What you saved is kept. Try again, or quote {number} when you ask for help.")
    return True


app = st.App(
    Path(__file__).parent / "pages" / "portal.py",
    routes=[*ROUTES, *api.ROUTES, *files.ROUTES, *webhooks.ROUTES, *api.ROUTES],
    lifespan=lifespan,
    middleware=[Middleware(SecurityHeaders), Middleware(BodyLimit), Middleware(Gate)],
    on_script_error=on_script_error,
)
