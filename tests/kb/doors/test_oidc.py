"""Sign-in by OpenID Connect: with a real provider on loopback, and with one that cheats."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from typing import Any
from urllib.parse import parse_qs, urlsplit

import httpx
import pytest
from oidc_provider_mock import User, run_server_in_thread
from sqlmodel import func, select
from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.testclient import TestClient

from kb import audit, people
from kb.desk import Desk
from kb.doors import start
from kb.doors.session import Gate, SecurityHeaders, sign_out_token
from kb.doors.session.routes import ROUTES
from kb.labels import Role
from kb.person import OPERATOR
from kb.settings import Settings
from kb.tables import Account, LoginSession
from tests.conftest import Clock
from tests.kb.doors.wily_provider import (
    CLIENT,
    SECRET,
    Provider,
    b64,
    key,
    signed,
    signed_with_what_all_know,
    unsigned,
    wily,
)

ROLES = "support=agent,leads=lead"


@pytest.fixture
def open_desk(
    environ: dict[str, str], clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Callable[..., tuple[Desk, TestClient]]]:
    """open_desk(issuer, FIRSTLINE_OIDC_...=...) gives a portal that trusts this provider, and a browser."""
    desks = []

    def opened(issuer: str, **more: str) -> tuple[Desk, TestClient]:
        client = {"FIRSTLINE_OIDC_CLIENT_ID": CLIENT, "FIRSTLINE_OIDC_CLIENT_SECRET": SECRET} if issuer else {}
        own = {"FIRSTLINE_OIDC_ISSUER": issuer, **client, "FIRSTLINE_OIDC_NAME": "Example", **more}
        desk = Desk(Settings.from_env({**environ, **own}), now=clock)
        desks.append(desk)
        monkeypatch.setattr(start, "the_desk", lambda: desk)
        middleware = [Middleware(SecurityHeaders), Middleware(Gate)]
        return desk, TestClient(Starlette(routes=ROUTES, middleware=middleware), follow_redirects=False)

    yield opened
    for desk in desks:
        desk.close()


def session_count(desk: Desk) -> int:
    with desk.reading() as session:
        return session.exec(select(func.count()).select_from(LoginSession)).one()


def account(desk: Desk, email: str = "ann@example.com") -> Account:
    with desk.reading() as session:
        return session.exec(select(Account).where(Account.email == email)).one()


def is_in(desk: Desk, client: TestClient) -> bool:
    return people.resolve(desk, client.cookies.get("firstline_session", "")) is not None


class TestWithARealProvider:
    """oidc-provider-mock, as an installation would be set up with its own."""

    ANN = User(sub="s-1", claims={"email": "ann@example.com", "email_verified": True, "name": "Ann", "groups": []})
    BOB = User(sub="s-2", claims={"email": "bob@example.com", "name": "Bob"})

    @pytest.fixture
    def issuer(self, clock: Clock) -> Iterator[str]:
        clock.at = datetime.now(UTC)
        with run_server_in_thread(user_claims=(self.ANN, self.BOB)) as server:
            yield f"http://localhost:{server.server_port}"

    def pass_through(self, client: TestClient, sub: str = "s-1", following: str = "/") -> Any:
        """Press the button, sign in at the provider, come back."""
        gone = client.get(f"/account/oidc?next={following}")
        assert gone.status_code == 303, gone.text
        granted = httpx.post(gone.headers["location"], data={"sub": sub}, verify=False)
        address = urlsplit(granted.headers["location"])
        assert address.path == "/account/oidc/callback"
        return client.get(f"{address.path}?{address.query}")

    def put_into(self, issuer: str, *groups: str) -> None:
        httpx.put(
            f"{issuer}/users/s-1", json={**self.ANN.claims, "groups": list(groups)}, verify=False
        ).raise_for_status()

    def test_the_first_time_makes_an_account(self, issuer: str, open_desk: Any) -> None:
        desk, client = open_desk(issuer)
        back = self.pass_through(client, following="/article%3Fid=KB-1")
        assert (back.status_code, back.headers["location"]) == (303, "/article?id=KB-1")
        assert is_in(desk, client)
        made = account(desk)
        assert (made.name, made.role, made.password_hash, made.subject) == ("Ann", Role.USER, "", "s-1")
        assert [entry.action for entry in audit.entries(desk, OPERATOR)] == ["add"]

    def test_the_next_time_finds_it_by_subject(self, issuer: str, open_desk: Any) -> None:
        desk, client = open_desk(issuer)
        self.pass_through(client)
        httpx.put(f"{issuer}/users/s-1", json={"email": "married@example.com", "name": "Ann"}, verify=False)
        client.cookies.clear()
        assert self.pass_through(client).status_code == 303
        assert is_in(desk, client)
        assert [one.email for one in people.accounts(desk, OPERATOR)] == ["ann@example.com"]

    def test_a_verified_address_opens_the_account_that_has_it(self, issuer: str, open_desk: Any) -> None:
        desk, client = open_desk(issuer)
        people.add(desk, OPERATOR, name="Ann Example", email="ann@example.com", role=Role.LEAD)
        self.pass_through(client)
        assert (account(desk).name, account(desk).role, account(desk).subject) == ("Ann Example", Role.LEAD, "s-1")
        assert not people.accounts(desk, OPERATOR)[0].is_invited
        assert audit.entries(desk, OPERATOR)[0].action == "linked"

    def test_groups_give_the_role_at_each_sign_in(self, issuer: str, open_desk: Any) -> None:
        desk, client = open_desk(issuer, FIRSTLINE_OIDC_ROLES=ROLES)
        roles = []
        for groups in (["support"], ["support", "leads"], ["others"]):
            self.put_into(issuer, *groups)
            client.cookies.clear()
            self.pass_through(client)
            roles.append(account(desk).role)
        assert roles == [Role.AGENT, Role.LEAD, Role.USER]
        told = [(entry.action, entry.detail.get("role")) for entry in audit.entries(desk, OPERATOR)]
        assert told == [("role", "user"), ("role", "lead"), ("role", "agent"), ("add", None)]

    def test_groups_never_take_what_no_group_gives(self, issuer: str, open_desk: Any) -> None:
        desk, client = open_desk(issuer, FIRSTLINE_OIDC_ROLES=ROLES)
        people.add(desk, OPERATOR, name="Ann", email="ann@example.com", role=Role.ADMIN)
        people.add(desk, OPERATOR, name="Bea", email="bea@example.com", role=Role.ADMIN)
        self.put_into(issuer, "support")
        self.pass_through(client)
        assert account(desk).role == Role.ADMIN

    def test_groups_never_take_the_last_administrator(self, issuer: str, open_desk: Any) -> None:
        desk, client = open_desk(issuer, FIRSTLINE_OIDC_ROLES="admins=admin")
        people.add(desk, OPERATOR, name="Ann", email="ann@example.com", role=Role.ADMIN)
        self.pass_through(client)
        assert account(desk).role == Role.ADMIN
        people.add(desk, OPERATOR, name="Bea", email="bea@example.com", role=Role.ADMIN)
        client.cookies.clear()
        self.pass_through(client)
        assert account(desk).role == Role.USER

    def test_signing_out_is_the_end_of_it(self, issuer: str, open_desk: Any) -> None:
        desk, client = open_desk(issuer)
        self.pass_through(client)
        token = client.cookies["firstline_session"]
        session_id = people.resolve(desk, token).session_id  # type: ignore[union-attr]
        client.post("/account/signout", data={"token": sign_out_token(desk, session_id)})
        assert people.resolve(desk, token) is None

    def test_a_closed_account_is_closed(self, issuer: str, open_desk: Any) -> None:
        desk, client = open_desk(issuer)
        self.pass_through(client)
        people.disable(desk, OPERATOR, account(desk).id)
        assert not is_in(desk, client)
        client.cookies.clear()
        back = self.pass_through(client)
        assert (back.status_code, is_in(desk, client)) == (403, False)
        assert "Your account here is closed. Ask an administrator." in back.text

    def test_an_address_of_which_nothing_is_said_needs_trust(self, issuer: str, open_desk: Any) -> None:
        desk, client = open_desk(issuer)
        assert self.pass_through(client, "s-2").status_code == 403
        desk, client = open_desk(issuer, FIRSTLINE_OIDC_EMAILS="trusted")
        assert self.pass_through(client, "s-2").status_code == 303
        assert is_in(desk, client)

    def test_the_provider_may_say_no(self, issuer: str, open_desk: Any) -> None:
        desk, client = open_desk(issuer)
        denied = httpx.post(client.get("/account/oidc").headers["location"], data={"action": "deny"}, verify=False)
        asked = urlsplit(denied.headers["location"])
        assert "error=access_denied" in asked.query
        back = client.get(f"{asked.path}?{asked.query}")
        assert (back.status_code, session_count(desk)) == (403, 0)
        assert "Example did not confirm who you are. Please try again." in back.text


@pytest.fixture
def provider(clock: Clock) -> Iterator[Provider]:
    with wily(clock) as provider:
        yield provider


def test_an_address_that_is_said_not_to_be_verified_is_never_trusted(provider: Provider, open_desk: Any) -> None:
    desk, client = open_desk(provider.address, FIRSTLINE_OIDC_EMAILS="trusted")
    provider.change = {"email_verified": False}
    assert (attempt(client, provider).status_code, session_count(desk)) == (403, 0)


@pytest.fixture
def portal(provider: Provider, open_desk: Any) -> tuple[Desk, TestClient]:
    """A portal where Ann has an account, which a forged token might open."""
    desk, client = open_desk(provider.address, FIRSTLINE_OIDC_ROLES=ROLES)
    people.add(desk, OPERATOR, name="Ann", email="ann@example.com", role=Role.LEAD)
    return desk, client


def attempt(client: TestClient, provider: Provider, following: str = "/", **change: str) -> Any:
    """Press the button and come back from the provider, with what `change` adds to the address."""
    gone = client.get("/account/oidc", params={"next": following})
    if gone.status_code != 303:
        return gone
    return client.get("/account/oidc/callback", params={**provider.authorize(gone.headers["location"]), **change})


def nothing_happened(desk: Desk, client: TestClient, before: int = 0) -> bool:
    everybody = [(one.email, one.is_invited) for one in people.accounts(desk, OPERATOR)]
    return (session_count(desk), everybody) == (before, [("ann@example.com", True)]) and client.cookies.get(
        "firstline_session"
    ) is None


def test_a_provider_that_keeps_to_the_rules_is_believed(portal: tuple[Desk, TestClient], provider: Provider) -> None:
    """What the refusals below are measured against."""
    provider.change = {"aud": [CLIENT], "groups": ["leads"], "email": "Ann@Example.com"}
    assert attempt(portal[1], provider).status_code == 303
    assert is_in(*portal)


NOW = int(Clock()().timestamp())
LIES: dict[str, dict[str, Any]] = {
    "another issuer": {"iss": "https://evil.example"},
    "the issuer's name made longer": {"iss": "http://127.0.0.1.evil.example"},
    "no issuer": {"iss": ...},
    "for another portal": {"aud": "another"},
    "for another portal, by our request": {"aud": "another", "azp": CLIENT},
    "for others beside us, by another's request": {"aud": [CLIENT, "another"], "azp": "another"},
    "for nobody": {"aud": ...},
    "of another sign-in": {"nonce": "0" * 64},
    "of no sign-in": {"nonce": ...},
    "empty nonce": {"nonce": ""},
    "expired": {"exp": NOW - 61},
    "never expires": {"exp": ...},
    "expires in words": {"exp": "tomorrow"},
    "not yet valid": {"nbf": NOW + 120},
    "made in the future": {"iat": NOW + 120},
    "nobody": {"sub": ...},
    "an empty name": {"sub": ""},
    "a number": {"sub": 1},
    "a very long name": {"sub": "s" * 256},
    "the hash of another access token": {"at_hash": "MTIzNDU2Nzg5MDEyMzQ1Ng"},
    "an address not verified": {"email_verified": False},
    "an address of which nothing is said": {"email_verified": ...},
    "an address verified in words": {"email_verified": "yes"},
    "an address verified by a one": {"email_verified": 1},
    "no address": {"email": ...},
    "a list for an address": {"email": ["ann@example.com"]},
    "no address at all": {"email": "ann"},
}


@pytest.mark.parametrize("lie", LIES)
def test_a_token_that_says_what_it_must_not_is_refused(
    portal: tuple[Desk, TestClient], provider: Provider, caplog: pytest.LogCaptureFixture, lie: str
) -> None:
    caplog.set_level(logging.INFO)
    provider.change = LIES[lie]
    check_refused(portal, provider, caplog)


def check_refused(portal: tuple[Desk, TestClient], provider: Provider, caplog: pytest.LogCaptureFixture) -> None:
    """A sentence, no session, no account, no link, and nothing of the token on the page or in the log."""
    back = attempt(portal[1], provider)
    assert back.status_code in (400, 403, 503)
    assert "You are not signed in" in back.text
    assert nothing_happened(*portal)
    parts = [part for token in provider.said for part in token.split(".") if len(part) > 5]
    secrets = [*parts, SECRET, "access-1", "s-1", "ann@example.com", "Traceback"]
    assert [one for one in secrets if one in back.text or one in caplog.text] == []


KEY = key("one")
PUBLIC_PEM = KEY.as_pem(private=False)
FORGED: dict[str, Callable[[dict[str, Any]], str]] = {
    "no signature": unsigned,
    "no signature, written otherwise": lambda claims: unsigned(claims, "NoNe"),
    "a signature left out": lambda claims: unsigned(claims, "RS256"),
    "HMAC with the public key": lambda claims: signed_with_what_all_know(claims, PUBLIC_PEM),
    "HMAC with our own secret": lambda claims: signed_with_what_all_know(claims, SECRET.encode()),
    "another key under the same number": lambda claims: signed(claims, by="two"),
    "a key nobody has published": lambda claims: signed(claims, by="two", kid="two"),
    "a key that comes with the token": lambda claims: signed(
        claims, by="two", kid="two", jwk=key("two").as_dict(private=False)
    ),
    "a changed claim": lambda claims: ".".join(
        b64({**claims, "groups": ["leads"]}) if n == 1 else part for n, part in enumerate(signed(claims).split("."))
    ),
    "a demand we don't know": lambda claims: signed(claims, crit=["exp"]),
    "three words": lambda claims: "not.a.token",
    "nothing": lambda claims: "",
    "a list": lambda claims: f"{b64({'alg': 'RS256', 'kid': 'one'})}.{b64(b'[]')}.x",
}


@pytest.mark.parametrize("forged", FORGED)
def test_a_token_that_is_not_the_providers_is_refused(
    portal: tuple[Desk, TestClient], provider: Provider, caplog: pytest.LogCaptureFixture, forged: str
) -> None:
    caplog.set_level(logging.INFO)
    provider.sign = FORGED[forged]
    check_refused(portal, provider, caplog)


def test_a_key_both_sides_would_know_signs_nothing(
    portal: tuple[Desk, TestClient], provider: Provider, caplog: pytest.LogCaptureFixture
) -> None:
    provider.keys = [{"kty": "oct", "k": b64(b"k" * 32), "kid": "one"}]
    provider.sign = lambda claims: signed_with_what_all_know(claims, b"k" * 32)
    check_refused(portal, provider, caplog)


def test_a_withdrawn_key_opens_nothing_and_a_new_one_does(
    portal: tuple[Desk, TestClient], provider: Provider, caplog: pytest.LogCaptureFixture
) -> None:
    provider.keys = [key("two").as_dict(private=False)]
    check_refused(portal, provider, caplog)
    provider.sign = lambda claims: signed(claims, by="two", kid="two")
    assert attempt(portal[1], provider).status_code == 303


WRONG: dict[str, tuple[str, Any]] = {
    "another's document": ("discovery", {"issuer": "https://evil.example"}),
    "tokens from another machine in the open": ("discovery", {"token_endpoint": "http://evil.example/token"}),
    "keys from a file": ("discovery", {"jwks_uri": "file:///etc/passwd"}),
    "no door": ("discovery", {"authorization_endpoint": None}),
    "answers must name the issuer": ("discovery", {"authorization_response_iss_parameter_supported": True}),
    "no token": ("token_answer", {"id_token": None}),
    "a token that is none": ("token_answer", {"id_token": {"alg": "none"}}),
    "a token that comes with a refusal": ("token_status", 400),
    "a token that comes with a fault": ("token_status", 500),
    "an endless answer": ("token_answer", {"more": "x" * 600_000}),
    "keys that are none": ("keys", ["x", {"kty": "RSA", "kid": "one", "n": "!", "e": "AQAB"}]),
    "no keys": ("keys", []),
}


@pytest.mark.parametrize("wrong", WRONG)
def test_a_provider_that_is_none_is_not_believed(
    portal: tuple[Desk, TestClient], provider: Provider, caplog: pytest.LogCaptureFixture, wrong: str
) -> None:
    name, value = WRONG[wrong]
    setattr(provider, name, value)
    check_refused(portal, provider, caplog)


def test_a_document_that_speaks_for_another_issuer_is_not_believed(
    portal: tuple[Desk, TestClient], provider: Provider, caplog: pytest.LogCaptureFixture
) -> None:
    provider.discovery = {"issuer": "https://evil.example"}
    provider.change = {"iss": "https://evil.example"}
    check_refused(portal, provider, caplog)


def test_user_info_of_somebody_else_is_not_taken(
    portal: tuple[Desk, TestClient], provider: Provider, caplog: pytest.LogCaptureFixture
) -> None:
    provider.discovery = {"userinfo_endpoint": f"{provider.address}/me"}
    provider.change = {"email": ..., "email_verified": ...}
    provider.user_info = {"sub": "s-2", "email": "ann@example.com", "email_verified": True}
    check_refused(portal, provider, caplog)
    provider.user_info["sub"] = "s-1"
    assert attempt(portal[1], provider).status_code == 303


def test_an_address_that_went_to_another_person_opens_nothing(
    portal: tuple[Desk, TestClient], provider: Provider
) -> None:
    desk, client = portal
    attempt(client, provider)
    client.cookies.clear()
    provider.change = {"sub": "s-9"}
    assert "belongs to somebody else" in attempt(client, provider).text
    assert (session_count(desk), is_in(*portal), account(desk).subject) == (1, False, "s-1")


def test_an_address_that_only_looks_the_same_opens_nothing(portal: tuple[Desk, TestClient], provider: Provider) -> None:
    """Made small, the Kelvin sign is a k."""
    desk, client = portal
    people.add(desk, OPERATOR, name="Kim", email="kim@example.com", role=Role.LEAD)
    provider.change = {"email": "\N{KELVIN SIGN}im@example.com"}
    assert attempt(client, provider).status_code == 403
    assert (session_count(desk), account(desk, "kim@example.com").subject) == (0, None)


def test_a_provider_that_is_away_is_said_to_be(open_desk: Any) -> None:
    _, client = open_desk("http://127.0.0.1:9")
    back = client.get("/account/oidc")
    assert back.status_code == 503
    assert "Example doesn&#x27;t answer at the moment." in back.text


@pytest.mark.parametrize(
    "change",
    [{"state": "made-up"}, {"state": ""}, {"iss": "https://evil.example"}, {"code": "made-up"}, {"code": "code-é"}],
    ids=str,
)
def test_an_answer_to_no_question_of_ours_is_refused(
    portal: tuple[Desk, TestClient], provider: Provider, change: dict[str, str]
) -> None:
    assert attempt(portal[1], provider, **change).status_code == 403
    assert nothing_happened(*portal)


def test_anothers_answer_is_refused(portal: tuple[Desk, TestClient], provider: Provider) -> None:
    """An attacker who sends a victim the end of an own sign-in would see what the victim does."""
    desk, client = portal
    answer = provider.authorize(client.get("/account/oidc").headers["location"])
    client.cookies.clear()
    client.get("/account/oidc")
    back = client.get("/account/oidc/callback", params=answer)
    assert "too old or was begun elsewhere" in back.text
    assert nothing_happened(desk, client)


def test_an_answer_counts_once_even_where_codes_count_twice(
    portal: tuple[Desk, TestClient], provider: Provider
) -> None:
    desk, client = portal
    provider.takes_any_code = True
    answer = provider.authorize(client.get("/account/oidc").headers["location"])
    assert client.get("/account/oidc/callback", params=answer).status_code == 303
    assert client.get("/account/oidc/callback", params=answer).status_code == 403
    other = client.get("/account/oidc").headers["location"]
    assert other == "/"  # signed in already
    client.cookies.delete("firstline_session")
    other_state = provider.authorize(client.get("/account/oidc").headers["location"])["state"]
    back = client.get("/account/oidc/callback", params={"code": answer["code"], "state": other_state})
    assert (back.status_code, session_count(desk)) == (403, 1)


def test_an_answer_after_ten_minutes_is_refused(
    portal: tuple[Desk, TestClient], provider: Provider, clock: Clock
) -> None:
    answer = provider.authorize(portal[1].get("/account/oidc").headers["location"])
    clock.forward(minutes=10)
    assert portal[1].get("/account/oidc/callback", params=answer).status_code == 403
    assert nothing_happened(*portal)


def test_an_error_is_not_repeated_on_the_page(
    portal: tuple[Desk, TestClient], provider: Provider, caplog: pytest.LogCaptureFixture
) -> None:
    state = parse_qs(urlsplit(portal[1].get("/account/oidc").headers["location"]).query)["state"][0]
    told = {"error": "server_error", "error_description": "<b>call 0900</b>", "state": state}
    back = portal[1].get("/account/oidc/callback", params=told)
    assert back.status_code == 403
    assert "Example did not confirm who you are. Please try again." in back.text
    assert "0900" not in back.text
    assert nothing_happened(*portal)


@pytest.mark.parametrize(
    ("following", "leads_to"),
    [("/incident?id=INC-1&key=a%2Fb", "/incident?id=INC-1&key=a%2Fb"), ("https://evil.example", "/"), ("//evil", "/")],
)
def test_it_leads_on_to_paths_of_ours(
    portal: tuple[Desk, TestClient], provider: Provider, following: str, leads_to: str
) -> None:
    assert attempt(portal[1], provider, following).headers["location"] == leads_to


def test_a_foreign_page_does_not_start_it(portal: tuple[Desk, TestClient]) -> None:
    gone = portal[1].get("/account/oidc", headers={"sec-fetch-site": "cross-site"})
    assert gone.headers["location"] == "/login"


def test_what_binds_the_browser_is_out_of_reach_for_scripts(portal: tuple[Desk, TestClient]) -> None:
    cookie = portal[1].get("/account/oidc").headers.get_list("set-cookie")[0]
    assert cookie.startswith("firstline_oidc=")
    assert "HttpOnly" in cookie
    assert "SameSite=lax" in cookie


def test_over_https_its_cookie_and_its_way_back_are_bound_to_the_host(provider: Provider, open_desk: Any) -> None:
    more = {"FIRSTLINE_BASE_URL": "https://help.example.com"}
    gone = open_desk(provider.address, **more)[1].get("/account/oidc")
    cookie = next(one for one in gone.headers.get_list("set-cookie") if "oidc" in one)
    assert cookie.startswith("__Host-firstline_oidc=")
    assert "Secure" in cookie
    way_back = parse_qs(urlsplit(gone.headers["location"]).query)["redirect_uri"]
    assert way_back == ["https://help.example.com/account/oidc/callback"]


def test_the_button_stands_on_the_sign_in_page_where_there_is_a_provider(provider: Provider, open_desk: Any) -> None:
    page = open_desk(provider.address, FIRSTLINE_OIDC_NAME="<b>Example")[1].get("/login?next=/mine%26x").text
    assert '<a class="other" href="/account/oidc?next=%2Fmine%26x">Sign in with &lt;b&gt;Example</a>' in page


def test_without_a_provider_there_is_no_such_door(open_desk: Any) -> None:
    _, client = open_desk("")
    assert "/account/oidc" not in client.get("/login").text
    assert client.get("/account/oidc").status_code == client.get("/account/oidc/callback").status_code == 404
