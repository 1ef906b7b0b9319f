"""POST /hooks/alertmanager: Prometheus Alertmanager's messages (payload version 4) become incidents."""

from __future__ import annotations

import hmac
import json
import logging
from collections.abc import Iterator
from typing import Any

import anyio.to_thread
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import BaseRoute, Route

from kb.cleaning import one_line
from kb.doors import start
from kb.errors import FirstlineError, NoDatabase, NotValid
from kb.incidents import alerts, fields
from kb.labels import Impact, Role, Urgency
from kb.person import Person

log = logging.getLogger(__name__)

ALERTMANAGER = Person(None, "Alertmanager", "", Role.AGENT)
LARGEST_BODY = 1_000_000
MOST_LISTED = 50
SEVERITIES = {
    "critical": (Impact.ALL, Urgency.HIGH),
    "page": (Impact.ALL, Urgency.HIGH),
    "error": (Impact.SOME, Urgency.HIGH),
    "high": (Impact.SOME, Urgency.HIGH),
    "warning": (Impact.SOME, Urgency.MEDIUM),
    "info": (Impact.ONE, Urgency.LOW),
    "none": (Impact.ONE, Urgency.LOW),
}
"""What the label `severity` of common alerting rules means here; anything else counts as a warning."""


async def alertmanager(request: Request) -> Response:
    """Closed unless FIRSTLINE_ALERT_TOKEN is set; answers JSON, errors too."""
    token = start.the_desk().settings.alert_token
    if not token:
        return _error(403, "This door is closed. FIRSTLINE_ALERT_TOKEN opens it.")
    if not _is_bearer(request, token):
        log.warning("Refused: an alert without the token from %s", request.client.host if request.client else "nobody")
        return _error(401, "Send the bearer token of this portal.", {"www-authenticate": "Bearer"})
    body = b""
    async for chunk in request.stream():
        body += chunk
        if len(body) > LARGEST_BODY:
            return _error(413, "The message is larger than 1 MB.")
    return await anyio.to_thread.run_sync(_receive, body)


def _receive(body: bytes) -> Response:
    try:
        done = alerts.receive(start.the_desk(), ALERTMANAGER, read(body))
    except NoDatabase as error:
        return _error(503, str(error))  # Alertmanager sends it again
    except FirstlineError as error:
        return _error(400 if isinstance(error, NotValid) else 409, str(error))
    return JSONResponse({"number": done.number, "action": done.action})


def read(body: bytes) -> alerts.AlertGroup:
    """A message as the use case takes it. Raises NotValid with what is wrong."""
    try:
        message = json.loads(body)
    except (ValueError, RecursionError):
        raise NotValid("body", "The message is not JSON.") from None
    if not isinstance(message, dict) or message.get("status") not in ("firing", "resolved"):
        raise NotValid("status", "The message needs a status, firing or resolved.")
    key, sent = message.get("groupKey"), message.get("alerts")
    if not isinstance(key, str) or not key:
        raise NotValid("groupKey", "The message needs a groupKey.")
    if not isinstance(sent, list) or not all(isinstance(alert, dict) for alert in sent):
        raise NotValid("alerts", "The message needs a list of alerts.")
    labels, notes = _texts(message, "commonLabels"), _texts(message, "commonAnnotations")
    impact, urgency = SEVERITIES.get(labels.get("severity", "").lower(), SEVERITIES["warning"])
    return alerts.AlertGroup(
        key=key,
        is_firing=message["status"] == "firing",
        title=_title(message, labels, notes, sent),
        body=_body(notes, sent),
        impact=impact,
        urgency=urgency,
        firing=frozenset(_episode(alert) for alert in sent if alert.get("status") != "resolved"),
        ended=frozenset(_episode(alert) for alert in sent if alert.get("status") == "resolved"),
        runbook_url=next(_values("runbook_url", notes, sent), ""),
    )


def _title(message: dict[str, Any], labels: dict[str, str], notes: dict[str, str], sent: list[Any]) -> str:
    named = labels.get("alertname") or _texts(message, "groupLabels").get("alertname", "")
    title = one_line(next(_values("summary", notes, sent), named))
    return title[: fields.MOST_TITLE] or "Alert without a name"


def _body(notes: dict[str, str], sent: list[Any]) -> str:
    """What the alerts say, each with its labels."""
    lines = [notes["description"]] if notes.get("description") else []
    for alert in sent[:MOST_LISTED]:
        labels = ", ".join(f"{name}={value}" for name, value in sorted(_texts(alert, "labels").items()))
        said = _texts(alert, "annotations").get("description", "") if not lines else ""
        lines.append(f"{alert.get('status', 'firing')} since {alert.get('startsAt', '?')}: {labels} {said}".rstrip())
    if len(sent) > MOST_LISTED:
        lines.append(f"and {len(sent) - MOST_LISTED} more")
    return fields.cleaned("\n".join(lines))[: fields.MOST_BODY]


def _values(name: str, notes: dict[str, str], sent: list[Any]) -> Iterator[str]:
    """An annotation all alerts share, else those of single alerts."""
    found = (notes, *(_texts(alert, "annotations") for alert in sent))
    return iter([texts[name] for texts in found if texts.get(name)])


def _episode(alert: dict[str, Any]) -> str:
    print_ = alert.get("fingerprint") or json.dumps(_texts(alert, "labels"), sort_keys=True)
    return fields.cleaned(f"{print_}@{alert.get('startsAt', '')}").replace(" ", "_")[:300]


def _texts(holder: dict[str, Any], name: str) -> dict[str, str]:
    found = holder.get(name)
    return {str(k): v for k, v in found.items() if isinstance(v, str)} if isinstance(found, dict) else {}


def _is_bearer(request: Request, token: str) -> bool:
    given = request.headers.get("authorization", "")
    return hmac.compare_digest(given.encode(), f"Bearer {token}".encode())


def _error(status: int, sentence: str, headers: dict[str, str] | None = None) -> Response:
    return JSONResponse({"error": sentence}, status, headers=headers)


ROUTES: list[BaseRoute] = [Route("/hooks/alertmanager", alertmanager, methods=["POST"])]
