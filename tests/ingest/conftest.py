"""A site on loopback and a client that may speak to it and to nothing else on this machine."""

import pytest
from site_under_test import running_site

from pipeline.ingest import Client
from pipeline.options import FetchOptions
from tests.waiting import LONG


@pytest.fixture
def site():
    with running_site() as running:
        yield running


@pytest.fixture
def options(site):
    return FetchOptions(
        timeout=LONG,
        connect_timeout=LONG,
        total_timeout=LONG,
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
