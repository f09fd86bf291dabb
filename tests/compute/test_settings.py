"""The section [compute] of the settings, and that nothing of a cluster is loaded without it."""

import subprocess
import sys

import pytest

from pipeline.config import load
from pipeline.errors import SettingsError
from pipeline.options import ComputeOptions
from pipeline.scheduleraddress import is_loopback, parsed
from tests.conftest import ROOT, write_page


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


def test_a_pass_without_a_scheduler_loads_nothing_of_the_cluster(write_settings, tmp_path):
    write_page(tmp_path / "pages", "bridge", "The bridge is open", "It was built in a year.")
    path = write_settings('[[sources]]\nid = "a"\nkind = "folder"\npath = "pages"')
    code = (
        "import sys\n"
        "from pipeline.cli import app\n"
        "try:\n"
        f"    app(['--config', {str(path)!r}, 'run'])\n"
        "finally:\n"
        "    for name in ('distributed', 'dask', 'tornado', 'cryptography.x509',"
        " 'pipeline.compute.cluster'):\n"
        "        assert name not in sys.modules, name\n"
        "    print('checked')\n"
    )
    ran = subprocess.run(
        [sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=False
    )
    assert (ran.returncode, ran.stdout.splitlines()[-1]) == (0, "checked"), ran.stderr
    assert (tmp_path / "output").is_dir()
