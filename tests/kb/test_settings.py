"""Settings: defaults, and a bad value stops the start with key, value and what is expected."""

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from kb.errors import BadSetting
from kb.labels import Role
from kb.settings import Settings


def test_the_defaults_put_everything_into_the_home_folder(tmp_path: Path) -> None:
    settings = Settings.from_env({"FIRSTLINE_HOME": str(tmp_path)})
    assert settings.database_url == f"sqlite:///{tmp_path / 'firstline.db'}"
    assert settings.smtp_host == settings.webhook_url == settings.alert_token == ""


def test_the_secret_is_made_once_and_private(tmp_path: Path) -> None:
    first, second = (Settings.from_env({"FIRSTLINE_HOME": str(tmp_path)}).secret for _ in range(2))
    assert first == second
    assert len(first) == 64
    assert (tmp_path / "secret").stat().st_mode & 0o777 == 0o600


@pytest.mark.parametrize(
    ("key", "value"),
    [
        ("FIRSTLINE_DATABASE_URL", "mysql://x"),
        ("FIRSTLINE_SECRET", "short"),
        ("FIRSTLINE_BASE_URL", "portal.example.com"),
        ("FIRSTLINE_TIMEZONE", "Mars/Base"),
        ("FIRSTLINE_CLOCK", "maybe"),
        ("FIRSTLINE_SMTP_PORT", "99999"),
        ("FIRSTLINE_MAX_ATTACHMENT_MB", "1.5"),
        ("FIRSTLINE_WEBHOOK_URL", "ftp://x"),
        ("FIRSTLINE_WEBHOOK_NETWORKS", "some"),
        ("FIRSTLINE_HOME", "/dev/null/x"),
    ],
)
def test_a_bad_setting_is_named(tmp_path: Path, key: str, value: str) -> None:
    with pytest.raises(BadSetting, match=key):
        Settings.from_env({"FIRSTLINE_HOME": str(tmp_path), key: value})


def test_processes_that_start_at_once_have_one_secret(tmp_path: Path) -> None:
    with ThreadPoolExecutor(8) as pool:
        for turn in range(20):
            environ = {"FIRSTLINE_HOME": str(tmp_path / str(turn))}
            starts = [pool.submit(Settings.from_env, environ) for _ in range(8)]
            secrets = {start.result().secret for start in starts}
            assert len(secrets) == 1
            assert len(secrets.pop()) == 64
            assert [path.name for path in (tmp_path / str(turn)).iterdir()] == ["secret"]


def test_a_webhook_needs_its_secret(tmp_path: Path) -> None:
    with pytest.raises(BadSetting, match="FIRSTLINE_WEBHOOK_SECRET"):
        Settings.from_env({"FIRSTLINE_HOME": str(tmp_path), "FIRSTLINE_WEBHOOK_URL": "https://hook.example.com"})


PUBLIC = {"FIRSTLINE_BASE_URL": "https://help.example.com", "FIRSTLINE_SECRET": "0123456789abcdef" * 2}
HOOK = {"FIRSTLINE_WEBHOOK_URL": "https://hook.example.com", "FIRSTLINE_WEBHOOK_SECRET": "a key"}
OIDC = {
    "FIRSTLINE_OIDC_ISSUER": "https://id.example.com",
    "FIRSTLINE_OIDC_CLIENT_ID": "portal",
    "FIRSTLINE_OIDC_CLIENT_SECRET": "a key",
}
MAIL = {"FIRSTLINE_SMTP_HOST": "mail.example.com", "FIRSTLINE_SMTP_USER": "me", "FIRSTLINE_SMTP_PASSWORD": "secret"}


@pytest.mark.parametrize(
    ("safe", "key", "value"),
    [
        (PUBLIC, "FIRSTLINE_BASE_URL", "http://help.example.com"),
        (PUBLIC, "FIRSTLINE_BASE_URL", "https://ann:secret@help.example.com"),
        (PUBLIC, "FIRSTLINE_SECRET", "changeme" * 5),
        ({}, "FIRSTLINE_ALERT_TOKEN", "guess"),
        (HOOK, "FIRSTLINE_WEBHOOK_URL", "http://hook.example.com"),
        (HOOK, "FIRSTLINE_WEBHOOK_SECRET", ""),
        (MAIL, "FIRSTLINE_SMTP_SECURITY", "none"),
        (OIDC, "FIRSTLINE_OIDC_ISSUER", "http://id.example.com"),
        (OIDC, "FIRSTLINE_OIDC_ISSUER", "http://localhost.example.com"),
        (OIDC, "FIRSTLINE_OIDC_ISSUER", ""),
        (OIDC, "FIRSTLINE_OIDC_CLIENT_ID", ""),
        (OIDC, "FIRSTLINE_OIDC_CLIENT_SECRET", ""),
        (OIDC, "FIRSTLINE_OIDC_SCOPES", "email profile"),
        (OIDC, "FIRSTLINE_OIDC_NAME", "x" * 41),
        (OIDC, "FIRSTLINE_OIDC_ROLES", "support=agents"),
        (OIDC, "FIRSTLINE_OIDC_ROLES", "support=guest"),
        (OIDC, "FIRSTLINE_OIDC_ROLES", "support"),
        (OIDC, "FIRSTLINE_OIDC_EMAILS", "all"),
        ({}, "FIRSTLINE_MAIL_FROM", "a@example.com\nBcc: b@example.com"),
    ],
)
def test_an_unsafe_setting_stops_the_start(tmp_path: Path, safe: dict[str, str], key: str, value: str) -> None:
    environ = {"FIRSTLINE_HOME": str(tmp_path), **safe}
    assert Settings.from_env(environ)
    with pytest.raises(BadSetting, match=f"^{key} ") as refused:
        Settings.from_env({**environ, key: value})
    told = str(refused.value).removeprefix(key).lower().replace("the secret of this portal", "")
    assert "secret" not in told.replace("firstline_webhook_secret", "")


def test_groups_stand_for_roles(tmp_path: Path) -> None:
    roles = {"FIRSTLINE_OIDC_ROLES": " cn=Support Berlin=agent, leads=lead ,"}
    found = Settings.from_env({"FIRSTLINE_HOME": str(tmp_path), **OIDC, **roles}).oidc_roles
    assert found == (("cn=Support Berlin", Role.AGENT), ("leads", Role.LEAD))


def test_a_provider_on_this_machine_needs_no_https(tmp_path: Path) -> None:
    here = {"FIRSTLINE_OIDC_ISSUER": "http://127.0.0.1:9400/realm/"}
    assert Settings.from_env({"FIRSTLINE_HOME": str(tmp_path), **OIDC, **here}).oidc_issuer.endswith("/realm")


def test_what_others_could_read_or_replace_stops_the_start(tmp_path: Path) -> None:
    Settings.from_env({"FIRSTLINE_HOME": str(tmp_path)})
    (tmp_path / "secret").chmod(0o644)
    with pytest.raises(BadSetting, match="chmod 600"):
        Settings.from_env({"FIRSTLINE_HOME": str(tmp_path)})
    (tmp_path / "secret").chmod(0o600)
    tmp_path.chmod(0o777)
    with pytest.raises(BadSetting, match="chmod 700"):
        Settings.from_env({"FIRSTLINE_HOME": str(tmp_path)})
