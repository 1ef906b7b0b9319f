"""The description as a page of our own: no script and no other host, which the usual viewers need."""

from __future__ import annotations

import json
from collections.abc import Iterator
from html import escape
from shlex import quote
from typing import Any

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import HTMLResponse

router = APIRouter()

STYLE = """
@font-face{font-family:Inter;src:url(/app/static/inter-latin.woff2) format("woff2");font-weight:100 900}
:root{color-scheme:light dark;--back:#fff;--card:#f4f6fa;--text:#0f172a;--soft:#475569;--accent:#1d4ed8}
@media(prefers-color-scheme:dark){:root{--back:#0f1420;--card:#1a2130;--text:#f1f5f9;--soft:#b6c2d2;--accent:#8ab4ff}}
body{margin:0;background:var(--back);color:var(--text);font:16px/1.55 Inter,sans-serif}
main{max-width:52rem;margin:0 auto;padding:2rem 1rem 4rem}
h1{margin:0 0 .5rem}h2{margin:2.5rem 0 .25rem;font-size:1.15rem}p{margin:.25rem 0 .75rem;color:var(--soft)}
code,pre{font-family:ui-monospace,monospace;font-size:.875rem}
pre{padding:.8rem 1rem;overflow-x:auto;background:var(--card);border-radius:.5rem}
table{width:100%;table-layout:fixed;border-collapse:collapse;font-size:.925rem}
th:nth-child(1){width:22%}th:nth-child(2){width:12%}th:nth-child(3){width:28%}
th,td{padding:.35rem .75rem .35rem 0;text-align:left;vertical-align:top;border-bottom:1px solid var(--card)}
a{color:var(--accent)}.method{color:var(--accent);margin-right:.5rem}
"""

Schema = dict[str, Any]


@router.get("/docs", include_in_schema=False)
def docs(request: Request) -> HTMLResponse:
    """Every operation with its inputs and an example."""
    described = request.app.openapi()
    base = f"{request.url.scheme}://{request.url.netloc}{request.scope['root_path']}"
    operations = "".join(
        _operation(described, method, path, base) for path, methods in described["paths"].items() for method in methods
    )
    intro = escape(described["info"]["description"]).replace("`", "")
    return HTMLResponse(
        '<!doctype html><html lang="en"><head><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width,initial-scale=1">'
        '<link rel="icon" href="/app/static/favicon.png"><title>REST API · Firstline</title>'
        f"<style>{STYLE}</style></head><body><main><h1>REST API</h1><p>{intro}</p>"
        f'<p><a href="{escape(base)}/openapi.json">OpenAPI description</a> · <a href="/">Find an answer</a></p>'
        f"{operations}</main></body></html>"
    )


def _operation(described: Schema, method: str, path: str, base: str) -> str:
    operation = described["paths"][path][method]
    rows = "".join(_row(described, one) for one in _inputs(described, operation))
    head = "<tr><th>Input</th><th>In</th><th>Kind</th><th>Meaning</th></tr>"
    return (
        f'<h2><span class="method">{method.upper()}</span>{escape(path)}</h2>'
        f"<p>{escape(operation['description'])}</p>{f'<table>{head}{rows}</table>' if rows else ''}"
        f"<pre>{escape(_curl(described, method, base + path, operation))}</pre>"
    )


def _inputs(described: Schema, operation: Schema) -> Iterator[Schema]:
    """The parameters, and the fields of the body in the same form."""
    yield from operation.get("parameters", ())
    body = _body(described, operation)
    for name, schema in body.get("properties", {}).items():
        yield {"name": name, "in": "body", "schema": schema, "required": name in body.get("required", ()), **schema}


def _row(described: Schema, one: Schema) -> str:
    kind = _kind(described, one["schema"]) + (", required" if one.get("required") else "")
    cells = (f"<code>{escape(one['name'])}</code>", one["in"], escape(kind), escape(one.get("description", "")))
    return f"<tr>{''.join(f'<td>{cell}</td>' for cell in cells)}</tr>"


def _curl(described: Schema, method: str, address: str, operation: Schema) -> str:
    query = "&".join(
        f"{item['name']}={item['schema'].get('examples', ['...'])[0]}".replace(" ", "+")
        for item in operation.get("parameters", ())
        if item["in"] == "query" and item.get("required")
    )
    lines = [f"curl {quote(address.replace('{id}', '12') + (f'?{query}' if query else ''))}"]
    lines.append("-H 'Authorization: Bearer TOKEN'")
    body = _body(described, operation)
    if body:
        lines += ["-H 'Content-Type: application/json'", f"-d {quote(json.dumps(dict(_example(described, body))))}"]
    elif method == "post":
        lines.append("-X POST")
    return " \\\n  ".join(lines)


def _example(described: Schema, body: Schema) -> Iterator[tuple[str, Any]]:
    for name, schema in body["properties"].items():
        if name in body.get("required", ()):
            resolved = _resolved(described, schema)
            choices = schema.get("examples") or resolved.get("enum")
            yield name, choices[0] if choices else {"boolean": True}.get(resolved.get("type", ""), "...")


def _body(described: Schema, operation: Schema) -> Schema:
    if "requestBody" not in operation:
        return {}
    return _resolved(described, operation["requestBody"]["content"]["application/json"]["schema"])


def _kind(described: Schema, schema: Schema) -> str:
    schema = _resolved(described, schema)
    if "anyOf" in schema:
        return " or ".join(_kind(described, one) for one in schema["anyOf"] if one.get("type") != "null")
    if "enum" in schema:
        return " | ".join(schema["enum"])
    return f"list of {_kind(described, schema['items'])}" if "items" in schema else schema.get("type", "")


def _resolved(described: Schema, schema: Schema) -> Schema:
    """The schema a reference points to."""
    if "$ref" not in schema:
        return schema
    found: Schema = described["components"]["schemas"][schema["$ref"].rsplit("/", 1)[-1]]
    return found
