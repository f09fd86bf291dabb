"""Certificates, and a cluster that only who has them may join."""

import os
import shutil
import ssl
import stat
import tempfile
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from pipeline.compute.certificates import VALID, expiry, make
from pipeline.compute.cluster import Cluster
from pipeline.compute.pages import extract_here
from pipeline.compute.security import ROLES, certificate, configure, security
from pipeline.errors import BabelwireError
from pipeline.options import ComputeOptions, TranslateOptions
from pipeline.scheduleraddress import parsed
from tests.compute.test_pages import page
from tests.conftest import babelwire
from tests.waiting import LONG, until

NOW = datetime(2026, 11, 29, tzinfo=UTC)


def test_certificates_are_made_once_and_keys_are_their_owners(tmp_path):
    folder = tmp_path / "keys"
    paths = make(folder, NOW)
    assert {one.name for one in paths} == {
        "ca.pem",
        "ca-key.pem",
        "desk.pem",
        "scheduler.pem",
        "worker.pem",
    }
    for path in paths:
        mode = stat.S_IMODE(path.stat().st_mode)
        assert mode == (0o644 if path.name == "ca.pem" else 0o600), path
    assert {expiry(certificate(folder, role)) for role in ROLES} == {NOW + VALID}
    for role in ROLES:  # each is signed by the authority, as OpenSSL reads it
        context = ssl.create_default_context(cafile=folder / "ca.pem")
        context.load_cert_chain(certificate(folder, role))
    before = [path.read_bytes() for path in paths]
    with pytest.raises(BabelwireError, match=r"ca\.pem is there already.*another folder"):
        make(folder, NOW + timedelta(days=1))
    assert [path.read_bytes() for path in paths] == before


def test_the_command_makes_them_and_says_which(tmp_path):
    done = babelwire("cluster", "certificates", tmp_path / "keys")
    assert done.returncode == os.EX_OK, done.stderr
    assert len(done.stdout.split()) == 5
    again = babelwire("cluster", "certificates", tmp_path / "keys")
    assert again.returncode == 1
    assert "is there already" in again.stderr


@pytest.mark.parametrize("missing", ["ca.pem", "desk.pem"])
def test_a_missing_certificate_is_named(tmp_path, missing):
    make(tmp_path / "keys", NOW)
    (tmp_path / "keys" / missing).unlink()
    options = ComputeOptions(scheduler="tls://desk:8786", certificates=tmp_path / "keys")
    with pytest.raises(BabelwireError, match=f"{missing}: this certificate is missing"):
        Cluster(options, TranslateOptions(packages_dir=tmp_path))


def test_a_certificate_that_is_none_is_refused(tmp_path):
    make(tmp_path / "keys", NOW)
    (tmp_path / "keys" / "desk.pem").write_text("no certificate")
    options = ComputeOptions(scheduler="tls://desk:8786", certificates=tmp_path / "keys")
    with pytest.raises(BabelwireError, match="cannot be used"):
        Cluster(options, TranslateOptions(packages_dir=tmp_path))


@pytest.fixture
def stranger() -> Iterator[Callable[[], None]]:
    """Makes this process, if it is root's, a user who owns nothing."""
    own = os.geteuid()
    yield lambda: os.seteuid(own or 65534)
    os.seteuid(own)


@pytest.mark.parametrize("closed", ["keys", "keys/ca.pem", "keys/desk.pem"])
def test_who_may_not_read_a_certificate_is_told_so(closed, stranger):
    with tempfile.TemporaryDirectory() as name:  # tmp_path is in a folder that is closed itself
        place = Path(name)
        place.chmod(0o755)
        (place / "keys").mkdir(mode=0o755)
        for path in make(place / "keys", NOW):
            path.chmod(0o644)
        (place / closed).chmod(0)
        options = ComputeOptions(scheduler="tls://desk:8786", certificates=place / "keys")
        stranger()
        with pytest.raises(BabelwireError, match=r"cannot be read.*Permission.*LoadCredential="):
            Cluster(options, TranslateOptions(packages_dir=place))
        if closed != "keys/ca.pem":
            with pytest.raises(BabelwireError, match=r"cannot be read.*let this user read it"):
                expiry(certificate(place / "keys", "desk"))
        os.seteuid(os.getuid())
        (place / closed).chmod(0o755)


@pytest.mark.parametrize("role", ROLES)
def test_certificates_from_systemd_come_before_those_of_the_settings(role, tmp_path, monkeypatch):
    keys, given = tmp_path / "keys", tmp_path / "run" / "credentials" / "babelwire.service"
    make(keys, NOW)
    given.mkdir(parents=True)
    address = parsed("tls://desk:8786")
    configure()
    monkeypatch.setenv("CREDENTIALS_DIRECTORY", str(given))
    assert security(address, keys, role).tls_ca_file == str(keys / "ca.pem")
    for name in ("ca.pem", f"{role}.pem"):
        shutil.move(keys / name, given / name)
    for folder in (keys, None):
        made = security(address, folder, role)
        assert made.tls_ca_file == str(given / "ca.pem")
        assert made.tls_worker_cert == str(given / f"{role}.pem")
    other = next(one for one in ROLES if one != role)
    with pytest.raises(BabelwireError, match=r"keys/ca\.pem: this certificate is missing"):
        security(address, keys, other)


@pytest.mark.slow
@pytest.mark.xdist_group("cluster")
def test_only_who_has_a_certificate_may_join(processes, tmp_path):
    keys, others = tmp_path / "keys", tmp_path / "others"
    now = datetime.now(UTC)
    make(keys, now)
    make(others, now)
    address = f"tls://127.0.0.1:{processes.port}"
    listening = processes.start("scheduler", address, "--certificates", keys)
    listening.says("listening at tls://")
    processes.address = address
    stranger = processes.worker("--certificates", others)
    stranger.says("no scheduler answers")
    plain = tmp_path / "plain"
    shutil.copytree(keys, plain)
    member = processes.worker("--certificates", keys)
    member.says("connected to tls://")

    def extracted(folder, wait):
        options = ComputeOptions(scheduler=address, certificates=folder, wait=wait)
        cluster = Cluster(options, TranslateOptions(packages_dir=processes.packages))
        try:
            assert cluster.extract(page(1)) == extract_here(page(1))
            return cluster.state()
        finally:
            cluster.close()

    until(lambda: extracted(keys, LONG).workers)
    state = extracted(keys, LONG)
    assert ([one.pages for one in state.workers], state.local_pages) == ([1], 0)
    assert (extracted(others, 2.0).connected, stranger.code) == (False, None)
