"""What deploy/ names exists, and the programs that read its files accept them."""

import fnmatch
import os
import re
import shutil
import subprocess
import tomllib
from pathlib import Path

import pytest

from pipeline import __version__
from pipeline.cli.commands import COMMANDS
from tests.conftest import ROOT

DEPLOY = ROOT / "deploy"
DOCKERFILE = (DEPLOY / "Dockerfile").read_text().replace("\\\n", " ")


def copied() -> list[str]:
    """What the Dockerfile copies from the folder it is built in."""
    lines = re.findall(r"^COPY (?!--from)(.+) \S+$", DOCKERFILE, re.MULTILINE)
    return [name for line in lines for name in line.split()]


def is_ignored(name: str) -> bool:
    """Whether .dockerignore keeps a file out: the last pattern that matches decides."""
    ignored = False
    for line in (ROOT / ".dockerignore").read_text().splitlines():
        pattern = line.strip().removeprefix("!")
        if line.strip() and not line.startswith("#") and fnmatch.fnmatch(name, pattern):
            ignored = not line.startswith("!")
    return ignored


def test_what_the_image_is_built_from_is_there():
    names = copied()
    assert {"pyproject.toml", "pipeline", "NOTICE.md", "LICENSE", "constraints.txt"} <= {*names}
    assert [name for name in names if not (ROOT / name).exists() or is_ignored(name)] == []
    assert all(map(is_ignored, ("config", "state", "output", ".git", ".venv", "tests", ".env")))


def test_the_image_has_what_the_build_reads():
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    assert {*project["license-files"], project["readme"]} <= {*copied()}
    assert "postgresql" in project["optional-dependencies"]
    removed = re.search(r"pip uninstall --yes (.+)$", DOCKERFILE, re.MULTILINE)
    pinned = {line.partition("==")[0] for line in (ROOT / "constraints.txt").read_text().split()}
    needed = {re.split(r"[<>=;\[]", one)[0] for one in project["dependencies"]}
    assert removed and {*removed[1].split()} <= pinned - needed


@pytest.mark.parametrize("name", ["Dockerfile", "compose.yaml", "babelwire.service"])
def test_the_commands_that_are_named_exist(name):
    text = (DEPLOY / name).read_text()
    used = re.findall(r"babelwire(?: --\S+ \S+)* ([a-z]+)\b", text)
    assert used and {*used} <= {*COMMANDS}
    assert f"babelwire-{__version__}-" in (DEPLOY / "babelwire.service").read_text()


def test_the_services_of_compose():
    yaml = pytest.importorskip("yaml")
    services = yaml.safe_load((DEPLOY / "compose.yaml").read_text())["services"]
    assert services["babelwire"]["build"]["dockerfile"] == "deploy/Dockerfile"
    assert services["postgres"]["profiles"] == ["postgresql"]
    assert services["babelwire"]["depends_on"]["postgres"]["required"] is False
    assert any(one.endswith(":/data") for one in services["babelwire"]["volumes"])


def test_the_cluster_reads_the_folder_and_image_of_the_desk():
    yaml = pytest.importorskip("yaml")
    desk = yaml.safe_load((DEPLOY / "compose.yaml").read_text())["services"]["babelwire"]
    more = yaml.safe_load((DEPLOY / "compose.cluster.yaml").read_text())["services"]
    for name in ("scheduler", "worker"):
        assert more[name]["volumes"] == [f"{one}:ro" for one in desk["volumes"]]
        assert more[name]["user"] == desk["user"]  # who alone may read the keys
        assert more[name]["image"] == more["babelwire"]["image"] != desk["image"]


UNITS = sorted(path.name for path in DEPLOY.glob("*.service"))


def lines_of(name: str) -> list[str]:
    """The lines of a unit, also those that whoever has workers is to activate."""
    text = (DEPLOY / name).read_text()
    return [line.removeprefix("#") for line in text.splitlines() if not line.startswith("# ")]


@pytest.mark.parametrize("name", UNITS)
def test_a_unit_whose_user_is_not_root_is_given_the_certificates_of_its_role(name):
    lines = lines_of(name)
    roles = {"babelwire.service": ["desk", "scheduler"]}  # the daemon may run the scheduler
    assert "DynamicUser=yes" in lines
    for one in ("ca", *roles.get(name, [name.removesuffix(".service").partition("-")[2]])):
        assert f"LoadCredential={one}.pem:/etc/babelwire/certificates/{one}.pem" in lines
    assert not any("ca-key" in line for line in lines)


@pytest.mark.skipif(not shutil.which("systemd-analyze"), reason="systemd is not installed")
@pytest.mark.parametrize("name", UNITS)
def test_systemd_accepts_the_units(tmp_path, name):
    program = tmp_path / "babelwire"
    program.write_text("#!/bin/sh\n")
    program.chmod(0o755)
    file = tmp_path / name
    unit = "\n".join(lines_of(name)).replace("/opt/babelwire/bin/babelwire --", f"{program} --")
    file.write_text(unit + "\n")
    done = subprocess.run(
        ["systemd-analyze", "verify", str(file)], capture_output=True, text=True, check=False
    )
    assert str(file) not in done.stderr and "Unknown" not in done.stderr, done.stderr
    assert done.returncode == 0, done.stderr


NGINX = shutil.which("nginx", path=f"{os.environ.get('PATH', '')}:/usr/sbin")


@pytest.mark.skipif(
    not (NGINX and shutil.which("openssl") and Path("/etc/nginx/proxy_params").exists()),
    reason="nginx or openssl is not installed",
)
def test_nginx_accepts_the_example(tmp_path):
    subprocess.run(
        f"openssl req -x509 -newkey rsa:2048 -nodes -subj /CN=wire -keyout {tmp_path}/privkey.pem "
        f"-out {tmp_path}/fullchain.pem",
        shell=True,
        capture_output=True,
        check=True,
    )
    site = (DEPLOY / "nginx.conf").read_text()
    site = site.replace("/etc/letsencrypt/live/news.example.org", str(tmp_path))
    (tmp_path / "site.conf").write_text(site.replace("proxy_params", "/etc/nginx/proxy_params"))
    whole = f"events {{}}\npid {tmp_path}/pid;\nhttp {{ include {tmp_path}/site.conf; }}\n"
    (tmp_path / "nginx.conf").write_text(whole)
    assert NGINX
    done = subprocess.run(
        [NGINX, "-t", "-p", tmp_path, "-c", tmp_path / "nginx.conf", "-e", tmp_path / "log"],
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
