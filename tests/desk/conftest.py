"""A site on loopback for passes over sources on the web."""

from collections.abc import Iterator

import pytest

from tests.ingest.site_under_test import Site, running_site


@pytest.fixture
def site() -> Iterator[Site]:
    with running_site() as running:
        yield running
