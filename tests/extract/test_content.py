"""The container of the article: a column of a table that lays out a page, a table that is data."""

import pytest

from pipeline.extract import extract

URL = "https://news.example/story/12"
TEXT = "The river rose by two metres on Monday, and the mayor asked everybody to stay at home. "


def extracted(table: str) -> str:
    page = f"<title>River</title><body><h1>River</h1><table>{table}</table>"
    return extract(page.encode(), URL).text


def test_column_of_a_layout_table_is_the_article() -> None:
    side = "".join(f"<tr><td>Feast of day {n}</td></tr><tr><td>Bread</td></tr>" for n in range(4))
    story = f"<td><p>{TEXT * 4}</p><p>{TEXT * 3}</p></td>"
    text = extracted(f"<tr>{story}<td><table>{side}</table></td></tr>")
    assert text.count("two metres") == 7
    assert "Feast" not in text


def test_columns_that_share_the_text_stay() -> None:
    halves = "".join(f"<td><p>{word} {TEXT * 3}</p></td>" for word in ("North.", "South."))
    text = extracted(f"<tr>{halves}</tr>")
    assert "North." in text
    assert "South." in text


def test_table_of_data_with_one_remark_stays_whole() -> None:
    rows = "".join(f"<tr><td>Day {n}</td><td>{n}.1 m</td></tr>" for n in range(4))
    text = extracted(f"{rows}<tr><td>Remark</td><td><p>{TEXT}</p><p>{TEXT}</p></td></tr>")
    assert "Day 3" in text
    assert "3.1 m" in text


def under_title(lead: str) -> str:
    header = f"<header><h1>River</h1>{lead}<p>{'</p><p>'.join([' '] * 14)}</p></header>"
    page = f"<title>River</title><body>{header}<div class=story-body><p>{TEXT * 4}</p></div>"
    return extract(page.encode(), URL).text


@pytest.mark.parametrize(
    "lead",
    [
        "<h2>Who closed the bridge above the northern mill</h2>",
        "<p>Ferry men say that nobody told them of the flood before it reached the northern mill</p>",
        "<div>Ferry men say that nobody told them of the flood before it reached the old mill.</div>",
    ],
)
def test_standfirst_below_the_title_is_read(lead: str) -> None:
    assert "northern mill" in under_title(lead) or "old mill" in under_title(lead)


@pytest.mark.parametrize("lead", ["<p>By Ann Lee</p>", "<p>News of the region and the country</p>"])
def test_short_line_below_the_title_is_no_standfirst(lead: str) -> None:
    assert under_title(lead).startswith(TEXT.strip())


def test_lines_are_the_article_in_an_element_named_as_a_side_column() -> None:
    lines = "".join(f"<p>the river of {n}</p><p>and no bridge</p>" for n in range(9))
    page = f"<title>River</title><body><main class='sidebar menu'><h1>River</h1>{lines}</main>"
    assert "the river of 8" in extract(page.encode(), URL).text
