"""A page that says nothing of what its feed announces is not the article."""

from dataclasses import replace
from typing import Any

import pytest

from pipeline.article import Article, Enclosure, EntryFacts, Reference
from pipeline.desk.landing import is_foreign
from tests.desk.test_identity import feed, item, page, run, settings  # noqa: F401 - a fixture

BLANK = Article(url="u", title="", html="", text="")


def foreign(announced: str, title: str, text: str, moved: bool = False, **values: Any) -> bool:
    found = replace(BLANK, title=title, text=text, language=values.pop("page", None))
    reference = Reference(source="s", url="https://x.org/1", title=announced)
    return is_foreign(found, replace(reference, **values), moved=moved)


WALLS = [
    (
        "Storm tears the roof off a school",
        "Upton Gazette",
        "You have read all five of your free articles. Register now to keep reading.",
    ),
    (
        "Sturm deckt Schuldach in Dellbach ab",
        "Ihre Sitzung ist abgelaufen",
        "Bitte melden Sie sich erneut an, um den Artikel zu lesen.",
    ),
    (
        "Burza zerwała dach szkoły w Dolnej",
        "Szanowny Czytelniku!",
        "Zanim klikniesz, prosimy o zapoznanie się z informacją o przetwarzaniu danych.",
    ),
    ("暴风雨掀翻学校屋顶", "请先登录", "登录后继续阅读本站内容。"),
    ("Буря сорвала крышу школы", "Подписка", "Оформите подписку, чтобы читать дальше."),
]


@pytest.mark.parametrize(("announced", "title", "text"), WALLS)
def test_a_short_page_without_a_word_of_its_title_is_foreign(announced, title, text):
    assert foreign(announced, title, text)
    assert not foreign(announced, announced, text)
    assert not foreign(announced, title, text * 80)
    assert foreign(announced, title, text * 80, moved=True)


@pytest.mark.parametrize(("announced", "title", "text"), WALLS[:1])
def test_nothing_is_proved_by_another_language_a_sound_or_an_address(announced, title, text):
    assert foreign(announced, title, text, page="en", language="en-GB")
    assert not foreign(announced, title, text, page="de", language="en", moved=True)
    sound = EntryFacts(enclosures=(Enclosure(url="https://x.org/1.mp3"),))
    assert not foreign(announced, title, text, facts=sound)
    assert not foreign(announced, title, text, url="https://x.org/free-articles-for-all")


@pytest.mark.parametrize(
    ("announced", "text"),
    [
        ("Storm tears the roof off a school", "310 pupils of Dell cannot go to school today."),
        ("Буря сорвала крышу школы", "В школе нет занятий."),
        ("Waldbrände wüten in Griechenland", "Der Waldbrand bei Athen ist gelöscht."),
        ("暴风雨掀翻学校屋顶", "学校今天停课。"),
        ("العاصفة تدمر سقف المدرسة", "دمرت عاصفة سقف مدرسة في البلدة."),
        ("ba\u0308rtige Ma\u0308nner feiern ihre Tradition", "Bärtige trafen sich."),
        ("Goal!", "A night to remember at the harbour."),
        ("Episode 12: Why markets panic", "This week Ann and Bo look at fear."),
        ("", "A night to remember at the harbour."),
    ],
)
def test_a_short_text_with_one_word_of_its_title_or_a_title_of_few_is_not(announced, text):
    assert not foreign(announced, "Upton Gazette", text, moved=True)


def test_a_wall_is_not_published_in_the_place_of_an_article_and_is_tried_again(site, settings):  # noqa: F811
    wall = (
        "<html lang=en><head><title>Upton Gazette</title></head><body><article>"
        "<h1>Upton Gazette</h1><p>You have read all five of your free articles this month.</p>"
        "<p>Register now to keep reading: it takes a minute and costs nothing, and registered "
        "readers get our weekly letter as well.</p></article></body></html>"
    )
    title = "Storm damages bridge at harbour"
    site.page("/2026/11", wall)
    feed(site, item(site.url("/2026/11"), "g", "bridge", title, full=False))
    report = run(settings)
    assert report.sources["town"].new == 0
    assert any("says nothing of 'Storm damages bridge" in str(one) for one in report.failures)
    site.page("/2026/11", page("bridge", title))
    assert run(settings, force=True).sources["town"].new == 1
