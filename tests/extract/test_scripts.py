"""Articles that a page holds only in the data of its scripts."""

import json

import pytest

from pipeline.errors import NotAnArticle
from pipeline.extract import extract

URL = "https://x.example/news/1"
SENTENCE = "The bridge was closed on Monday, and nobody knows for how long. "
TEXT = [f"{number}. {SENTENCE * 3}".strip() for number in range(4)]
HTML = "".join(f"<p>{one}</p>" for one in TEXT)
HEAD = '<title>The bridge</title><meta property="og:type" content="article">'


def page(script: str, shown: str = "<div id='__next'><div>Loading</div></div>") -> bytes:
    return f"<html><head>{HEAD}</head><body>{shown}{script}</body></html>".encode()


def next_data(story: object) -> str:
    state = {"props": {"pageProps": {"story": story, "labels": ["Home", "News"] * 50}}}
    return f'<script id="__NEXT_DATA__" type="application/json">{json.dumps(state)}</script>'


@pytest.mark.parametrize(
    "script",
    [
        next_data({"bodyHtml": HTML}),
        next_data({"body": "\n\n".join(TEXT)}),
        next_data({"blocks": [{"type": "paragraph", "text": one} for one in TEXT]}),
        next_data({"content": [{"type": "p", "data": {"value": one}} for one in TEXT]}),
        f"<script>window.__INITIAL_STATE__ = {json.dumps({'article': {'html': HTML}})};</script>",
        f"<script>window.__NUXT__={json.dumps({'state': [{'body': HTML}]})}</script>",
        f'<script type="application/json">{json.dumps({"a": {"rendered": HTML}})}</script>',
    ],
)
def test_text_that_only_a_state_holds_is_found(script: str) -> None:
    article = extract(page(script), URL)
    assert [one for one in article.text.split("\n\n") if one != "Loading"] == TEXT


def test_state_is_not_asked_where_the_page_shows_its_text() -> None:
    other = next_data({"html": f"<p>{'Something else entirely, and much more of it. ' * 90}</p>"})
    shown = f"<article><h1>The bridge</h1>{HTML * 2}</article>"
    assert "Something else" not in extract(page(other, shown), URL).text


def test_markup_in_a_state_is_sanitised() -> None:
    article = extract(page(next_data({"html": f"{HTML}<p onclick='x()'>{SENTENCE}</p>"})), URL)
    assert "onclick" not in article.html


@pytest.mark.parametrize(
    "script",
    [
        next_data({"css": "a { color: red }\n" * 200, "urls": ["https://x.example/a"] * 400}),
        '<script id="__NEXT_DATA__" type="application/json">{"broken": </script>',
        f'<script type="application/json">{"[" * 20000}</script>',
        "<script>window.__STATE__ = {a: function () { return 'x. y. z.' }}</script>",
    ],
)
def test_state_without_an_article_gives_none(script: str) -> None:
    with pytest.raises(NotAnArticle):
        extract(page(script), URL)
