"""Sources written into the settings file and read from it again."""

from dataclasses import fields
from pathlib import Path

import pytest

from pipeline.article import Source
from pipeline.config import load
from pipeline.config.edit import add_sources, remove_source
from tests.sources import KINDS, full_source

BEFORE = """# my settings
languages = ["en"]  # and no more
"""


@pytest.fixture
def path(tmp_path: Path) -> Path:
    file = tmp_path / "babelwire.toml"
    file.write_text(BEFORE, "utf-8")
    return file


@pytest.mark.parametrize("cron", [True, False])
@pytest.mark.parametrize("kind", KINDS)
def test_a_source_with_everything_set_is_read_as_it_was_written(path, kind, cron):
    source = full_source(kind, cron=cron)
    other = Source.of("other", "feed", url="https://other.example.org/feed")
    add_sources(path, [source, other])
    assert load(path).sources == {source.id: source, "other": other}
    assert path.read_text("utf-8").startswith(BEFORE)
    remove_source(path, source.id)
    assert list(load(path).sources) == ["other"]


@pytest.mark.parametrize("kind", ["feed", "sitemap", "index"])
def test_what_is_at_its_default_is_not_written(path, kind):
    source = Source.of("plain", kind, url="https://other.example.org/")
    add_sources(path, [source])
    assert load(path).sources == {"plain": source}
    assert path.read_text("utf-8").removeprefix(BEFORE).strip().count("\n") == 3


def test_every_field_of_a_source_can_be_set():
    known = {name for model in KINDS.values() for name in model.model_fields}
    assert known == {one.name for one in fields(Source)}
