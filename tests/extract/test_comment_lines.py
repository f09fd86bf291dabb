"""Lines that ask readers to log in before they comment, below an article."""

import pytest

from pipeline.extract import extract

TEXT = "The river rose by two metres on Monday, and the mayor asked everybody to stay at home. "


def story(below: str) -> str:
    paragraphs = "".join(f"<p>{TEXT * 3}Day {n}.</p>" for n in range(4))
    page = f"<title>River</title><article><h1>River</h1>{paragraphs}{below}</article>"
    return extract(page.encode(), "https://news.example/story/12").text


@pytest.mark.parametrize("markup", ["<p>{}</p>", "<p><a href=/login>{}</a></p>", "<div>{}</div>"])
@pytest.mark.parametrize(
    "line",
    [
        "Log in to comment.",
        "Melden Sie sich an, um zu kommentieren.",
        "Connectez-vous pour commenter",
        "Inicia sesión para comentar.",
        "Войдите, чтобы оставить комментарий.",
        "コメントするにはログインしてください。",
        "Zaloguj się, aby dodać komentarz",
        "Vous devez vous connecter : identifiez-vous pour commenter cet article",
    ],
)
def test_line_that_asks_to_log_in_goes(line: str, markup: str) -> None:
    text = story(markup.format(line))
    assert "Day 3." in text
    assert line not in text


@pytest.mark.parametrize(
    "last",
    [
        "The ministry declined to comment.",
        "Die Ministerin wollte am Montag nicht kommentieren, was der Fluss getan hat.",
        "El alcalde no quiso hacer comentarios sobre el puente.",
    ],
)
def test_last_sentence_on_who_does_not_comment_stays(last: str) -> None:
    assert last in story(f"<p>{last}</p>")
