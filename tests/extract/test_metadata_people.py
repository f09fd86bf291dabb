"""The authors: who is named as one, and which words name nobody."""

import pytest

from pipeline.extract import extract, metadata
from pipeline.extract.metadata import names
from pipeline.extract.page.parsing import parse

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


LINE = "The mayor said on day {} that the old bridge over the river would be closed once again."
TEXT = "".join(f"<p>{LINE.format(n)}</p>" for n in range(6))


def signed(around: str, head: str = "", end: str = "") -> tuple[tuple[str, ...], str | None]:
    """The authors of a whole page with this between its title and its text."""
    body = f"<article><h1>The bridge is closed</h1>{around}{TEXT}{end}</article>"
    page = f"<html lang=en><head>{head}</head><body>{body}</body></html>"
    found = extract(page.encode(), URL)
    return found.authors, found.origins.get("authors")


@pytest.mark.parametrize(
    ("line", "name"),
    [
        ("Ein Artikel von <strong>Pamela Sladky</strong> | 27.01.2022 - 12:45", "Pamela Sladky"),
        ("yas! <span>| By </span> <span>Cara Stiles</span> | April 13, 2020", "Cara Stiles"),
        ("11.12.2019 - Amelie Loevenich", "Amelie Loevenich"),
        ("Geschrieben von Cooper am 25.08.2015 22:30 (1599 x gelesen)", "Cooper"),
        ("Posted by Konstantin @ 12:00 am", "Konstantin"),
        ("Author: Gàbor Muniér, Datum: 03.Mär.19", "Gàbor Muniér"),
        ("Von Mat\u00adthi\u00adas Lauerer", "Matthias Lauerer"),
        ("记者王敬照", "王敬照"),
    ],
)
def test_bylines_near_the_title_name_the_author(line: str, name: str) -> None:
    assert signed(f"<div class=info>{line}</div>") == ((name,), "near the title")


@pytest.mark.parametrize(
    "markup",
    [
        "<h4>Autor</h4><p>Nikolai Huke</p>",
        "<dl><dt>Auteur :</dt><dd>Nikolai Huke</dd></dl>",
        '<p><a href="/staff/nikolai-huke/">Nikolai Huke</a> | 3 min</p>',
        '<p>Text <a href="https://wolfgangschmale.example/autor/17">Nikolai Huke</a></p>',
    ],
)
def test_labels_and_links_to_authors_pages_name_the_author(markup: str) -> None:
    assert signed(markup) == (("Nikolai Huke",), "near the title")


@pytest.mark.parametrize(
    "markup",
    [
        "<p>From Munich to Berlin by train</p>",
        "<p>Von der alten Brücke bis zum neuen Markt</p>",
        '<p><a href="https://www.youtube.com/user/Channel">Our Channel</a></p>',
        '<p><a href="/user/login">Log In</a></p>',
        '<p><a href="/people/17">Real Life</a></p>',
    ],
)
def test_lines_that_only_look_like_bylines_name_nobody(markup: str) -> None:
    assert signed(markup) == ((), None)


def test_label_at_the_end_names_the_author_without_the_function() -> None:
    end = "<p><strong>Autorin: Uta Staschewski, Projektleiterin der Stiftung.</strong></p>"
    assert signed("", end=end) == (("Uta Staschewski",), "near the title")


def test_person_goes_before_the_company_that_owns_the_site() -> None:
    byline = "<p>By Arielle Pardes</p>"
    for owner in ("Olympia-Verlag GmbH", "Deutsche Welle", "Hanns-Seidel-Stiftung e.V."):
        assert signed(byline, f'<meta name="author" content="{owner}">')[0] == ("Arielle Pardes",)
    assert signed("", '<meta name="author" content="wegewerk GmbH">')[0] == ()
    assert signed("", '<meta name="author" content="Deutsche Welle">')[0] == ("Deutsche Welle",)


def test_name_of_a_byline_goes_before_a_login() -> None:
    byline = '<div class="header_author">von Arian Schlichenmayer</div>'
    assert signed(byline, linked("Person", "aschlichen"))[0] == ("Arian Schlichenmayer",)
    assert signed("", linked("Person", "aschlichen"))[0] == ("aschlichen",)


def test_newsroom_is_the_author_where_nobody_else_is() -> None:
    assert signed('<p class="byline">von Redaktion</p>')[0] == ("Redaktion",)
    assert signed("<p>By Staff Writer</p><p>By Ann Poe</p>")[0] == ("Staff Writer",)
    assert signed("<p>By Ann Poe</p>", linked("Person", "Newsdesk"))[0] == ("Ann Poe",)
    assert signed("", linked("Person", "admin"))[0] == ()


def test_address_of_an_authors_page_tells_the_name_for_want_of_a_better() -> None:
    head = '<meta property="article:author" content="https://p.example/editors/jon-fingas">'
    assert signed("", head) == (("Jon Fingas",), "author's address")
    assert signed("<p>By Jonathan Fingas</p>", head)[0] == ("Jonathan Fingas",)


def test_byline_in_the_articles_own_footer_counts() -> None:
    own = '<footer class="post-meta"><a rel="author" href="/a">Masafumi Negishi</a></footer>'
    assert authors(own) == (("Masafumi Negishi",), "rel=author")
    other = '<footer class="site"><a rel="author" href="/a">Masafumi Negishi</a></footer>'
    assert authors(other)[0] == ()


def test_organisation_of_the_linked_data_is_no_person_called_like_the_site() -> None:
    site = '{"@type": "NewsMediaOrganization", "name": "Wolfgang Schmale"}'
    head = f'<script type="application/ld+json">{site}</script>'
    assert authors("", head + linked("Person", "Wolfgang Schmale"))[0] == ()


def test_names_of_several_authors_each_once() -> None:
    found = names.cleaned(["By Ann Poe and Bo Li", "ANN POE", "Cy Day, Reporter in Berlin"], set())
    assert found == ("Ann Poe", "Bo Li", "Cy Day")


def test_particles_belong_to_names() -> None:
    assert names.in_byline("Von Ursula von der Leyen") == ("Ursula von der Leyen",)
    assert names.in_byline("By Luis de la Fuente") == ("Luis de la Fuente",)
