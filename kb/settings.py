"""Every setting: name, unit, default and its FIRSTLINE_ variable. Nothing else reads the environment."""

from __future__ import annotations

import os
import secrets
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from kb.errors import BadSetting
from kb.labels import Role
from kb.mounts import network_disk

ROOT = Path(__file__).parent.parent
DEFAULT_ADDRESS = "http://localhost:8501"
HERE = ("localhost", "127.0.0.1", "::1")
SHORTEST_TOKEN = 20


@dataclass(frozen=True, slots=True)
class Settings:
    """How this installation runs; made by `Settings.from_env`."""

    home: Path
    """FIRSTLINE_HOME: folder of database, attachments and models. Default: .firstline beside app.py."""
    database_url: str
    """FIRSTLINE_DATABASE_URL: sqlite:///FILE (default, in the home folder) or postgresql+psycopg://..."""
    secret: str
    """FIRSTLINE_SECRET: signs forms and links, at least 32 characters. Default: made once, kept in the home folder."""
    base_url: str
    """FIRSTLINE_BASE_URL: the address people use, for links in mails. Default: http://localhost:8501."""
    timezone: str
    """FIRSTLINE_TIMEZONE: IANA zone of business hours and figures. Default: UTC."""
    is_clock_inside: bool
    """FIRSTLINE_CLOCK: inside (default) runs the jobs in the server; outside leaves them to `firstline clock`."""
    alert_token: str
    """FIRSTLINE_ALERT_TOKEN: bearer token Alertmanager sends, at least 20 characters.

    Default: empty, which closes /hooks/alertmanager."""
    smtp_host: str
    """FIRSTLINE_SMTP_HOST: mail server. Default: empty, no mail."""
    smtp_port: int
    """FIRSTLINE_SMTP_PORT: its port. Default: 587."""
    smtp_user: str
    """FIRSTLINE_SMTP_USER: sign-in name there. Default: empty, no sign-in."""
    smtp_password: str
    """FIRSTLINE_SMTP_PASSWORD: its password."""
    smtp_security: str
    """FIRSTLINE_SMTP_SECURITY: starttls (default), tls or none."""
    mail_from: str
    """FIRSTLINE_MAIL_FROM: sender of mails. Default: firstline@localhost."""
    webhook_url: str
    """FIRSTLINE_WEBHOOK_URL: where signed notices are posted. Default: empty, none."""
    webhook_secret: str
    """FIRSTLINE_WEBHOOK_SECRET: key of their HMAC-SHA256 signature; required with a webhook address."""
    is_webhook_anywhere: bool
    """FIRSTLINE_WEBHOOK_NETWORKS: public (default) posts them to machines of the Internet alone, without a proxy.

    any also posts to private networks and to this machine."""
    max_attachment_bytes: int
    """FIRSTLINE_MAX_ATTACHMENT_MB: largest attachment in MB. Default: 10."""
    max_attachments: int
    """FIRSTLINE_MAX_ATTACHMENTS: attachments of one incident. Default: 10."""
    verify_days: int
    """FIRSTLINE_VERIFY_DAYS: days after which a published article asks to be verified again. Default: 180."""
    oidc_issuer: str
    """FIRSTLINE_OIDC_ISSUER: address of the OpenID Connect provider. Default: empty, sign-in by password only."""
    oidc_client_id: str
    """FIRSTLINE_OIDC_CLIENT_ID: what the provider calls this portal."""
    oidc_client_secret: str
    """FIRSTLINE_OIDC_CLIENT_SECRET: the secret it gave to this portal."""
    oidc_name: str
    """FIRSTLINE_OIDC_NAME: completes the button `Sign in with ...`, up to 40 characters. Default: single sign-on."""
    oidc_scopes: str
    """FIRSTLINE_OIDC_SCOPES: what is asked of it, with `openid`. Default: openid email profile."""
    oidc_groups_claim: str
    """FIRSTLINE_OIDC_GROUPS_CLAIM: the claim that lists a person's groups. Default: groups."""
    oidc_roles: tuple[tuple[str, Role], ...]
    """FIRSTLINE_OIDC_ROLES: group=role, separated by commas. Default: empty, roles are given in the portal."""
    is_oidc_email_trusted: bool
    """FIRSTLINE_OIDC_EMAILS: verified (default) takes addresses the provider calls verified.

    trusted also takes those of which it says nothing; never those it calls not verified."""

    @classmethod
    def from_env(cls, environ: Mapping[str, str]) -> Settings:
        """Read and check all settings; BadSetting names the first that can't be used."""
        home = Path(environ.get("FIRSTLINE_HOME") or ROOT / ".firstline").expanduser().absolute()
        _make_home(home)
        settings = cls(
            home=home,
            database_url=_database_url(environ, home),
            secret=_secret(environ, home),
            base_url=_address(environ, "FIRSTLINE_BASE_URL", DEFAULT_ADDRESS),
            timezone=_zone(environ),
            is_clock_inside=_one_of(environ, "FIRSTLINE_CLOCK", ("inside", "outside")) == "inside",
            alert_token=environ.get("FIRSTLINE_ALERT_TOKEN", ""),
            smtp_host=environ.get("FIRSTLINE_SMTP_HOST", ""),
            smtp_port=_number(environ, "FIRSTLINE_SMTP_PORT", 587, least=1, most=65535),
            smtp_user=environ.get("FIRSTLINE_SMTP_USER", ""),
            smtp_password=environ.get("FIRSTLINE_SMTP_PASSWORD", ""),
            smtp_security=_one_of(environ, "FIRSTLINE_SMTP_SECURITY", ("starttls", "tls", "none")),
            mail_from=environ.get("FIRSTLINE_MAIL_FROM", "firstline@localhost"),
            webhook_url=_address(environ, "FIRSTLINE_WEBHOOK_URL", ""),
            webhook_secret=environ.get("FIRSTLINE_WEBHOOK_SECRET", ""),
            is_webhook_anywhere=_one_of(environ, "FIRSTLINE_WEBHOOK_NETWORKS", ("public", "any")) == "any",
            max_attachment_bytes=_number(environ, "FIRSTLINE_MAX_ATTACHMENT_MB", 10, least=1, most=100) * 1_000_000,
            max_attachments=_number(environ, "FIRSTLINE_MAX_ATTACHMENTS", 10, least=0, most=100),
            verify_days=_number(environ, "FIRSTLINE_VERIFY_DAYS", 180, least=1, most=3650),
            oidc_issuer=_address(environ, "FIRSTLINE_OIDC_ISSUER", ""),
            oidc_client_id=environ.get("FIRSTLINE_OIDC_CLIENT_ID", ""),
            oidc_client_secret=environ.get("FIRSTLINE_OIDC_CLIENT_SECRET", ""),
            oidc_name=environ.get("FIRSTLINE_OIDC_NAME") or "single sign-on",
            oidc_scopes=environ.get("FIRSTLINE_OIDC_SCOPES") or "openid email profile",
            oidc_groups_claim=environ.get("FIRSTLINE_OIDC_GROUPS_CLAIM") or "groups",
            oidc_roles=_roles(environ),
            is_oidc_email_trusted=_one_of(environ, "FIRSTLINE_OIDC_EMAILS", ("verified", "trusted")) == "trusted",
        )
        _check_safe(settings)
        _check_oidc(settings)
        return settings

    def environ(self) -> dict[str, str]:
        """The environment of a child process that is to work on the same installation."""
        own = {"FIRSTLINE_HOME": str(self.home), "FIRSTLINE_DATABASE_URL": self.database_url}
        return {**os.environ, **own, "FIRSTLINE_SECRET": self.secret}

    @property
    def is_public(self) -> bool:
        """Whether others than this machine's own people are meant to come."""
        return not _is_here(self.base_url)

    @property
    def zone(self) -> ZoneInfo:
        return ZoneInfo(self.timezone)


