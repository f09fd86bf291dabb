"""Settings of a small daemon."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.conftest import write_page
from tests.daemon.running import TABLES
from tests.waiting import held_port


@pytest.fixture
def place(tmp_path: Path, write_settings) -> Iterator[Path]:
    write_page(tmp_path / "pages", "bridge", "The bridge is repaired", "It was about time.")
    (tmp_path / "later").mkdir()
    with held_port() as port:
        yield write_settings(TABLES.format(port=port))
