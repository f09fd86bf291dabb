"""The date of publication: declared, shown, and the clock it is told by."""

import pytest

from pipeline.extract import extract, metadata
from pipeline.extract.metadata import dates
from pipeline.extract.parsing import parse

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
