"""`babelwire init` writes a file that names every setting, with its default."""

import re
import tomllib
from typing import Any

import pytest
from pydantic import BaseModel

from pipeline.config import template
from pipeline.config.document import (
    Document,
    FeedSettings,
    FeedSourceSettings,
    FolderSettings,
    IndexSettings,
    PluginSettings,
    SitemapSettings,
    UrlsSettings,
)

TEXT = template.render()
DATA = tomllib.loads(TEXT)
SECTIONS = {
    name: field.annotation
    for name, field in Document.model_fields.items()
    if isinstance(field.annotation, type) and issubclass(field.annotation, BaseModel)
}
ITEMS = {
    "Sources": [
        FolderSettings,
        UrlsSettings,
        FeedSourceSettings,
        SitemapSettings,
        IndexSettings,
        PluginSettings,
    ],
    "Feeds": [FeedSettings],
}
# What a fresh file has on purpose, though it is no default.
CHOSEN = {"languages", "sources", "feeds", "glossary"}


def section(name: str) -> str:
    """The part of the file from the heading of a table to the next one."""
    return re.split(r"^\[", TEXT.split(f"\n[{name}]\n")[1], flags=re.MULTILINE)[0]


def described(name: str) -> set[str]:
    """The keys that the comments of the lists [[sources]] and [[feeds]] explain."""
    part = TEXT.split(f"# ---- {name}:")[1].split("\n[[")[0]
    rows = re.findall(r"^#   (\w+(?:, \w+)*) ", part, re.MULTILINE)
    return {key for row in rows for key in row.split(", ")}


@pytest.mark.parametrize("name", SECTIONS)
def test_every_setting_of_a_section_is_there_with_its_default(name):
    model: Any = SECTIONS[name]
    text = section(name)
    defaults = model()
    for key in model.model_fields:
        match = re.search(rf"^(# )?{key} = (.+)$", text, re.MULTILINE)
        assert match, f"[{name}] {key} is not in the template"
        if not match[1]:
            assert getattr(model.model_validate(DATA[name]), key) == getattr(defaults, key), key
    unknown = set(re.findall(r"^(?:# )?(\w+) = ", text, re.MULTILINE)) - set(model.model_fields)
    assert not unknown


def test_every_setting_of_the_top_is_there_with_its_default():
    top = TEXT.split("# ---- Sources")[0]
    document = Document.model_validate(DATA)
    for key, field in Document.model_fields.items():
        if key in SECTIONS or key in CHOSEN - {"languages"}:
            continue
        assert re.search(rf"^(# )?{key} = ", top, re.MULTILINE), key
        if key not in CHOSEN:
            assert getattr(document, key) == field.default, key


@pytest.mark.parametrize("name", ITEMS)
def test_every_setting_of_sources_and_feeds_is_explained(name):
    known = {key for model in ITEMS[name] for key in model.model_fields}
    assert described(name) == known


def test_each_section_begins_below_the_keys_of_the_top():
    first = TEXT.index("\n[")
    for key in Document.model_fields:
        if re.search(rf"^{key} = ", TEXT, re.MULTILINE):
            assert TEXT.index(f"\n{key} = ") < first
