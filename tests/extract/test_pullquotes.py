"""Sentences of an article that are shown once more in large letters."""

import pytest

from pipeline.extract import extract

SAID = "You lift the lid and there is honey, there is wax, and nobody is at home"
TEXT = (
    "<p>Beekeepers along the valley have lost more than a third of their colonies this winter, "
    "and nobody can tell them why.</p>"
    f"<p>Marta, who keeps forty hives near the weir, found nine of them silent. “{SAID},” she said."
    "</p>{}<p>The association blames a warm November, when the bees went on flying and used up "
    "stores that were meant for the cold weeks after New Year.</p>"
)


def text(block: str) -> str:
    page = f"<title>Bees</title><article><h1>Bees</h1>{TEXT.replace('{}', block)}</article>"
    return extract(page.encode(), "https://news.example/2026/bees").text


@pytest.mark.parametrize(
    "block",
    [
        "<div class='duet--article--pullquote'><p>“{}”</p></div>",
        "<p class=zitat-gross>„{}“</p>",
        "<blockquote class=mise-en-avant><p>{}</p></blockquote>",
    ],
)
def test_pull_quote_is_not_said_twice(block: str) -> None:
    assert text(block.replace("{}", SAID)).count(SAID) == 1


@pytest.mark.parametrize(
    "block",
    ["<p>“{}”, again and again.</p>", "<ul><li>{}</li></ul>", "<p>{}</p>"],
)
def test_repetition_in_the_article_itself_stays(block: str) -> None:
    assert text(block.replace("{}", SAID)).count(SAID) == 2


def test_quotation_that_the_text_does_not_repeat_stays() -> None:
    assert "since 1998" in text(
        "<blockquote class=q><p>The worst year since 1998.</p></blockquote>"
    )
