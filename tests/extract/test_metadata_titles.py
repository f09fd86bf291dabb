"""The title: which of a page's headings and titles names the article."""

import pytest

from pipeline.extract import metadata
from pipeline.extract.page.parsing import parse

URL = "https://www.paper.example/2024/some-story"
TEXT = "".join(
    f"<p>The mayor said on day {n} that the old bridge over the river would be closed again.</p>"
    for n in range(4)
)


def title(body: str, head: str = "", url: str = URL) -> tuple[str, str | None]:
    found = metadata.read(parse(f"<html><head>{head}</head><body>{body}{TEXT}</body></html>"), url)
    return found.title, found.origins.get("title")


def declared(text: str) -> str:
    return f'<meta property="og:title" content="{text}">'


@pytest.mark.parametrize(
    "heading",
    [
        '<h1><span class="article__roofline">Verkehr</span> Alte Brücke wird gesperrt</h1>',
        '<h1><span class="kicker">Verkehr</span><span>: </span>Alte Brücke wird gesperrt</h1>',
        "<h1>Alte Brücke wird gesperrt <small>Was jetzt gilt</small></h1>",
        '<h1>Alte Brücke wird gesperrt<span class="element-invisible"> | Zeitung</span></h1>',
        '<h1>Alte Brücke wird gesperrt <time datetime="2024-05-02">2. Mai</time></h1>',
    ],
)
def test_words_around_the_title_in_its_heading_are_left_out(heading: str) -> None:
    assert title(heading)[0].lstrip(": ") == "Alte Brücke wird gesperrt"


def test_part_of_a_heading_that_is_the_declared_title_is_the_title() -> None:
    heading = "<h1><b>La crisis del agua</b> El viejo puente se cierra mañana</h1>"
    assert title(heading, declared("El viejo puente se cierra mañana"))[0] == (
        "El viejo puente se cierra mañana"
    )


def test_heading_that_names_the_site_is_no_title() -> None:
    named = '<h1 class="site-title">Brückenblog</h1><h1>Alte Brücke wird gesperrt</h1>'
    head = "<title>Alte Brücke wird gesperrt | Brückenblog</title>"
    assert title(named, head) == ("Alte Brücke wird gesperrt", "h1")


def test_longest_heading_in_the_page_title_wins() -> None:
    head = "<title>Amt - Fachmeldungen - Verordnung über alte Brücken tritt in Kraft</title>"
    body = "<h1>Fachmeldungen</h1><h1>Verordnung über alte Brücken tritt in Kraft</h1>"
    assert title(body, head)[0] == "Verordnung über alte Brücken tritt in Kraft"


def test_second_heading_settles_where_the_page_title_is_cut() -> None:
    head = "<title>My Notes » Blog Archive » Interning of small numbers</title>"
    body = '<h1><a href="/">My Notes</a></h1><h2>Interning of small numbers</h2>'
    assert title(body, head)[0] == "Interning of small numbers"


def test_second_heading_that_is_declared_stands_over_a_topic() -> None:
    head = declared("Mit Hilfe des Chefs für später sparen")
    head += "<title>Betriebliche Vorsorge (bAV)</title>"
    body = "<h1>Betriebliche Vorsorge</h1><h2>Mit Hilfe des Chefs für später sparen</h2>"
    assert title(body, head) == ("Mit Hilfe des Chefs für später sparen", "h2")


def test_only_heading_is_taken_though_search_engines_get_another() -> None:
    head = "<title>Privatkredit-Zinsen ermitteln | Bank</title>"
    body = "<h1>Wie hoch sind die Zinsen für einen Privatkredit?</h1>"
    assert title(body, head)[0] == "Wie hoch sind die Zinsen für einen Privatkredit?"


def test_heading_of_another_matter_is_not_taken() -> None:
    head = declared("Alte Brücke wird morgen gesperrt")
    assert title("<h1>While you are here</h1>", head) == (
        "Alte Brücke wird morgen gesperrt",
        "og:title",
    )


def test_frame_named_after_its_side_column_is_no_side_column() -> None:
    head = declared("Zitronenkuchen | Backen")
    body = '<div class="content-sidebar-wrap"><h1>Zitronenkuchen vom Blech: köstlich!</h1>'
    assert title(body, head)[0] == "Zitronenkuchen vom Blech: köstlich!"


def test_site_named_like_the_article_by_a_broken_template_is_ignored() -> None:
    name = "Veteran wraps a baby in the flag, photo sparks controversy"
    site = f'{{"@type": "WebSite", "name": "{name}"}}'
    head = f'<title>{name} - Paper</title><script type="application/ld+json">{site}</script>'
    assert title(f"<h1>{name}</h1>", head) == (name, "h1")


@pytest.mark.parametrize(
    ("shown", "expected"),
    [
        ("武汉的声音：有英勇的你-新华网", "武汉的声音：有英勇的你"),
        ("「Treeviz」でツリーを描画:例の日誌", "「Treeviz」でツリーを描画"),
        ("Alte Brücke gesperrt - Aktuelles - Paper", "Alte Brücke gesperrt"),
        ("23.01.2022 - Die alte Brücke wird gesperrt", "Die alte Brücke wird gesperrt"),
    ],
)
def test_site_shelf_and_date_are_cut_off_the_page_title(shown: str, expected: str) -> None:
    head = f'<meta property="og:site_name" content="例の日誌"><title>{shown}</title>'
    assert title("", head) == (expected, "title")


