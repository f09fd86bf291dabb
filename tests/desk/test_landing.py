"""A page that says nothing of what its feed announces is not the article."""

from dataclasses import replace

import pytest

from pipeline.article import Article
from pipeline.desk.landing import is_foreign
from tests.desk.test_identity import feed, item, page, run, settings  # noqa: F401 - a fixture

BLANK = Article(url="u", title="", html="", text="")


@pytest.mark.parametrize(
    ("announced", "title", "text"),
    [
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
    ],
)
def test_a_short_page_without_a_word_of_its_title_is_foreign(announced, title, text):
    found = replace(BLANK, title=title, text=text)
    assert is_foreign(found, announced, moved=False)
    assert not is_foreign(replace(found, title=announced), announced, moved=False)
    long = replace(found, text=text * 80)
    assert not is_foreign(long, announced, moved=False)
    assert is_foreign(long, announced, moved=True)


@pytest.mark.parametrize(
    ("announced", "text"),
    [
        ("Storm tears the roof off a school", "310 pupils of Dell cannot go to school today."),
        ("Буря сорвала крышу школы", "В школе нет занятий."),
        ("Waldbrände wüten in Griechenland", "Der Waldbrand bei Athen ist gelöscht."),
        ("暴风雨掀翻学校屋顶", "学校今天停课。"),
        ("Goal!", "A night to remember at the harbour."),
        ("", "A night to remember at the harbour."),
    ],
)
def test_a_short_text_with_one_word_of_its_title_or_a_title_of_few_is_not(announced, text):
    assert not is_foreign(replace(BLANK, text=text), announced, moved=True)


def test_a_wall_is_not_published_in_the_place_of_an_article_and_is_tried_again(site, settings):  # noqa: F811
    wall = (
        "<html lang=en><head><title>Upton Gazette</title></head><body><article>"
        "<h1>Upton Gazette</h1><p>You have read all five of your free articles this month.</p>"
        "<p>Register now to keep reading: it takes a minute and costs nothing, and registered "
        "readers get our weekly letter as well.</p></article></body></html>"
    )
    title = "Storm damages bridge at harbour"
    site.page("/bridge", wall)
    feed(site, item(site.url("/bridge"), "g", "bridge", title, full=False))
    report = run(settings)
    assert report.sources["town"].new == 0
    assert any("says nothing of 'Storm damages bridge" in str(one) for one in report.failures)
    site.page("/bridge", page("bridge", title))
    assert run(settings, force=True).sources["town"].new == 1