def _check_safe(settings: Settings) -> None:
    """Refuse what would hand out secrets or let others in. Raises BadSetting with the remedy."""
    hidden = "(hidden)"
    if settings.webhook_url and not settings.webhook_secret:
        raise BadSetting("FIRSTLINE_WEBHOOK_SECRET", "", "a key, because FIRSTLINE_WEBHOOK_URL is set")
    if settings.is_public and settings.base_url.startswith("http://"):
        raise BadSetting("FIRSTLINE_BASE_URL", settings.base_url, "https://, or passwords travel in the open")
    if len(set(settings.secret)) < 10 and settings.is_public:
        raise BadSetting("FIRSTLINE_SECRET", hidden, "a random one; leave it out, and one is made and kept")
    if settings.alert_token and len(settings.alert_token) < SHORTEST_TOKEN:
        raise BadSetting("FIRSTLINE_ALERT_TOKEN", hidden, f"at least {SHORTEST_TOKEN} characters nobody can guess")
    if settings.webhook_url.startswith("http://") and not _is_here(settings.webhook_url):
        raise BadSetting("FIRSTLINE_WEBHOOK_URL", settings.webhook_url, "https://, or notices travel in the open")
    if settings.smtp_security == "none" and settings.smtp_password and settings.smtp_host not in HERE:
        raise BadSetting("FIRSTLINE_SMTP_SECURITY", "none", "starttls or tls, because FIRSTLINE_SMTP_PASSWORD is set")
    _check_disk(settings)
    if not settings.mail_from.isprintable() or "@" not in settings.mail_from:
        raise BadSetting("FIRSTLINE_MAIL_FROM", settings.mail_from, "one e-mail address")


