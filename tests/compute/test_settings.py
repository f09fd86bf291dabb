"""The section [compute] of the settings, and that nothing of a cluster is loaded without it."""

import subprocess
import sys

import pytest

from pipeline.config import load
from pipeline.errors import SettingsError
from pipeline.options import ComputeOptions
from pipeline.scheduleraddress import is_loopback, parsed
from tests.conftest import ROOT, write_page
from tests.waiting import LONG


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("desk:8786", "tls://host:8786"),
        ("tls://desk", "tls://host:8786"),
        ("http://desk:8786", "tls://host:8786"),
        ("tls://desk:99999", "tls://host:8786"),
        ("tls://desk:8786/path", "tls://host:8786"),
        ("tcp://desk:8786", "tls:// instead of tcp://"),
        ("tcp://192.168.0.7:8786", "192.168.0.7 is not this machine"),
        ("tcp://[fe80::1]:8786", "not encrypted"),
        ("tcp://0.0.0.0:8786", "not encrypted"),
    ],
)
def test_an_address_is_refused_with_what_to_write(text, said):
    with pytest.raises(ValueError, match=said.replace("[", r"\[")):
        parsed(text)
    with pytest.raises(ValueError, match="scheduler"):
        ComputeOptions(scheduler=text)


@pytest.mark.parametrize(
    "text", ["tls://desk:8786", "tcp://127.0.0.1:1", "tcp://localhost:8786", "tcp://[::1]:8786"]
)
def test_an_address_is_written_as_it_was_read(text):
    assert str(parsed(text)) == text
    assert is_loopback(parsed(text).host) == text.startswith("tcp")


@pytest.mark.parametrize(
    ("table", "said"),
    [
        ('scheduler = "tcp://desk:8786"', "write tls:// instead of tcp://"),
        ('scheduler = "tls://desk:8786"', "babelwire cluster certificates DIR"),
        ("embedded = true", 'add scheduler = "tcp://127.0.0.1:8786"'),
        ('certificates = "keys"', "has no effect without a scheduler"),
        ('scheduler = "tcp://127.0.0.1:1"\nwait = -1', "must be at least 0"),
        ('schedular = "tcp://127.0.0.1:1"', "scheduler"),
    ],
)
def test_settings_are_refused_with_a_remedy(write_settings, table, said):
    path = write_settings(f"[compute]\n{table}")
    with pytest.raises(SettingsError) as caught:
        load(path)
    assert said in str(caught.value)
    assert "compute" in str(caught.value)


def test_certificates_are_beside_the_settings(write_settings, tmp_path):
    path = write_settings(
        '[compute]\nscheduler = "tls://desk:8786"\ncertificates = "keys"\nembedded = true'
    )
    assert load(path).compute.certificates == tmp_path / "keys"
    assert load(path).compute.embedded


OF_THE_EXTRA = (
    *("dask", "distributed", "tornado", "msgpack", "cryptography.x509"),
    *("pipeline.compute.cluster", "pipeline.compute.link", "pipeline.compute.scheduler"),
)
PASS = """
from pipeline.cli import app
app(["--config", {path!r}, "run"], standalone_mode=False)
"""
DAEMON = """
import os, signal, threading, time
from pipeline.cli import app
def end():
    while not os.path.isdir({output!r}):
        time.sleep(0.05)
    os.kill(os.getpid(), signal.SIGTERM)
threading.Thread(target=end, daemon=True).start()
app(["--config", {path!r}, "daemon", "--port", "0"], standalone_mode=False)
"""


@pytest.mark.parametrize(
    "program", [PASS, pytest.param(DAEMON, marks=pytest.mark.slow)], ids=["run", "daemon"]
)
def test_without_a_scheduler_nothing_of_the_cluster_is_loaded(program, write_settings, tmp_path):
    write_page(tmp_path / "pages", "bridge", "The bridge is open", "It was built in a year.")
    source = '[[sources]]\nid = "a"\nkind = "folder"\npath = "pages"\nevery = "1h"'
    path = write_settings(f'{source}\n[[feeds]]\nid = "news"\ntitle = "News"')
    program = program.format(path=str(path), output=str(tmp_path / "output" / "news"))
    check = f"import sys\nprint('loaded', [one for one in {OF_THE_EXTRA} if one in sys.modules])"
    ran = subprocess.run(
        [sys.executable, "-c", program + check],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
        timeout=LONG,
    )
    assert ran.stdout.splitlines()[-1:] == ["loaded []"], ran.stderr
    assert (tmp_path / "output" / "news").is_dir()
