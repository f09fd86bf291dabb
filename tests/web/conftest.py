"""The application over a newsroom of values, in process."""

import pytest
from starlette.testclient import TestClient

from pipeline.web import application
from tests.web.values import Fake


@pytest.fixture
def room():
    return Fake()


@pytest.fixture
def client(room, tmp_path):
    (tmp_path / "feeds.opml").write_text("<opml/>")
    return TestClient(application(tmp_path, room, token="s3cret"))
