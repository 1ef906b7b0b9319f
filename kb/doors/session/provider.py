"""What the OpenID Connect provider says: where its doors are, and who stands behind a code it gave out."""

from __future__ import annotations

import json
import ssl
from dataclasses import dataclass
from functools import cache
from typing import Any
from urllib.parse import quote_plus, urlsplit

import httpx
from authlib.common.urls import add_params_to_uri
from authlib.oauth2.rfc7636 import create_s256_code_challenge
from authlib.oidc.core import CodeIDToken
from joserfc import jwt
from joserfc.errors import JoseError
from joserfc.jwk import KeySet

from kb.desk import Desk
from kb.doors.session.gate import form_token
from kb.errors import FirstlineError
from kb.people.outside import Identity
from kb.settings import HERE

ALGORITHMS = ("RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "ES512", "EdDSA", "Ed25519")
"""Signatures by a private key alone: with none, or one both sides know, anybody could have written the token."""
TIMEOUT_SECONDS = 5
LARGEST_ANSWER = 500_000
LEEWAY_SECONDS = 60
KEPT_SECONDS = 600


class NotReachable(FirstlineError):
    """Raised when the provider doesn't answer, or not as a provider does; str(error) is for the log."""


class NotVouched(FirstlineError):
    """Raised when what the provider says proves nobody's identity; str(error) is for the log, and holds no claim."""


@dataclass(frozen=True, slots=True)
class Provider:
    """A provider by its discovery document."""

    issuer: str
    authorization_endpoint: str
    token_endpoint: str
    jwks_uri: str
    userinfo_endpoint: str
    takes_basic: bool
    names_itself: bool
    """Whether every answer carries the issuer (RFC 9207)."""


def discovered(desk: Desk) -> Provider:
    """The provider of the settings, asked again every ten minutes. Raises NotReachable."""
    return desk.kept("oidc provider", int(desk.now().timestamp()) // KEPT_SECONDS, lambda: _discover(desk))


def callback(desk: Desk) -> str:
    return f"{desk.settings.base_url}/account/oidc/callback"


def way_there(desk: Desk, state: str) -> str:
    """The provider's address to send a browser to, for this state."""
    asked = {
        "response_type": "code",
        "client_id": desk.settings.oidc_client_id,
        "redirect_uri": callback(desk),
        "scope": desk.settings.oidc_scopes,
        "state": state,
        "nonce": _nonce(desk, state),
        "code_challenge": create_s256_code_challenge(_verifier(desk, state)),
        "code_challenge_method": "S256",
    }
    return str(add_params_to_uri(discovered(desk).authorization_endpoint, list(asked.items())))


def identity_of(desk: Desk, *, code: str, state: str, issuer: str | None) -> Identity:
    """Who stands behind a code. `issuer` is what came with it. Raises NotVouched and NotReachable."""
    provider = discovered(desk)
    if issuer != provider.issuer and (issuer is not None or provider.names_itself):
        raise NotVouched("the answer names another issuer")
    answer = _exchange(desk, provider, code, _verifier(desk, state))
    claims = _checked(desk, provider, answer, _nonce(desk, state))
    wanted = {"email", desk.settings.oidc_groups_claim} if desk.settings.oidc_roles else {"email"}
    if provider.userinfo_endpoint and wanted - claims.keys():
        claims = {**_user_info(provider, answer, claims["sub"]), **claims}
    return _identity(desk, provider, claims)


def _nonce(desk: Desk, state: str) -> str:
    """Made from the state, so that nothing need be kept that could be read."""
    return form_token(desk, f"oidc nonce {state}")


def _verifier(desk: Desk, state: str) -> str:
    return form_token(desk, f"oidc verifier {state}")


def _discover(desk: Desk) -> Provider:
    wanted = desk.settings.oidc_issuer
    told = _read("GET", f"{wanted}/.well-known/openid-configuration")
    issuer = _text(told, "issuer")
    if issuer.rstrip("/") != wanted:
        raise NotReachable("the discovery document is of another issuer")
    names = ("authorization_endpoint", "token_endpoint", "jwks_uri", "userinfo_endpoint")
    doors = {name: _text(told, name) for name in names}
    for name, address in doors.items():
        if not _is_safe(address, wanted) and (address or name != "userinfo_endpoint"):
            raise NotReachable(f"the discovery document has no safe {name}")
    methods = told.get("token_endpoint_auth_methods_supported") or ["client_secret_basic"]
    names_itself = told.get("authorization_response_iss_parameter_supported") is True
    return Provider(issuer, **doors, takes_basic="client_secret_basic" in methods, names_itself=names_itself)


def _is_safe(address: str, issuer: str) -> bool:
    """https, except between programs of one machine."""
    parts, of_issuer = urlsplit(address), urlsplit(issuer)
    is_here = of_issuer.scheme == "http" and parts.hostname in HERE
    return bool(parts.hostname) and (parts.scheme == "https" or (parts.scheme == "http" and is_here))


def _exchange(desk: Desk, provider: Provider, code: str, verifier: str) -> dict[str, Any]:
    """Change the code for tokens; only who has the secret and the verifier can."""
    form = {"grant_type": "authorization_code", "code": code, "redirect_uri": callback(desk), "code_verifier": verifier}
    name, secret = desk.settings.oidc_client_id, desk.settings.oidc_client_secret
    if provider.takes_basic:
        auth = httpx.BasicAuth(quote_plus(name), quote_plus(secret))  # form-encoded first, says RFC 6749
        return _read("POST", provider.token_endpoint, data=form, auth=auth)
    return _read("POST", provider.token_endpoint, data={**form, "client_id": name, "client_secret": secret})


def _checked(desk: Desk, provider: Provider, answer: dict[str, Any], nonce: str) -> dict[str, Any]:
    """The claims of the ID token, when it is the provider's, for us, for this sign-in and of now."""
    try:
        # Asked for every time: a key that was withdrawn opens nothing from then on.
        token = jwt.decode(_text(answer, "id_token"), _keys(provider), algorithms=ALGORITHMS)
        claims = CodeIDToken(
            token.claims,
            token.header,
            {
                "iss": {"essential": True, "value": provider.issuer},
                "aud": {"essential": True, "value": desk.settings.oidc_client_id},
                "nonce": {"essential": True, "value": nonce},
            },
            {"client_id": desk.settings.oidc_client_id, "access_token": answer.get("access_token")},
        )
        claims.validate(int(desk.now().timestamp()), LEEWAY_SECONDS)
    except (JoseError, ValueError, TypeError) as error:
        # Only what kind of fault it is: a message might hold a part of the token.
        raise NotVouched(f"the ID token: {type(error).__name__} {getattr(error, 'claim', '')}".strip()) from None
    if not _text(token.claims, "sub") or len(token.claims["sub"]) > 255:
        raise NotVouched("the ID token names nobody")
    return token.claims


def _keys(provider: Provider) -> KeySet:
    keys = _read("GET", provider.jwks_uri).get("keys")
    return KeySet.import_key_set({"keys": keys if isinstance(keys, list) else []})


def _user_info(provider: Provider, answer: dict[str, Any], subject: str) -> dict[str, Any]:
    headers = {"authorization": f"Bearer {_text(answer, 'access_token')}"}
    told = _read("GET", provider.userinfo_endpoint, headers=headers)
    if told.get("sub") != subject:
        raise NotVouched("the user info is about somebody else")
    return told


def _identity(desk: Desk, provider: Provider, claims: dict[str, Any]) -> Identity:
    said = claims.get("email_verified")
    is_trusted = said is None and desk.settings.is_oidc_email_trusted
    groups = claims.get(desk.settings.oidc_groups_claim)
    return Identity(
        issuer=provider.issuer,
        subject=claims["sub"],
        email=_text(claims, "email"),
        is_email_verified=said is True or said == "true" or is_trusted,
        name=_text(claims, "name") or _text(claims, "preferred_username"),
        groups=tuple(group for group in (groups if isinstance(groups, list) else [groups]) if isinstance(group, str)),
    )


def _text(told: dict[str, Any], name: str) -> str:
    value = told.get(name)
    return value if isinstance(value, str) else ""


@cache
def _trusted() -> ssl.SSLContext:
    """Whose certificates count; read once, because reading them takes longer than asking."""
    return httpx.create_ssl_context()


def _read(method: str, address: str, **given: Any) -> dict[str, Any]:
    """A JSON object from the provider, of a size a provider sends."""
    body = b""
    try:
        with httpx.stream(method, address, timeout=TIMEOUT_SECONDS, verify=_trusted(), **given) as answer:
            for piece in answer.iter_bytes():
                body += piece
                if len(body) > LARGEST_ANSWER:
                    raise NotReachable("an answer was too large")
        told = json.loads(body)
    except (httpx.HTTPError, httpx.InvalidURL, ValueError) as error:
        raise NotReachable(f"no answer: {type(error).__name__}") from None
    if answer.status_code >= 500 or not isinstance(told, dict):
        raise NotReachable(f"no answer but {answer.status_code}")
    if answer.status_code != 200:
        raise NotVouched(f"it refused with {answer.status_code}")
    return told
