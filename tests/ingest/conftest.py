"""A site on loopback and a client that may speak to it and to nothing else on this machine."""

import pytest
from site_under_test import running_site

from pipeline.ingest import Client
from pipeline.options import FetchOptions


@pytest.fixture
def site():
    with running_site() as running:
        yield running


@pytest.fixture
def options(site):
    return FetchOptions(
        timeout=1.0,
        connect_timeout=1.0,
        total_timeout=1.5,
        max_bytes=200_000,
        max_redirects=5,
        host_delay=0,
        contact="https://wire.example.org/about",
        allow_private_hosts=(site.authority,),
    )


@pytest.fixture
def client(options):
    with Client(options) as running:
        yield running
