"""Selectors of a source: what holds its articles, what is no part of them."""

import pytest

from pipeline.article import Selectors
from pipeline.extract import extract

URL = "https://x.example/news/1"
SENTENCE = "The bridge was closed on Monday, and nobody knows for how long. "
PAGE = f"""<html><body><div id="page">
<div class="story"><h1>The bridge</h1><p>{SENTENCE * 4}</p><div class="fact-box">{SENTENCE}
<p class="hotline">Call the bridge.</p></div></div>
<div class="other"><p>{"Something else is said here, at much greater length. " * 20}</p></div>
<div class="story"><p>The second part. {SENTENCE}</p></div>
</div></body></html>""".encode()


def test_article_is_what_the_first_fitting_selector_holds() -> None:
    found = extract(PAGE, URL, selectors=Selectors(article=("main.none", "div.story", "#page")))
    assert "Something else" not in found.text
    assert found.text.index("Call the bridge") < found.text.index("The second part")
    assert found.origins["text"] == "selector"


def test_nested_matches_are_taken_once() -> None:
    found = extract(PAGE, URL, selectors=Selectors(article=(".story, .story p",)))
    assert found.text.count("The second part") == 1


def test_removed_elements_are_gone_and_facts_stay() -> None:
    found = extract(
        PAGE,
        URL,
        selectors=Selectors(article=(".story",), remove=(".fact-box", ".hotline", ".none")),
    )
    assert "Call the bridge" not in found.text
    assert found.title == "The bridge"


def test_without_a_match_the_text_is_looked_for() -> None:
    found = extract(PAGE, URL, selectors=Selectors(article=("main.none",), remove=(".other",)))
    assert SENTENCE.strip() in found.text
    assert "text" not in found.origins


FACTS = f"""<html lang="en-us"><head><title>Our paper</title>
<meta property="og:title" content="Our paper"><meta name="author" content="Web Team">
<meta name="edited" content="Bo Li; Cy Day">
<meta property="article:published_time" content="2020-01-01"></head>
<body><h1>Our paper</h1><div class="story"><h2 class="head">The <i>old</i>
bridge</h2><div class="signed"><a>Ann Poe</a></div><div class="signed"><a>Bo Li</a></div>
<p class="when">03/04/2021, 22:10</p><p class="whenever">soon</p><p>{SENTENCE * 8}</p>
<p class="on"><a href="/news/1-the-rest?x=1#top">Read on</a></p>
<a class="away" href="https://other.example/2">Elsewhere</a></div></body></html>""".encode()


def test_selected_facts_overrule_those_found() -> None:
    rules = Selectors(headline=("h3", ".head"), author=(".signed a",), date=(".when",))
    found = extract(FACTS, URL, selectors=rules)
    assert (found.title, found.authors) == ("The old bridge", ("Ann Poe", "Bo Li"))
    assert found.published is not None
    assert found.published.isoformat() == "2021-03-04T22:10:00+00:00"  # American: month first
    assert [found.origins[key] for key in ("title", "authors", "published")] == ["selector"] * 3
    assert rules.missed(found.origins) == ()


def test_meta_elements_can_be_selected() -> None:
    rules = Selectors(author=("meta[name=edited]",), date=("[property$=published_time]",))
    found = extract(FACTS, URL, selectors=rules)
    assert found.authors == ("Bo Li", "Cy Day")
    assert found.published is not None and found.published.year == 2020


def test_selected_author_is_taken_at_its_word() -> None:
    page = FACTS.replace(b"<a>Ann Poe</a>", b"<a>the admin</a>").replace(b"<a>Bo Li</a>", b"")
    found = extract(page, URL, selectors=Selectors(author=(".signed",)))
    assert found.authors == ("the admin",)


def test_what_selectors_miss_is_looked_for() -> None:
    rules = Selectors(headline=(".none",), author=(".none",), date=(".whenever",))
    found = extract(FACTS, URL, selectors=rules)
    assert found.published is not None and found.published.year == 2020
    assert rules.missed(found.origins) == ("headline", "author", "date")


@pytest.mark.parametrize(
    ("selector", "address"),
    [
        (".on a", "https://x.example/news/1-the-rest?x=1"),
        (".on", "https://x.example/news/1-the-rest?x=1"),
        (".away", None),
        (".none", None),
    ],
)
def test_next_page_is_where_the_selected_link_leads(selector: str, address: str | None) -> None:
    found = extract(FACTS, URL, selectors=Selectors(next_page=(selector,)))
    assert found.next_page == address
