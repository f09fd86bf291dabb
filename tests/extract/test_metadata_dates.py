"""The date of publication: declared, shown, and the clock it is told by."""

import pytest

from pipeline.extract import extract, metadata
from pipeline.extract.metadata import dates
from pipeline.extract.page.parsing import parse

URL = "https://www.paper.example/some-story"
LINE = "The mayor said on day {} that the old bridge over the river would be closed once again."
TEXT = "".join(f"<p>{LINE.format(n)}</p>" for n in range(6))


def published(body: str, head: str = "", language: str = "en") -> tuple[str | None, str | None]:
    """The date as ISO 8601 and its origin, of a whole page."""
    page = f'<html lang="{language}"><head>{head}</head><body>{body}</body></html>'
    found = extract(page.encode(), URL)
    return found.published and found.published.isoformat(), found.origins.get("published")


def declared(value: str) -> str:
    return f'<meta property="article:published_time" content="{value}">'


@pytest.mark.parametrize(
    ("utc", "shown", "local"),
    [
        ("2022-05-04T02:41:00Z", "<time>3/5/2022 22:41</time>", "2022-05-03T22:41:00-04:00"),
        (
            "2022-05-04T03:37:37+00:00",
            '<time datetime="2022-05-03T23:37:37-04:00">3 May</time>',
            "2022-05-03T23:37:37-04:00",
        ),
        (
            "2021-11-04T23:00Z",
            '<p class="date">5. November 2021</p>',
            "2021-11-05T00:00:00+01:00",
        ),
        (
            "2021-11-04T23:20Z",
            '<p class="date">5. November 2021</p>',
            "2021-11-05T00:20:00+01:00",
        ),
        ("2021-11-04T12:00Z", "<time>5. November 2021</time>", "2021-11-04T12:00:00+00:00"),
        ("2021-11-04T23:20Z", "<time>9. November 2021</time>", "2021-11-04T23:20:00+00:00"),
    ],
)
def test_instants_in_utc_are_told_by_the_clock_of_the_page(
    utc: str, shown: str, local: str
) -> None:
    body = f"<article><h1>Die alte Brücke</h1>{shown}{TEXT}</article>"
    assert published(body, declared(utc), "de") == (local, "article:published_time")


@pytest.mark.parametrize(
    "markup",
    [
        '<span class="itemPostDate">25.08.2015 22:30</span>',
        '<div class="documentByLine">25.08.2015 22:30</div>',
        '<footer class="entry-footer"><span class="posted-on">25.08.2015 22:30</span></footer>',
        '<div class="post category-popular"><p>25.08.2015 22:30</p></div>',
    ],
)
def test_shown_dates_are_found_by_how_platforms_name_them(markup: str) -> None:
    body = f"<article><h1>Die alte Brücke</h1><div>{markup}</div>{TEXT}</article>"
    found, _ = published(body, language="de")
    assert found == "2015-08-25T22:30:00+00:00"


def test_date_before_the_first_words_of_the_text_is_its_date() -> None:
    line = "<p>29.11.2022 – Mehrfach und vehement hatten die Anwohner die Brücke bemängelt, hieß es.</p>"
    found, origin = published(f"<h1>Die alte Brücke</h1>{line}{TEXT}", language="de")
    assert (found, origin) == ("2022-11-29T00:00:00+00:00", "near the title")


def test_date_of_a_list_beside_the_article_is_not_its_date() -> None:
    other = '<time class="published" datetime="2019-01-02">2. Januar 2019</time>'
    shown = '<span class="published">31. Oktober 2023</span>'
    body = (
        f'<div class="related-posts">{other}</div><article><h1>Brücke</h1>{shown}{TEXT}</article>'
    )
    assert published(body, language="de")[0] == "2023-10-31T00:00:00+00:00"
    assert published(f'<div class="related-posts">{other}</div>{TEXT}', language="de")[0] is None


