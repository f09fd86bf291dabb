"""Names of classes and ids are evidence: prose in the flow of an article stays under any name."""

import pytest

from pipeline.extract import extract

URL = "https://news.example/2026/the-bakery"
FIRST = (
    "<p>The bakery on the square has changed hands for the first time since the war, and the "
    "baker's son has moved to the coast. The ovens were lit at three.</p>"
    "<p>By noon all the bread was gone, though nobody in the village admits to having queued.</p>"
)
LAST = (
    "<p>The old baker comes every morning to look at the ovens. He says nothing, but he stays "
    "until the first loaves are out and takes one home, for which he pays.</p>"
)
SAID = "The new owner writes what her customers say on the wall, and they come to read it."


def article(block: str, last: str = LAST) -> str:
    html = f"<title>The bakery</title><article><h1>The bakery</h1>{FIRST}{block}{last}</article>"
    return extract(html.encode(), URL).text


@pytest.mark.parametrize(
    "name",
    ["comment", "quote-comments", "js_readmore", "menu-item", "related-customs", "share", "popup"],
)
@pytest.mark.parametrize("element", ["p", "div"])
def test_prose_between_paragraphs_stays(element: str, name: str) -> None:
    inner = SAID if element == "p" else f"<p>{SAID}</p><p>{SAID}</p>"
    assert SAID in article(f"<{element} class='{name}'>{inner}</{element}>")


@pytest.mark.parametrize("name", ["js_readmore", "popup", "menu-of-the-day"])
def test_prose_at_the_end_stays_where_the_name_means_links(name: str) -> None:
    assert SAID in article(f"<p class='{name}'>{SAID}</p>", "")


@pytest.mark.parametrize(
    "clutter",
    [
        "<div class=comments><h4>Comments</h4><p>{}</p></div>",
        "<div class=author-bio><p>{}</p></div>",
        "<p class=disclaimer>{}</p>",
        "<div class=comment><p>{}</p></div><div class=comment><p>{}</p></div>",
    ],
)
def test_texts_of_others_after_the_article_go(clutter: str) -> None:
    assert SAID not in article(LAST + clutter.replace("{}", SAID), "")


@pytest.mark.parametrize(
    "clutter",
    [
        "<div class=newsletter-box><p>{}</p><form><input name=mail></form></div>",
        "<div class=related><p>{} <a href=/2026/other>The other bakery has closed now</a></p></div>",
        "<div class=sr-only><p>{}</p></div>",
    ],
)
def test_real_clutter_between_paragraphs_goes(clutter: str) -> None:
    assert SAID not in article(clutter.replace("{}", SAID))


@pytest.mark.parametrize(
    ("name", "heading"),
    [
        ("sharing-the-catch", "Sharing the catch"),
        ("related-customs", "2. Related customs"),
        ("popup_restaurantes_de_mañana", "Popup: restaurantes de mañana"),
        ("comments-from-the-harbour", "Comments from the harbour and the quay"),
    ],
)
def test_id_made_of_a_heading_is_no_name(name: str, heading: str) -> None:
    section = f"<div id='{name}'><h2>{heading}</h2><p>{SAID}</p><ul><li>One</li></ul></div>"
    text = article("", section)
    assert SAID in text
    assert "One" in text


def test_id_that_is_the_whole_name_of_clutter_is_read() -> None:
    links = "<ul><li><a href=/1>One</a></li><li><a href=/2>Two</a></li></ul>"
    text = article(LAST, f"<div id=related-articles><h2>Related articles</h2>{links}</div>")
    assert "Related" not in text
