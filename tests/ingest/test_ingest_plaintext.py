"""Articles that are served as plain text, and what else is served so."""

import pytest

from pipeline.article import Reference
from pipeline.errors import FetchError
from pipeline.extract import NotAnArticle, extract
from pipeline.ingest import fetch

PARAGRAPHS = (
    "The town library of Tolvaden will stay open until ten at night from March on, the\ntown said "
    "on Monday, after 3,100 people signed a petition for longer hours.",
    "“Students have nowhere else that is warm & quiet,” said Jonas Ek; 3 < 4 in his words,\n"
    "who started the petition in a bakery queue.",
)
TEXT = "Library to open at night\n========================\n\n" + "\n\n\n".join(PARAGRAPHS) + "\n"


def article(site, client, body, ctype="text/plain", title=None):
    reference = Reference(source="s", url=site.page("/story", body, ctype=ctype), title=title)
    page = fetch(reference, client)
    return extract(page.content, page.url, charset=page.charset)


@pytest.mark.parametrize("newline", ["\n", "\r\n", "\r"])
@pytest.mark.parametrize(
    "ctype", ["text/plain", "Text/Plain; charset=utf-8", "text/plain;format=x"]
)
def test_an_article_in_plain_text_has_its_title_and_paragraphs(site, client, newline, ctype):
    found = article(site, client, TEXT.replace("\n", newline), ctype)
    assert found.title == "Library to open at night"
    assert found.text == "\n\n".join(one.replace("\n", " ") for one in PARAGRAPHS)


def test_the_sources_title_goes_before_the_first_line(site, client):
    found = article(site, client, "\n\n".join(PARAGRAPHS), title="Night hours")
    assert found.title == "Night hours"
    assert found.text.startswith("The town library")
    assert (
        "NIGHT HOURS"
        not in article(
            site, client, "NIGHT HOURS\n\n" + "\n\n".join(PARAGRAPHS), title="Night hours"
        ).text
    )


@pytest.mark.parametrize(
    ("codec", "text"),
    [
        (
            "cp1251",
            "Городская библиотека с марта будет работать до десяти вечера, сообщили власти.",
        ),
        (
            "cp932",
            "港の評議会①は火曜日の夜、北側の防潮堤を来春までに再建することを話し合って決めた。",
        ),
        (
            "gb18030",
            "托尔瓦登市图书馆从三月起将开放到晚上十点，市政府星期一表示，此前有人签名请愿。",
        ),
        (
            "utf-16",
            "The town library will stay open until ten at night from March on, said the town.",
        ),
    ],
)
def test_its_charset_is_found_as_that_of_a_page_is(site, client, codec, text):
    assert text in article(site, client, f"{text * 3}\n\n{text * 2}".encode(codec)).text


def test_what_is_laid_out_stays_so(site, client):
    table = "    March   10 p.m.\n    April    8 p.m."
    assert "March   10 p.m.\nApril    8 p.m." in article(site, client, f"{TEXT}\n\n{table}\n").text


def test_a_page_that_is_served_as_plain_text_is_read_as_a_page(site, client):
    page = "<!DOCTYPE html><html><title>Library</title><body><article><h1>Library</h1>"
    page += "".join(f"<p>{one}</p>" for one in PARAGRAPHS)
    found = article(site, client, page.replace("3 < 4", "this"))
    assert "<p>" not in found.text and "Library" in found.title


@pytest.mark.parametrize("body", ['{"a": [1, 2]}', "[[1, 2], [3, 4]]", "\x00\x01\x02\x03" * 50])
def test_what_is_no_text_is_refused(site, client, body):
    with pytest.raises((FetchError, NotAnArticle)):
        article(site, client, body)


def test_a_line_is_no_article(site, client):
    with pytest.raises(NotAnArticle):
        article(site, client, "ok\n")
