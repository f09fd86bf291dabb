"""The tree: the same as Beautiful Soup's own, built with less."""

import pytest
from bs4 import BeautifulSoup, Tag

from pipeline.errors import NotAnArticle
from pipeline.extract import extract
from pipeline.extract.page.parsing import parse


@pytest.mark.parametrize(
    "markup",
    [
        "<p class='a b' hidden>One <b>two</p>three<br/>four",
        "<html lang=de><head><title>T</title></head><body><svg:rect/><o:p>Word</o:p></body></html>",
        "<!doctype html><!-- c --><table><tr><td>1<td>2</table><p id=x id=y>",
        "<svg xmlns='http://www.w3.org/2000/svg' xmlns:xlink='l'><a xlink:href='#x'>s</a></svg>",
        "<div><p>unclosed <i>deep <a href=/x>link</div></p>end",
        "<pre>  \n <b> \n </b></pre><p> \n <b> </b></p><textarea> \n</textarea>\xa0<i>\t</i>",
        "<script>var a = '<p>';</script><style>p {}</style><template> <b>t</b></template>",
        "<ruby>漢<rp>(</rp><rt>kan<b>ji</b></rt><rp>)</rp></ruby>字<!-- c --> <?php echo ?> end",
        "<meta charset=latin1><meta http-equiv=content-type content='text/html; charset=x'><br></br>",
        "</b>text</p>more</div></body></html> and after <p>that<table><b>in table</table>",
        "words alone",
        "",
    ],
)
def test_tree_is_that_of_beautiful_soup(markup: str) -> None:
    ours = parse(markup)
    theirs = BeautifulSoup(markup, "lxml", multi_valued_attributes=None)
    assert str(ours) == str(theirs)
    assert _linked(ours) == _linked(theirs)


def _linked(soup: BeautifulSoup) -> list[object]:
    """Every element and string of a tree, each with its kind and the places it is linked to."""
    items = list(soup.descendants)
    places = {id(item): place for place, item in enumerate(items)}
    links = ("parent", "next_element", "previous_element", "next_sibling", "previous_sibling")
    return [
        (
            item.attrs if isinstance(item, Tag) else (type(item), str(item)),
            item.get_text("|"),
            [places.get(id(getattr(item, link))) for link in links],
        )
        for item in items
    ]


PROSE = "<p>" + "The bridge was closed on Monday, and nobody knows for how long. " * 9 + "</p>"
HOSTILE = {
    "deep": "<div>" * 100_000 + PROSE + "</div>" * 100_000,
    "deep tables": "<table><tr><td>" * 1_000 + PROSE,
    "deep lists": "<ul><li>" * 5_000 + PROSE,
    "deep linked data": f'<script type="application/ld+json">{"[" * 100_000}</script>{PROSE}',
    "headings": f"<article><h1>T</h1>{PROSE * 3}" + "<h1>T</h1>" * 4_000,
    "bylines": f"<article><h1>T</h1>{PROSE * 3}<p class=byline>" + "By Ann and " * 20_000,
    "entities": f"<article>{PROSE * 3}<p>" + "&#xfffffff; &#0; &nosuch; &am &#; &#x; " * 4_000,
    "zeros": f"<article>{PROSE * 3}\0\0</article>" + "\0" * 100_000,
    "attributes": "<div " + " ".join(f'a{n}="x"' for n in range(100_000)) + f">{PROSE}</div>",
    "table": f"{PROSE * 3}<table>{'<tr><td>1</td><td>2</td></tr>' * 4_000}</table>",
    "tables": "<table><tr><td>" * 2_000 + PROSE,
    "comments": f"<article>{PROSE * 3}</article>" + "<!--" * 300_000,
    "scripts": f"<article>{PROSE * 3}</article>" + "<script " * 40_000,
    "brackets": f"<article>{PROSE * 3}</article>" + "<" * 300_000,
    "unclosed": "<b>" * 50_000 + PROSE,
    "half tags": f"<article>{PROSE * 3}</article>" + "<a" * 300_000,
    "drawings": "<svg>" + "<path d='M0 0'/>" * 900 + f"</svg><article>{PROSE * 3}</article>",
    "many scripts": "<script>let a = '<b>';</script>" * 900 + f"<div><p>{PROSE * 3}</div>",
    "state": f'{PROSE}<script type="application/json">{"[" * 1_000_000}</script>',
}


@pytest.mark.parametrize("name", HOSTILE)
def test_hostile_markup_ends_and_keeps_the_article(name: str) -> None:
    page = f"<html><head><title>T</title></head><body>{HOSTILE[name]}</body></html>"
    text = extract(page.encode(), "https://x.example/n/1").text
    assert "The bridge was closed" in text
    assert "let a" not in text


def test_page_over_the_limit_is_refused_with_its_size() -> None:
    with pytest.raises(NotAnArticle, match=r"too large \(16\.1 MB, more than 16 MB\)"):
        extract(b"<p>" + b"x" * 16_100_000, "https://x.example/n/1")


@pytest.mark.parametrize("mark", ["\u00ad", "&shy;", "&#173;", "&#xAD;", "\ufeff"])
def test_soft_hyphens_are_no_part_of_words(mark: str) -> None:
    page = (
        f"<title>Donau{mark}dampf</title><h1>Donau{mark}dampf</h1>{PROSE * 3}<p>Schiff{mark}fahrt."
    )
    article = extract(page.encode(), "https://x.example/n/1")
    assert article.title == "Donaudampf"
    assert "Schifffahrt" in article.text


@pytest.mark.parametrize(
    "markup",
    [
        f"<title>T</title><article><h1>Bridge</h1>{PROSE}</article>",
        f"<!doctype html><meta charset=utf-8><title>T</title><header>x</header><main>{PROSE}</main>",
        f"<head><title>T</title><header>x</header><p>y<main>{PROSE}</main>",
    ],
)
def test_page_that_leaves_out_the_tags_of_head_and_body_has_its_text(markup: str) -> None:
    assert "The bridge was closed" in extract(markup.encode(), "https://x.example/n/1").text