def _check_disk(settings: Settings) -> None:
    """Refuse SQLite on the disk of another machine, where two writers can not tell that they are two."""
    kind, _, file = settings.database_url.partition(":///")
    if kind == "sqlite" and (disk := network_disk(Path(file))):
        key = "FIRSTLINE_HOME" if Path(file).parent == settings.home else "FIRSTLINE_DATABASE_URL"
        remedy = "a disk of this machine; or a PostgreSQL as FIRSTLINE_DATABASE_URL, for several machines"
        raise BadSetting(key, f"{file} on a network disk ({disk})", remedy)


def _check_oidc(settings: Settings) -> None:
    """Refuse a provider anybody on the way could speak for. Raises BadSetting with the remedy."""
    if not settings.oidc_issuer:
        if settings.oidc_client_id or settings.oidc_client_secret:
            raise BadSetting("FIRSTLINE_OIDC_ISSUER", "", "the provider's address, because its client is set")
        return
    if settings.oidc_issuer.startswith("http://") and not _is_here(settings.oidc_issuer):
        raise BadSetting("FIRSTLINE_OIDC_ISSUER", settings.oidc_issuer, "https://, or anybody could sign in as anybody")
    if not settings.oidc_client_id:
        raise BadSetting("FIRSTLINE_OIDC_CLIENT_ID", "", "the name of this portal at the provider")
    if not settings.oidc_client_secret:
        raise BadSetting("FIRSTLINE_OIDC_CLIENT_SECRET", "", "the secret of this portal at the provider")
    if "openid" not in settings.oidc_scopes.split():
        raise BadSetting("FIRSTLINE_OIDC_SCOPES", settings.oidc_scopes, "openid among them")
    if len(settings.oidc_name) > 40 or not settings.oidc_name.isprintable():
        raise BadSetting("FIRSTLINE_OIDC_NAME", settings.oidc_name[:60], "a name of up to 40 characters")


def _is_here(address: str) -> bool:
    return (urlsplit(address).hostname or "") in HERE


