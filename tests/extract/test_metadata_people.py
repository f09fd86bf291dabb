"""The authors: who is named as one, and which words name nobody."""

import pytest

from pipeline.extract import metadata
from pipeline.extract.parsing import parse

URL = "https://www.wolfgangschmale.example/some-story"


def authors(body: str, head: str = "") -> tuple[tuple[str, ...], str | None]:
    page = (
        f"<html><head>{head}</head><body><article><h1>The bridge</h1>{body}</article></body></html>"
    )
    found = metadata.read(parse(page), URL)
    return found.authors, found.origins.get("authors")


def linked(kind: str, name: str) -> str:
    thing = f'{{"@type": "Article", "author": {{"@type": "{kind}", "name": "{name}"}}}}'
    return f'<script type="application/ld+json">{thing}</script>'


@pytest.mark.parametrize("word", ["Veröffentlicht", "Publiziert", "Publié", "Опубликовано", "Edit"])
def test_words_of_a_byline_are_no_names(word: str) -> None:
    body = f'<span class="byline">{word}</span><span class="author">Anna Schmidt</span>'
    assert authors(body) == (("Anna Schmidt",), "byline")


def test_person_called_like_the_site_is_named_where_nobody_else_is() -> None:
    person = linked("Person", "Wolfgang Schmale")
    assert authors("", person) == (("Wolfgang Schmale",), "json-ld")
    other = '<a rel="author" href="/a">Anna Schmidt</a>'
    assert authors(other, person) == (("Anna Schmidt",), "rel=author")


def test_organisation_called_like_the_site_is_no_author() -> None:
    assert authors("", linked("Organization", "Wolfgang Schmale"))[0] == ()


def test_byline_in_a_frame_named_after_its_side_column_counts() -> None:
    frame = '<div class="content-sidebar-wrap"><h1>The old bridge</h1>'
    byline = '<a rel="author" href="/a">Anna Schmidt</a></div>'
    page = f"<html><body>{frame}{byline}</body></html>"
    assert metadata.read(parse(page), URL).authors == ("Anna Schmidt",)
