"""A server as people start it, asked from outside: every kind of route, by its bare answers."""

from __future__ import annotations

from collections.abc import Iterator

import httpx
import pytest

from tests.browser.serving import prepare, serving

ROUTES = (
    "/", "/nowhere", "/login", "/healthz", "/account/first?token=x", "/account/password", "/files/x", "/media/x.csv",
    "/api/v1/nowhere", "/api/v1/docs", "/api/v1/figures", "/hooks/alertmanager", "/_stcore/health", "/_stcore/metrics",
    "/_stcore/host-config", "/_stcore/upload_file/a/b", "/_stcore/stream", "/static/none.js", "/app/static/favicon.png",
    "/app/static/none", "/component/x", "/auth/login", "/oauth2callback", "/%00", "/..%2f..%2fetc%2fpasswd",
)  # fmt: skip
METRICS = (
    "/_stcore/metrics",
    "/_stcore/metrics/",
    "/_stcore/%6detrics",
    "//_stcore/metrics",
    "/static/../_stcore/metrics",
)


@pytest.fixture(scope="module")
def client(tmp_path_factory: pytest.TempPathFactory) -> Iterator[httpx.Client]:
    patience = 60  # the API loads behind the first pages
    home = tmp_path_factory.mktemp("live") / "home"
    prepare(home).close()
    with serving(home) as server, httpx.Client(base_url=server.address, timeout=patience) as client:
        yield client


@pytest.mark.parametrize("path", ROUTES)
def test_every_answer_carries_the_headers_and_tells_nothing_of_the_inside(client: httpx.Client, path: str) -> None:
    for method in ("GET", "POST", "PUT", "DELETE", "TRACE"):
        answer = client.request(method, path)
        assert answer.headers["x-content-type-options"] == "nosniff"
        policy = answer.headers["content-security-policy"]
        assert "frame-ancestors 'none'" in policy or "sandbox" in policy
        assert answer.headers["referrer-policy"]
        assert not [word for word in ("Traceback", "site-packages", "SELECT ", "/home", "root:") if word in answer.text]


@pytest.mark.parametrize("path", METRICS)
def test_metrics_are_closed_however_they_are_written(client: httpx.Client, path: str) -> None:
    answer = client.get(httpx.URL(str(client.base_url).rstrip("/") + path))
    assert "openmetrics" not in answer.text
    assert "cache_memory" not in answer.text


@pytest.mark.parametrize("path", ROUTES)
def test_no_route_takes_a_huge_body(client: httpx.Client, path: str) -> None:
    answer = client.post(path, content=b"x" * 30_000_000)
    assert answer.status_code in (400, 403, 405, 413)


@pytest.mark.parametrize("path", ["/", "/login", "/api/v1/types", "/app/static/favicon.png"])
def test_a_foreign_name_gets_nothing(client: httpx.Client, path: str) -> None:
    assert client.get(path, headers={"host": "evil.example"}).status_code == 403


@pytest.mark.parametrize("path", ROUTES)
def test_no_answer_is_for_scripts_of_other_sites(client: httpx.Client, path: str) -> None:
    asked = {"access-control-request-method": "POST", "access-control-request-headers": "authorization"}
    for origin in ("https://evil.example", "null"):
        for method, more in (("GET", {}), ("OPTIONS", asked)):
            answer = client.request(method, path, headers={"origin": origin, **more})
            assert [name for name in answer.headers if name.startswith("access-control-")] == []


def test_no_page_around_ours_is_listened_to(client: httpx.Client) -> None:
    told = client.get("/_stcore/host-config").json()
    assert (told["allowedOrigins"], told["useExternalAuthToken"]) == ([], False)


def test_forged_identity_makes_nobody(client: httpx.Client) -> None:
    forged = {"X-Firstline-Uid": "1", "X-Firstline-Sid": "1", "X-Remote-User": "admin", "X-Forwarded-User": "admin"}
    assert client.get("/account/password", headers=forged).headers["location"].startswith("/login")
