"""The container of the article: a column of a table that lays out a page, a table that is data."""

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
