"""Sections named by their heading that are not the article, in it and after it."""

import pytest

from pipeline.extract import extract

URL = "https://news.example/story/12"
TEXT = "The river rose by two metres on Monday, and the mayor asked everybody to stay at home. "
LINKS = "".join(f"<li><a href=/story/{n}>Mills of the north, part {n}</a></li>" for n in range(4))


def story(body: str) -> str:
    page = f"<title>River</title><body><main><h1>River</h1>{body}</main>"
    return extract(page.encode(), URL).text


def paragraphs(what: str, wrapped: bool) -> str:
    one = f"<p>{what} {TEXT * 2}</p>"
    return f"<div class=row><div class=text>{one}</div></div>" if wrapped else one


@pytest.mark.parametrize("wrapped", [False, True])
@pytest.mark.parametrize("name", ["Read more", "Lesen Sie auch"])
def test_article_goes_on_after_a_box_with_a_section(name: str, wrapped: bool) -> None:
    box = f"<div class=unit><div class=x7><h3>{name}</h3><ul>{LINKS}</ul></div></div>"
    before = "".join(paragraphs(f"Day {n}:", wrapped) for n in range(5))
    text = story(before + box + paragraphs("At last:", wrapped))
    assert "At last:" in text
    assert "Mills" not in text and name not in text


@pytest.mark.parametrize("name", ["Read more", "Lesen Sie auch"])
def test_texts_after_the_article_go_with_the_heading_above_them(name: str) -> None:
    before = "".join(paragraphs(f"Day {n}:", wrapped=False) for n in range(6))
    singer = f"<p>A singer lost her voice. {TEXT}</p>"
    text = story(f"{before}<div class=more><h3>{name}</h3><ul>{LINKS}</ul>{singer}</div>")
    assert "Day 5:" in text and "singer" not in text
