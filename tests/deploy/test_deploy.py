"""`deploy/`: its files agree with the settings, with the application and with each other."""

import json
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
import yaml
from django.core.management import get_commands

from tests.support import serving
from tests.support.serving import DEPLOY, ROOT

TOLD = set(re.findall(r"^#([A-Z0-9_]+)=", (ROOT / ".env.example").read_text(), re.MULTILINE))
DOCKERFILE = (DEPLOY / "Dockerfile").read_text()


# Containers
# ----------


@pytest.fixture(scope="module")
def compose() -> dict:
    return yaml.safe_load((DEPLOY / "compose.yaml").read_text())


def ours(compose: dict) -> dict[str, dict]:
    return {name: service for name, service in compose["services"].items() if service["image"] == "newsroom"}


def test_compose_sets_what_the_settings_read(compose):
    assert set(ours(compose)) == {"migrate", "web-1", "web-2", "stream", "worker", "timer", "tidy"}
    for service in ours(compose).values():
        assert set(service["environment"]) <= TOLD
    # What an operator sets beside it is passed on, but for what the containers themselves are made of.
    own = {"ENV_FILE", "DEBUG", "HOST", "PORT", "STREAM_PORT", "MEDIA_ROOT", "LOG_FORMAT"}
    assert TOLD - set(ours(compose)["web-1"]["environment"]) == own
    fixed = {"DATABASE_URL", "CACHE_URL", "SERVE_MEDIA", "TASKS", "OFFER_STREAM"}
    for name, value in ours(compose)["web-1"]["environment"].items():
        assert value.startswith(f"${{{name}:") or name in fixed, name
    in_image = set(re.findall(r"^(?:ENV|   ) (\w+)=", DOCKERFILE, re.MULTILINE)) - {"PATH"}
    assert {name for name in in_image if not name.startswith("PYTHON")} <= TOLD | {"ENV_FILE"}


def test_compose_has_no_password_of_its_own(compose):
    text = (DEPLOY / "compose.yaml").read_text()
    used = re.findall(r"\$\{(\w+)(:[?-])([^}]*)\}", text)
    needed = {name for name, kind, _ in used if kind == ":?"}
    assert needed == {"SECRET_KEY", "SITE_URL", "POSTGRES_PASSWORD"}
    secret = {name: default for name, kind, default in used if re.search("KEY|PASSWORD|TOKEN", name) and kind == ":-"}
    assert set(secret.values()) == {""}
    assert [name for name, kind, _ in used if name in needed and kind != ":?"] == []
    assert all(":" in service["image"] for name, service in compose["services"].items() if name not in ours(compose))


def test_compose_services_know_each_other(compose):
    services = compose["services"]
    for name, service in services.items():
        for other, how in service.get("depends_on", {}).items():
            assert other in services, name
            checked = "healthcheck" in services[other] or services[other]["image"] == "newsroom"
            assert how["condition"] != "service_healthy" or checked, (name, other)
        for volume in service.get("volumes", []):
            source = volume.split(":")[0]
            assert (DEPLOY / source).is_file() if source.startswith("./") else source in compose["volumes"], volume
    environment = services["web-1"]["environment"]
    assert re.search(r"@(\w+):5432/", environment["DATABASE_URL"])[1] in services
    assert re.search(r"//(\w+):6379/", environment["CACHE_URL"])[1] in services


def test_compose_upstreams_are_its_services_and_ports(compose):
    upstreams = (DEPLOY / "nginx/upstreams-compose.conf").read_text()
    [web] = re.findall(r"^#PORT=(\d+)", (ROOT / ".env.example").read_text(), re.MULTILINE)
    [stream] = re.findall(r"^#STREAM_PORT=(\d+)", (ROOT / ".env.example").read_text(), re.MULTILINE)
    assert set(re.findall(r"server ([\w-]+:\d+)", upstreams)) == {f"web-1:{web}", f"web-2:{web}", f"stream:{stream}"}
    assert f"EXPOSE {web} {stream}\n" in DOCKERFILE
    assert f"127.0.0.1', {stream})" in compose["services"]["stream"]["healthcheck"]["test"][-1]
    # The same file but for the addresses.
    machine = (DEPLOY / "nginx/upstreams.conf").read_text()
    plain = [re.sub(r"server \S+", "server", text).partition("\n")[2] for text in (machine, upstreams)]
    assert plain[0] == plain[1]


