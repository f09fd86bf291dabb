"""Blocks that lead elsewhere go; the sentences of an article that look alike stay."""

import pytest

from pipeline.extract import extract

URL = "https://news.example/story/12"
TEXT = "The river rose by two metres on Monday, and the mayor asked everybody to stay at home. "
OFFER = "Get all that we write for half the price in the first year, with the code that is below. "


def extracted(markup: str) -> str:
    around = f"<p>{TEXT * 4}</p>{markup}<p>{TEXT * 4}</p>"
    page = f"<title>River</title><body><article><h1>River</h1>{around}</article>"
    return extract(page.encode(), URL).text


@pytest.mark.parametrize(
    "markup",
    [
        f"<p><a href='/offer'>{OFFER * 3}</a></p>",
        f"<p><a href='https://shop.example/offer'>{OFFER * 3}</a></p>",
        "<p><a href='https://www.news.example/'>Find more stories on News Example!</a></p>",
        "<p>Find us on <a href='https://facebook.com/newsexample'>Facebook</a> and "
        "<a href='https://www.instagram.com/newsexample'>Instagram</a>. Get all half price.</p>",
    ],
)
def test_what_leads_elsewhere_goes(markup: str) -> None:
    text = extracted(markup)
    assert text.count("two metres") == 8
    assert not any(word in text for word in ("half", "stories", "Instagram"))


@pytest.mark.parametrize(
    "markup",
    [
        f"<blockquote><p><a href='https://blog.example/1'>{OFFER * 3}</a></p></blockquote>",
        f"<p><a href='/offer'>{OFFER}</a>{OFFER * 2}</p>",
        "<p>The half that is known: <a href='https://facebook.com/'>Facebook</a> has sued "
        "<a href='https://www.instagram.com/'>Instagram</a> over its name.</p>",
        "<p>Half of the town read it at <a href='https://www.news.example/'>News Example</a>.</p>",
    ],
)
def test_sentence_with_such_links_stays(markup: str) -> None:
    assert "alf" in extracted(markup)
