"""Lines that repeat the facts of an article: authors, title, the trail of the site."""

import pytest

from pipeline.extract import extract
from pipeline.extract.bylines import Facts, is_byline, is_trail

FACTS = Facts("The river rises", ("Ann Lee", "José Martí"), "The Post")


@pytest.mark.parametrize(
    "text",
    [
        "ANN LEE",
        "By Ann Lee for The Post",
        "Ann Lee and José Martí",
        "Von Ann Lee, 19. Oktober 2019, 05:00 Uhr",
        "Texte : José Martí",
        "Published by Ann Lee on 3 May 2021 at 8.15 pm",
    ],
)
def test_line_of_names_is_a_byline(text: str) -> None:
    assert is_byline(text, FACTS)


@pytest.mark.parametrize(
    "text",
    [
        "Ann Lee has lived by the river since she was born.",
        "By the river",
        "Ann Lee: why we moved upstream",
        "Mary Shelley",
    ],
)
def test_line_that_says_more_is_none(text: str) -> None:
    assert not is_byline(text, FACTS)


def test_trail_of_places_is_told_by_its_signs() -> None:
    assert is_trail("Home > News > Politics")
    assert is_trail("Startseite / Region / Oberland")
    assert not is_trail("5 > 3")
    assert not is_trail("Rice / beans")


def test_names_title_and_trail_around_the_text_are_left_out() -> None:
    text = "The river rose by two metres on Monday, and the mayor asked all to stay at home. "
    page = f"""<title>The river rises</title><meta name=author content="Ann Lee"><body>
    <div class="article-body"><p>Home &gt; News &gt; Weather</p><p>Live</p><p>The river rises</p>
    <p>Ann Lee</p><p>{text * 2}</p><p>Ann Lee swam. {text}</p><p>{text}</p><p>ANN LEE</p></div>"""
    told = extract(page.encode(), "https://news.example/story/12").text
    assert told.startswith("The river rose")
    assert "Ann Lee swam" in told
    assert not told.endswith("ANN LEE")