def test_heading_named_as_the_blog_s_is_the_title_where_linked_data_say_so() -> None:
    told = '{"@type": "BlogPosting", "headline": "Alte Brücke wird gesperrt"}'
    head = (
        f'<title>Alte Brücke wird gesperrt | Blog</title><script type="application/ld+json">{told}'
    )
    heading = (
        '<h1 class="blog-title">Alte Brücke wird gesperrt</h1><h2>Was jetzt für alle gilt</h2>'
    )
    assert title(heading, f"{head}</script>") == ("Alte Brücke wird gesperrt", "h1")


def test_heading_named_as_the_blog_s_is_none_otherwise() -> None:
    heading = '<h1 class="blog-title">Annas Blog der Brücken</h1><h2>Alte Brücke gesperrt</h2>'
    assert title(heading, declared("Alte Brücke gesperrt"))[0] == "Alte Brücke gesperrt"


@pytest.mark.parametrize(
    "heading",
    [
        '<h1><span class="kicker">Verkehr</span><span class="hide">: </span>Brücke gesperrt</h1>',
        '<h1><span class="overline">Verkehr<i>: </i></span>Brücke gesperrt</h1>',
        "<h1><b>Verkehr</b><i> : </i><b>Brücke gesperrt</b></h1>",
    ],
)
def test_kicker_that_a_colon_joins_counts_where_two_sources_declare_it(heading: str) -> None:
    whole, alone = "Verkehr: Brücke gesperrt", "Brücke gesperrt"
    page = f"<title>{whole} | Zeitung</title>"
    assert title(heading, page + declared(whole))[0] == whole
    # One source is no agreement, and a second one of another opinion makes none.
    assert title(heading, declared(whole))[0] == alone
    assert title(heading, page + declared(alone))[0] == alone


def test_colon_in_an_element_of_its_own_ends_the_kicker() -> None:
    heading = "<h1><span>Verkehr – Sperrung</span><i>: </i><b>Alte Brücke bleibt zu</b></h1>"
    assert title(heading, declared("Verkehr, Sperrung: Brücke bleibt zu"))[0] == (
        "Alte Brücke bleibt zu"
    )


@pytest.mark.parametrize(
    ("page", "body"),
    [
        ("Die alte Brücke / Verkehr / Der Bote", "<div>Die alte Brücke</div>"),
        ("Bote - Die alte Brücke - Verkehr", "<td><strong>Die alte Brücke</strong></td>"),
        ("Der Bote: Die alte Brücke", "<h3>Die alte Brücke</h3>"),
        ("Der Bote | Die alte Brücke", "<h4>Die alte Brücke</h4>"),
    ],
)
def test_part_of_the_page_title_that_stands_on_the_page_is_the_title(page: str, body: str) -> None:
    places = '<nav><a href="/v">Verkehr</a></nav><p><a href="/">Der Bote</a></p>'
    assert title(places + body, f"<title>{page}</title>")[0] == "Die alte Brücke"


def test_name_of_the_site_that_stands_on_the_page_is_no_title() -> None:
    head = "<title>Die alte Brücke | Anzeiger der Stadt am Fluss</title>"
    assert title("<div>Anzeiger der Stadt am Fluss</div>", head)[0].startswith("Die alte Brücke")


def test_words_after_a_colon_are_no_title_of_their_own() -> None:
    head = "<title>The bridge: what comes next</title>"
    body = "<h2>The bridge</h2><p>Some words.</p><h3>What comes next</h3>"
    assert title(body, head)[0] == "The bridge: what comes next"


def test_part_that_the_page_title_repeats_is_a_section() -> None:
    head = "<title>Schwimmsport - Aktuelles - Schwimmsport | Verband</title>"
    assert title("<b>Schwimmsport</b>", head)[0] != "Schwimmsport"


@pytest.mark.parametrize(
    "page",
    [
        "Iron and Rust: Why the old bridge will be closed",
        "Why the old bridge will be closed » Iron and Rust",
    ],
)
def test_what_the_page_title_adds_to_a_declared_title_names_the_site(page: str) -> None:
    head = f"<title>{page}</title>" + declared("Why the old bridge will be closed")
    body = "<header><h1>Iron and Rust</h1></header><h3>Why the old bridge will be closed</h3>"
    assert title(body, head)[0] == "Why the old bridge will be closed"


def test_a_heading_is_the_title_though_a_template_calls_the_site_by_it() -> None:
    text = "Bridge over the river closed for the whole summer"
    head = f"<title>{text} - Paper</title>{declared(text)}"
    head += f'<meta property="og:site_name" content="{text}">'
    body = f"<h2>Recommended for all readers</h2><h1>{text}</h1>"
    assert title(body, head) == (text, "h1")


def test_a_heading_like_a_declared_title_is_the_title_beside_a_heading_of_another_list() -> None:
    head = "<title>Closed bridge: Drivers wait for hours</title>"
    head += declared("When bridges are closed: the long wait of drivers")
    body = "<h1>How drivers come across the river while bridges wait</h1>"
    assert title(f"{body}<h1>More of Saxony</h1>", head)[0] == body[4:-5]