def test_compose_shares_the_folders_that_nginx_reads(compose):
    conf = (DEPLOY / "nginx/newsroom.conf").read_text()
    folder = compose["services"]["web-1"]["environment"]["PURGE_URL"].partition("nginx://")[2].rstrip("}")
    assert f"root {folder}/$tag;" in conf
    shared = {volume.split(":")[1] for volume in compose["services"]["nginx"]["volumes"]}
    assert {folder, "/var/lib/newsroom/media"} <= shared
    assert {folder, "/var/lib/newsroom/media"} == {
        volume.split(":")[1] for volume in compose["services"]["worker"]["volumes"]
    }
    assert "MEDIA_ROOT=/var/lib/newsroom/media\n" in DOCKERFILE


def test_dockerfile_takes_what_is_there_and_runs_as_nobody_special():
    version = (ROOT / ".python-version").read_text().strip()
    stages = re.findall(r"^FROM (\S+)", DOCKERFILE, re.MULTILINE)
    assert stages == [f"python:{version}-slim-bookworm"] * 2
    copied = re.findall(r"^COPY (?!--from)(\S+)", DOCKERFILE, re.MULTILINE)
    assert [name for name in copied if not (ROOT / name).exists()] == []
    allowed = (ROOT / ".dockerignore").read_text().splitlines()
    assert sorted(line[1:] for line in allowed if line.startswith("!")) == sorted(copied)
    assert "--require-hashes" in DOCKERFILE
    last = DOCKERFILE.rpartition("\nFROM ")[2]
    assert re.search(r"^USER newsroom$", last, re.MULTILINE)
    assert last.index("USER newsroom") < last.index("CMD")


def test_commands_of_containers_and_units_exist(compose):
    commands = [service["command"] for service in ours(compose).values() if "command" in service]
    named = {command[2] for command in commands if command[1] == "manage.py"}
    units = "".join(path.read_text() for path in (DEPLOY / "systemd").glob("*.service"))
    named |= set(re.findall(r"manage\.py (\w+)", units))
    assert named == {"migrate", "db_worker", "publish_due", "tidy"}
    assert named - {"db_worker"} <= set(get_commands())
    modules = set(re.findall(r"-m (newsroom\.\w+)", units)) | {
        command[2] for command in commands if command[1] == "-m"
    }
    modules |= set(re.findall(r'"-m", "(newsroom\.\w+)"', DOCKERFILE))
    assert modules == {"newsroom.server", "newsroom.stream_server"}


@pytest.mark.slow
def test_health_check_of_the_image(transactional_db, tmp_path: Path):
    """Against the process that the image runs, with the settings that it gives it."""
    told = re.search(r"^HEALTHCHECK .*\\\n\s+CMD (\[.*\])$", DOCKERFILE, re.MULTILINE)[1]
    command = [sys.executable, *json.loads(told)[1:]]

    def check(port: int) -> int:
        return subprocess.run(command, env={"PORT": str(port)}, capture_output=True, check=False).returncode

    host = re.search(r"^\s+HOST=(\S+)", DOCKERFILE, re.MULTILINE)[1]
    with serving.origin(tmp_path, HOST=host, WORKERS="1") as origin:
        assert check(origin.port) == 0
        assert check(serving.free_port()) == 1


# systemd
# -------


@pytest.fixture
def units(tmp_path: Path) -> Path:
    """The shipped units, with a Python that is there."""
    folder = tmp_path / "units"
    shutil.copytree(DEPLOY / "systemd", folder)
    for path in folder.rglob("*.*"):
        if path.is_file():
            path.write_text(path.read_text().replace("/opt/newsroom/.venv/bin/python", sys.executable))
    return folder


@pytest.mark.slow
@pytest.mark.skipif(shutil.which("systemd-analyze") is None, reason="systemd-analyze is not installed")
def test_units_are_taken_as_they_are(units):
    names = [path.name.replace("@.", "@1.") for path in units.glob("*.*") if path.is_file()]
    assert len(names) == 6
    done = subprocess.run(
        ["systemd-analyze", "verify", *names],
        env={**os.environ, "SYSTEMD_UNIT_PATH": f"{units}:/lib/systemd/system"},
        capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert (done.returncode, done.stderr) == (0, "")


def test_units_serve_where_nginx_asks():
    unit = (DEPLOY / "systemd/newsroom-web@.service").read_text()
    wanted = re.findall(r"newsroom-web@(\d)\.service", (DEPLOY / "systemd/newsroom.target").read_text())
    port = re.search(r"PORT=(\d+)%i", unit)[1]
    upstreams = (DEPLOY / "nginx/upstreams.conf").read_text()
    assert set(re.findall(r"server 127\.0\.0\.1:(80\d+)", upstreams)) == {port + number for number in wanted}
    assert f"http://127.0.0.1:{port}%i/healthz/ready" in unit
