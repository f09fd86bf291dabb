"""The structure of an article's HTML and text: ruby, formulae, players, footnotes, tables."""

import pytest

from pipeline.article import Article
from pipeline.extract import extract

PROSE = "The river rose by two metres on Monday, and the mayor asked everybody to stay at home. "


def read(markup: str) -> Article:
    page = (
        f"<title>The river</title><article><p>{PROSE * 4}</p>{markup}<p>{PROSE * 3}</p></article>"
    )
    return extract(page.encode(), "https://news.example/story/12")


def test_ruby_is_kept_in_the_markup_and_out_of_the_sentence() -> None:
    article = read("<p><ruby>漢<rp>(</rp><rt>kan</rt><rp>)</rp>字<rt>ji</rt></ruby> is a word.</p>")
    assert "<ruby>漢<rp>(</rp><rt>kan</rt><rp>)</rp>字<rt>ji</rt></ruby> is" in article.html
    assert "漢字 is a word." in article.text


def test_formula_that_looks_like_a_counter_stays() -> None:
    article = read("<math display=block><mfrac><mn>1</mn><mn>2</mn></mfrac></math>")
    assert "<p><code>1/2</code></p>" in article.html


def test_player_alone_is_a_paragraph_with_a_link() -> None:
    article = read('<iframe src="https://www.youtube.com/embed/dQw4w9WgXcQ" title="Song"></iframe>')
    assert '<p><a href="https://www.youtube.com/watch?v=dQw4w9WgXcQ">Song</a></p>' in article.html


def test_footnote_does_not_lead_back_to_nowhere() -> None:
    article = read('<ol><li id=fn1>Seen in a book of 1901. <a href="#ref1">↩︎</a></li></ol>')
    assert "<li>Seen in a book of 1901.</li>" in article.html


def test_table_is_text_line_by_line() -> None:
    rows = "<tr><th>Town</th><th>Level</th></tr><tr><td>Bonn</td><td>3.1 m</td></tr>"
    assert "Town\tLevel\nBonn\t3.1 m\n\n" in read(f"<table>{rows}</table>").text


def prose(size: int) -> str:
    """Sentences of so many characters."""
    return f"{(PROSE * (size // len(PROSE) + 1))[: size - 1].strip().ljust(size - 1, 'x')}."


@pytest.mark.parametrize(("size", "layout"), [(800, False), (801, True), (3000, True)])
def test_table_with_an_article_in_a_cell_is_there_for_layout(size: int, layout: bool) -> None:
    text = prose(size)
    row = "<tr><td>Bonn</td><td>3.1 m</td></tr>"
    article = read(f"<table><tr><td><p>{text}</p></td><td>2 m</td></tr>{row}</table>")
    assert text in article.text and ("<table>" in article.html) != layout
    headed = f"<table><tr><th>Town<th>Level</tr><tr><td><p>{text}</p></td><td>2 m</td></tr></table>"
    assert "<table>" in read(headed).html


@pytest.mark.parametrize("rows", ["<tr><td>{}</td></tr>" * 3, "<tr>" + "<td>{}</td>" * 3 + "</tr>"])
def test_table_of_one_row_or_column_is_there_for_layout(rows: str) -> None:
    article = read(f"<table>{rows.replace('{}', prose(120))}</table>")
    assert "<table>" not in article.html


def test_paragraphs_within_one_inline_element_are_paragraphs() -> None:
    article = read("<p><span>One <b>bold</b> day.<br><br>Another day.</span></p>")
    assert "<p>One <strong>bold</strong> day.</p>" in article.html
    assert "<p>Another day.</p>" in article.html


def test_short_text_that_only_linked_data_hold_is_the_article() -> None:
    data = '{"@type":"NewsArticle","headline":"Fire","articleBody":"' + PROSE + '"}'
    page = (
        f'<title>Fire</title><script type="application/ld+json">{data}</script><div id=app></div>'
    )
    assert extract(page.encode(), "https://news.example/story/12").text == PROSE.strip()


def test_times_of_a_live_blog_stay() -> None:
    items = "".join(
        f"<p>1{n}:00</p><p>At {n} the level was {n} metres. {PROSE}</p>" for n in range(5)
    )
    page = f"<title>Live</title><article><h1>Live</h1>{items}</article>"
    text = extract(page.encode(), "https://news.example/story/12").text
    assert all(f"1{n}:00" in text for n in range(5))


def test_space_that_stands_in_emphasis_parts_two_words() -> None:
    article = read("<p>Nobody knew that<em> </em>regulations exist.</p>")
    assert "Nobody knew that regulations exist." in article.text
    assert "that regulations" in article.html


def test_no_space_comes_where_emphasis_is_empty() -> None:
    assert "Nobody knew." in read("<p>Nobo<b></b>dy knew.</p>").text