def _make_home(home: Path) -> None:
    try:
        home.mkdir(parents=True, exist_ok=True, mode=0o700)
    except OSError as error:
        raise BadSetting("FIRSTLINE_HOME", str(home), "a folder that can be written to") from error
    if home.stat().st_mode & 0o002:
        raise BadSetting("FIRSTLINE_HOME", str(home), f"a folder that not everybody can write to: chmod 700 {home}")


def _database_url(environ: Mapping[str, str], home: Path) -> str:
    url = environ.get("FIRSTLINE_DATABASE_URL") or f"sqlite:///{home / 'firstline.db'}"
    if not url.startswith(("sqlite:///", "postgresql+psycopg://")):
        raise BadSetting(
            "FIRSTLINE_DATABASE_URL", url.split("@")[-1], "sqlite:///FILE or postgresql+psycopg://HOST/NAME"
        )
    return url


def _secret(environ: Mapping[str, str], home: Path) -> str:
    given = environ.get("FIRSTLINE_SECRET", "")
    if given:
        if len(given) < 32:
            raise BadSetting("FIRSTLINE_SECRET", "(hidden)", "at least 32 characters")
        return given
    path = home / "secret"
    if not path.exists():
        _make_secret(path)
    if path.stat().st_mode & 0o077:
        raise BadSetting("FIRSTLINE_SECRET", f"{path} can be read by others", f"chmod 600 {path}")
    return path.read_text().strip()


def _make_secret(path: Path) -> None:
    """Whole or not at all, and the first one stays: several processes may start at once on one folder."""
    fresh = path.with_name(f"secret.{secrets.token_hex(4)}")
    with open(fresh, "x", opener=_private) as file:
        file.write(secrets.token_hex(32))
    with suppress(FileExistsError):
        os.link(fresh, path)
    fresh.unlink()


def _private(path: str, flags: int) -> int:
    return os.open(path, flags, 0o600)


def _address(environ: Mapping[str, str], key: str, default: str) -> str:
    value = environ.get(key) or default
    parts = urlsplit(value)
    if "@" in parts.netloc:
        raise BadSetting(key, "(hidden)", "an address without a name and a password in it")
    if value and (parts.scheme not in ("http", "https") or not parts.hostname):
        raise BadSetting(key, value, "an address that starts with http:// or https://")
    return value.rstrip("/")


def _zone(environ: Mapping[str, str]) -> str:
    value = environ.get("FIRSTLINE_TIMEZONE") or "UTC"
    try:
        ZoneInfo(value)
    except (ZoneInfoNotFoundError, ValueError, OSError) as error:
        raise BadSetting("FIRSTLINE_TIMEZONE", value, "an IANA time zone such as Europe/Berlin") from error
    return value


def _roles(environ: Mapping[str, str]) -> tuple[tuple[str, Role], ...]:
    """`support=agent, leads=lead`; a group's own name may hold an equals sign."""
    pairs = [part.rpartition("=") for part in environ.get("FIRSTLINE_OIDC_ROLES", "").split(",") if part.strip()]
    roles = [(group.strip(), role.strip()) for group, _, role in pairs]
    known = [role.value for role in Role if role is not Role.GUEST]
    for group, role in roles:
        if not group or role not in known:
            raise BadSetting("FIRSTLINE_OIDC_ROLES", f"{group}={role}", "GROUP=ROLE, ROLE one of " + ", ".join(known))
    return tuple((group, Role(role)) for group, role in roles)


def _one_of(environ: Mapping[str, str], key: str, allowed: tuple[str, ...]) -> str:
    value = environ.get(key) or allowed[0]
    if value not in allowed:
        raise BadSetting(key, value, "one of " + ", ".join(allowed))
    return value


def _number(environ: Mapping[str, str], key: str, default: int, *, least: int, most: int) -> int:
    value = environ.get(key) or str(default)
    if not value.isdecimal() or not least <= int(value) <= most:
        raise BadSetting(key, value, f"a whole number from {least} to {most}")
    return int(value)
