"""Calling out: a request that reaches the Internet alone, whatever a name is said to stand for.

What answers for an address is looked up once, checked, and then called by its number, so that a name which stands for
another machine a moment later changes nothing. (httpx-secure 2.0 connects before it checks and has no calls outside
asyncio; requests-hardened is for requests.)
"""

from __future__ import annotations

import socket
import ssl
from functools import cache
from ipaddress import IPv4Address, IPv4Network, IPv6Network, ip_address, ip_network

import httpx

from kb.errors import NotAllowed

UNICAST = IPv6Network("2000::/3")
"""All that IPv6 gives to the Internet so far; NAT64, mapped, local and link-local addresses lie elsewhere.

https://www.iana.org/assignments/ipv6-unicast-address-assignments"""
SPECIAL: tuple[IPv4Network | IPv6Network, ...] = tuple(
    ip_network(net)
    for net in (
        "192.0.0.0/24",  # protocol assignments
        "192.88.99.0/24",  # relays of 6to4
        "2001::/23",  # Teredo and other protocols
        "2001:db8::/32",  # documentation
        "2002::/16",  # 6to4: an IPv4 address, whichever, within
        "3fff::/20",  # documentation
    )
)
"""What Python 3.11 takes for global and is not, or carries an address that is looked at by nobody.

https://www.iana.org/assignments/iana-ipv4-special-registry and iana-ipv6-special-registry"""


def is_public(address: str) -> bool:
    """Whether a numeric address belongs to one machine of the Internet."""
    ip = ip_address(address)
    if not ip.is_global or ip.is_multicast or any(ip in net for net in SPECIAL if net.version == ip.version):
        return False
    return isinstance(ip, IPv4Address) or ip in UNICAST


def post(address: str, content: bytes, headers: dict[str, str], *, timeout: float, is_public_only: bool) -> None:
    """Post once, following no redirect. Raises NotAllowed before anything is sent, and httpx.HTTPError.

    A public address is called directly: a proxy would look the name up again.
    """
    if not is_public_only:
        httpx.post(address, content=content, headers=headers, timeout=timeout).raise_for_status()
        return
    url = httpx.URL(address)
    name = url.raw_host.decode("ascii")
    named = {**headers, "Host": url.netloc.decode("ascii")}
    addresses = _public(name, url.port or (443 if url.scheme == "https" else 80))
    with httpx.Client(trust_env=False, verify=_trusted(), timeout=timeout) as client:
        for left, number in zip(reversed(range(len(addresses))), addresses, strict=True):
            try:
                answer = client.post(
                    url.copy_with(host=number), content=content, headers=named, extensions={"sni_hostname": name}
                )
            except httpx.ConnectError:
                if not left:
                    raise
            else:
                answer.raise_for_status()
                return


def _public(name: str, port: int) -> tuple[str, ...]:
    """The numeric addresses behind a name, all of them public. Raises NotAllowed when one is not, or there is none."""
    try:
        found = socket.getaddrinfo(name, port, type=socket.SOCK_STREAM)
    except (OSError, UnicodeError) as error:
        raise NotAllowed("The webhook's address leads nowhere.") from error
    addresses = tuple(dict.fromkeys(str(where[0]) for *_, where in found))
    if not all(is_public(one) for one in addresses):
        raise NotAllowed(
            "The webhook's address leads to a private network or this machine. If it is meant to, set "
            "FIRSTLINE_WEBHOOK_NETWORKS=any."
        )
    return addresses


@cache
def _trusted() -> ssl.SSLContext:
    """Whose certificates count, SSL_CERT_FILE included; read once, because reading them takes longer than asking."""
    return httpx.create_ssl_context()
