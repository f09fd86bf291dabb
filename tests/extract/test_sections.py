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


STORY = "".join(paragraphs(f"Day {n}:", wrapped=False) for n in range(6))
HALVES = f"<div class=body>{STORY}</div>" * 2  # so that what holds them and the box is chosen
BOXES = [
    f"<h3>The river by letter</h3><p>Read of power and of people. {TEXT}</p>",
    "<h2>Война на реке</h2><p>Все наши тексты о войне на реке вы найдёте здесь, каждый день.</p>",
    "<h4>Über diese Seite</h4><div><p>Diese Seite ist eine Marke des Verlags am Fluss.</p></div>",
]


@pytest.mark.parametrize("box", BOXES)
def test_box_after_the_article_that_is_built_unlike_it_goes(box: str) -> None:
    text = story(f"{HALVES}<div class=unit><div>{box}</div></div>")
    assert "Day 5:" in text
    assert all(part not in text for part in ("Read of", "Все наши", "Marke des"))


@pytest.mark.parametrize("box", BOXES)
def test_last_section_that_is_built_like_the_others_stays(box: str) -> None:
    parts = "".join(f"<section class=part><h3>Day {n}</h3>{STORY}</section>" for n in range(3))
    text = story(f"{parts}<section class=part>{box}</section>")
    assert any(part in text for part in ("Read of", "Все наши", "Marke des"))


@pytest.mark.parametrize(
    "box",
    [
        "<h3>Sources</h3><ul><li>Lee, A.: The river. 2012.</li><li>Kim, B.: Mills. 1998.</li></ul>",
        "<h3>Where to go</h3><p>Mill Street 14</p><p>Tickets: 0231 5550</p>",
        "<h3>In numbers</h3><table><tr><th>Day</th><th>Metres</th></tr><tr><td>1</td><td>2</td></tr>"
        "</table>",
        f"<h3>What she wrote</h3><blockquote><p>{TEXT}</p></blockquote>",
    ],
)
def test_sources_addresses_tables_and_quotations_after_the_article_stay(box: str) -> None:
    text = story(f"{HALVES}<div class=unit><div>{box}</div></div>")
    heading = box.split("<h3>")[1].split("</h3>")[0]
    assert heading in text


@pytest.mark.parametrize("label", ["Häufig gelesen", "関連キーワード", "Passt zum Artikel"])
def test_label_after_the_article_goes_with_what_it_is_above(label: str) -> None:
    rest = "<ul><li>Auch für unterwegs</li><li>Alles in einem</li></ul><div>Nein danke.</div>"
    text = story(f"{HALVES}<div class=unit><div class=head>{label}</div>{rest}</div>")
    assert "Day 5:" in text
    assert label not in text and "unterwegs" not in text


@pytest.mark.parametrize("last", ["So it goes.", "To be continued …", "Read on 12 May"])
def test_last_line_in_an_element_of_its_own_stays(last: str) -> None:
    assert last in story(f"{HALVES}<div class=unit><div>{last}</div></div>")
