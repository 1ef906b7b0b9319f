from __future__ import annotations

from kb.doors.cli.serve import command
from kb.settings import Settings


def test_the_server_answers_to_its_public_name(environ: dict[str, str]) -> None:
    settings = Settings.from_env({**environ, "FIRSTLINE_BASE_URL": "https://help.example.com"})
    line = command(settings, "0.0.0.0", 8600)
    assert "--server.allowedHosts=help.example.com" in line
    assert "--server.allowedHosts=localhost" in line
    assert {"--server.address=0.0.0.0", "--server.port=8600", "--browser.serverAddress=help.example.com"} <= set(line)


def test_uploads_may_be_as_large_as_attachments(environ: dict[str, str]) -> None:
    settings = Settings.from_env({**environ, "FIRSTLINE_MAX_ATTACHMENT_MB": "25"})
    assert "--server.maxUploadSize=25" in command(settings, "127.0.0.1", 8501)


def test_at_home_no_host_is_named_twice(environ: dict[str, str]) -> None:
    hosts = [part for part in command(Settings.from_env(environ), "127.0.0.1", 8501) if "allowedHosts" in part]
    assert len(hosts) == len(set(hosts)) == 3