def test_am_before_a_date_is_no_time_of_day() -> None:
    found = dates.parse("am 25.08.2015 10:30", "de")
    assert found is not None
    assert found.isoformat() == "2015-08-25T10:30:00+00:00"
    assert dates.parse("am 25.08.2015 22:30", "de").hour == 22  # type: ignore[union-attr]


def test_frame_of_two_columns_is_no_side_column() -> None:
    body = f'<div class="lay-sidebar"><main><time>3 de mayo de 2022</time>{TEXT}</main></div>'
    found = metadata.read(parse(f'<html lang="es"><body>{body}</body></html>'), URL)
    assert found.published is not None
    assert found.published.date().isoformat() == "2022-05-03"


@pytest.mark.parametrize(
    ("path", "day"),
    [
        ("/2021/03/04/title", "2021-03-04"),
        ("/world/2019/oct/17/title", "2019-10-17"),
        ("/news/29-10-2021", "2021-10-29"),
        ("/artikel/bericht_vom_22.04.2020_worauf_wartet", "2020-04-22"),
        ("/a-20200430-b", None),
        ("/2021/13/45/title", None),
    ],
)
def test_days_in_addresses(path: str, day: str | None) -> None:
    found = dates.day_of_url(path)
    assert (found and found.date().isoformat()) == day


def test_shown_date_goes_before_a_vague_or_a_changed_one() -> None:
    shown = "<p>29.04.2020, 12:01 Uhr</p>"
    body = f"<article><h1>Die alte Brücke</h1>{shown}{TEXT}</article>"
    for name in ("name=date", 'name="DC.date"', 'property="og:updated_time"'):
        found = published(body, f'<meta {name} content="2020-05-02">', "de")
        assert found == ("2020-04-29T12:01:00+00:00", "near the title")
    assert published(body, declared("2020-05-02"), "de")[0] == "2020-05-02T00:00:00+00:00"


def test_of_declared_dates_that_contradict_the_shown_one_counts() -> None:
    thing = '{"@type": "NewsArticle", "datePublished": "2022-01-04T07:29:00Z"}'
    head = f'<script type="application/ld+json">{thing}</script>' + declared("2022-01-06T08:29:34")
    shown = "<article><h1>Die alte Brücke</h1><p>{}</p>" + TEXT + "</article>"
    found = published(shown.format("06.01.2022"), head, "de")
    assert found == ("2022-01-06T08:29:34+00:00", "article:published_time")
    assert published(shown.format("nichts"), head, "de")[0] == "2022-01-04T07:29:00+00:00"
    # The day of the last change, shown or not, is not that of publication.
    changed = head + '<meta property="article:modified_time" content="2022-01-06">'
    assert published(shown.format("06.01.2022"), changed, "de")[0] == "2022-01-04T07:29:00+00:00"


def test_clock_at_the_top_and_dates_of_quotations_are_not_the_articles() -> None:
    clock = '<div class="navtop"><time datetime="2023-11-01T13:56:20+01:00">1.11.2023</time></div>'
    quoted = "<blockquote><p>Fri Sep 30 15:13:45 UTC 2016</p></blockquote>"
    body = f"{clock}<article><h1>Die alte Brücke</h1>{quoted}{TEXT}</article>"
    assert published(body, language="de") == (None, None)
    line = "<p>31. Oktober 2023. Mehrfach hatten die Anwohner die alte Brücke bemängelt.</p>"
    body = f"{clock}<article><h1>Die alte Brücke</h1>{line}{TEXT}</article>"
    assert published(body, language="de")[0] == "2023-10-31T00:00:00+00:00"


def test_label_in_a_block_of_its_own_dates_the_article() -> None:
    box = "<ul><li><p>Mise en ligne</p><p>23 mai 2019</p></li></ul>"
    found = published(f"<article><h1>La voix</h1>{TEXT}{TEXT}{box}</article>", language="fr")
    assert found == ("2019-05-23T00:00:00+00:00", "near the title")


