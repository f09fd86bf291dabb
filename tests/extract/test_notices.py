"""Notices laid into articles go, whatever their language; what articles say of cookies stays."""

import tomllib
from collections import defaultdict
from pathlib import Path

import pytest

from pipeline.errors import NotAnArticle
from pipeline.extract import extract

DATA = tomllib.loads((Path(__file__).parent / "notices.toml").read_text(encoding="utf-8"))
STORY = [
    "The council met on Tuesday evening to talk about the new bridge over the river, which the town"
    " has waited for since the flood of 2013 took the old one away.",
    "Engineers told the members that the foundations would be dry by the end of the month, two weeks"
    " earlier than planned, if the weather holds.",
    "Shopkeepers on the eastern bank said that they had lost a third of their customers while the"
    " detour lasted, and asked for a lower rent.",
    "The mayor promised an answer by Friday. A second meeting, open to all, is to follow in the old"
    " school house next week.",
]


def by_language(rows: list[list[object]]) -> dict[str, list[list[object]]]:
    found = defaultdict(list)
    for language, *rest in rows:
        found[str(language)].append(rest)
    return dict(found)


def text_of(paragraphs: list[str]) -> str:
    body = "".join(f"<p>{paragraph}</p>" for paragraph in paragraphs)
    page = (
        f"<html><head><title>A bridge</title></head><body><article>{body}</article></body></html>"
    )
    return extract(page.encode(), "https://news.example/bridge").text


@pytest.mark.parametrize(("language", "notices"), by_language(DATA["notices"]).items())
@pytest.mark.parametrize("buttons_first", [False, True])
def test_a_notice_at_the_end_of_an_article_goes(language, notices, buttons_first):
    for sentences, buttons in notices:
        notice = [*buttons, *sentences] if buttons_first else [*sentences, *buttons]
        assert text_of([*STORY, *notice]) == "\n\n".join(STORY), (language, sentences)


@pytest.mark.parametrize(("language", "notices"), by_language(DATA["notices"]).items())
def test_a_notice_in_the_middle_of_an_article_goes_alone(language, notices):
    for sentences, buttons in notices:
        text = text_of([*STORY[:2], *sentences, *buttons, *STORY[2:]])
        assert [sentence for sentence in sentences if sentence in text] == [], language
        assert [paragraph for paragraph in STORY if paragraph not in text] == [], language


def test_what_articles_say_of_cookies_and_consent_stays():
    for language, paragraph in DATA["decoys"]:
        assert paragraph in text_of([*STORY[:2], paragraph, *STORY[2:]]), language


@pytest.mark.parametrize(("reason", "title", "paragraphs"), DATA["walls"])
def test_a_wall_is_refused_for_what_it_is(reason, title, paragraphs):
    body = "".join(f"<p>{paragraph}</p>" for paragraph in paragraphs)
    page = f"<html><head><title>{title}</title></head><body><h1>{title}</h1>{body}</body></html>"
    with pytest.raises(NotAnArticle, match=reason):
        extract(page.encode(), "https://news.example/wall")


def test_a_teaser_before_a_wall_is_kept_and_called_partial():
    wall = ["Subscribe to continue reading.", "Already a subscriber? Sign in"]
    body = "".join(f"<p>{paragraph}</p>" for paragraph in STORY[:2])
    offer = "".join(f"<p>{paragraph}</p>" for paragraph in wall)
    page = (
        "<html><head><title>A bridge</title></head><body>"
        f"<article><h1>A bridge</h1>{body}</article><div class='paywall'>{offer}</div></body></html>"
    )
    article = extract(page.encode(), "https://news.example/bridge")
    assert article.text == "\n\n".join(STORY[:2])
    assert article.partial


def test_what_readers_are_told_to_do_is_no_notice_for_the_links_around_it():
    told = "See all the requests your browser makes, and details of each of them, in one list."
    link = "<a href='https://docs.example/1'>Learn more about the {}</a>"
    text = text_of([*STORY, link.format("debugger"), told, link.format("monitor"), STORY[0]])
    assert told in text


@pytest.mark.parametrize(
    ("notice", "more"),
    [
        (
            "Mit der Nutzung erklären Sie sich damit einverstanden, dass Cookies auf Ihrem Gerät gespeichert werden.",
            "Weitere Informationen",
        ),
        ("Si continúa navegando, consideramos que acepta el uso de cookies.", "Más información"),
        (
            "Продолжая просмотр, вы соглашаетесь с использованием файлов cookie в вашем браузере.",
            "Подробнее",
        ),
        (
            "Proseguendo la navigazione acconsenti all'uso dei cookie sul tuo dispositivo.",
            "Maggiori informazioni",
        ),
    ],
)
def test_sentence_of_a_notice_goes_with_nothing_but_a_link_beside_it(notice, more):
    assert notice not in text_of([*STORY, notice, f"<a href='/x'>{more}</a>"])
