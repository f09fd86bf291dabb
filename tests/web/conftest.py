"""The application over a backend of values, in process."""

import pytest
from starlette.testclient import TestClient

from pipeline.web import application
from tests.web.values import Fake


@pytest.fixture
def backend():
    return Fake()


@pytest.fixture
def client(backend, tmp_path):
    (tmp_path / "feeds.opml").write_text("<opml/>")
    return TestClient(application(tmp_path, backend, token="s3cret"))