def test_date_within_a_sentence_is_not_the_articles() -> None:
    line = (
        "<p>Ich habe am 12. Mai 2006 eine Aktion an alle Mitglieder des Bundestages gestartet:</p>"
    )
    other = "<p>Laut einer Veröffentlichung des Instituts vom 15.4.2020 sank der Wert unter eins, {}</p>"
    body = f"<h1>Die alte Brücke</h1>{line}{other.format('x ' * 60)}{TEXT}"
    assert published(body, language="de") == (None, None)


@pytest.mark.filterwarnings("error")
@pytest.mark.parametrize(
    ("text", "moment"),
    [
        ("Wed, 04 May 2022 02:41:00 GMT", "2022-05-04T02:41:00+00:00"),
        ("Wed, 04 May 2022 02:41:00 -0430", "2022-05-04T02:41:00-04:30"),
        ("Wed May 4 02:41:00 PDT 2022", "2022-05-04T02:41:00-07:00"),
        ("Wed, 4 May 2022 02:41 UK", "2022-05-04T02:41:00+00:00"),
    ],
)
def test_dates_of_mail_and_scripts_are_read_with_their_zones(text: str, moment: str) -> None:
    found = dates.parse(text, "en")
    assert found is not None
    assert found.isoformat() == moment


@pytest.mark.parametrize(
    ("marks", "language"),
    [
        ("<p>Received: <time>{}</time></p><p>Accepted: <time>{}</time></p>", "en"),
        ("<dl><dt>Eingegangen</dt><dd>{}</dd><dt>Angenommen</dt><dd>{}</dd></dl>", "de"),
        ("<p>Recibido el {}. Aceptado: {}.</p>", "es"),
        ("<p>收稿日期：{}　录用日期：{}</p>", "zh"),
    ],
)
def test_dates_of_a_manuscript_are_not_that_of_publication(marks: str, language: str) -> None:
    before = marks.format("2024-08-19", "2024-12-16")
    body = "<article><h1>Sleep of night ferry crews</h1>{}" + TEXT + "</article>"
    head = '<meta name="dc.date" content="2025-01-02">'
    assert published(body.format(before), head, language)[0] == "2025-01-02T00:00:00+00:00"
    assert published(body.format(before), language=language) == (None, None)


def test_published_goes_before_received_in_one_line() -> None:
    line = "<p>Received 19 August 2024 / Accepted 16 December 2024 / Published 2 January 2025</p>"
    body = f"<article><h1>Sleep of night ferry crews</h1>{line}{TEXT}</article>"
    assert published(body)[0] == "2025-01-02T00:00:00+00:00"


def test_day_in_the_address_is_the_last_resort(monkeypatch: pytest.MonkeyPatch) -> None:
    body = "<article><h1>Die alte Brücke</h1>{}" + TEXT + "</article>"
    monkeypatch.setitem(globals(), "URL", "https://www.paper.example/2021/03/04/bridge")
    assert published(body.format(""))[:] == ("2021-03-04T00:00:00+00:00", "address")
    shown = "<time>4. März 2021, 10:30 Uhr</time>"
    assert published(body.format(shown), language="de")[0] == "2021-03-04T10:30:00+00:00"
    for number in ("/2021/13/45/bridge", "/1850/03/04/bridge", "/story-20210304778"):
        monkeypatch.setitem(globals(), "URL", f"https://www.paper.example{number}")
        assert published(body.format("")) == (None, None)


@pytest.mark.parametrize(
    ("line", "language", "day"),
    [
        ("بقلم سلمى الحوراني · 17 ذو الحجة 1447 هـ", "ar", "2026-06-03"),
        ("نویسنده: سارا رضایی | ۲۵ اسفند ۱۴۰۴", "fa", "2026-03-16"),
        ("โดย สมหญิง ใจดี 6 มิ.ย. 68", "th", "2025-06-06"),
    ],
)
def test_dates_of_other_calendars_are_found_near_the_title(
    line: str, language: str, day: str
) -> None:
    found, origin = published(
        f"<article><h1>Brücke</h1><p>{line}</p>{TEXT}</article>", "", language
    )
    assert (found and found[:10], origin) == (day, "near the title")
