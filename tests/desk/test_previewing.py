"""Previews over HTTP: real pages of a site on loopback, the real model, a real database."""

import os
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from math import inf
from pathlib import Path
from threading import Event

import pytest
from starlette.testclient import TestClient

from pipeline.cli.context import open_store
from pipeline.cli.daemon import Site
from pipeline.compute.kept import Kept
from pipeline.compute.pages import extract_here
from pipeline.config import load
from pipeline.desk import previewing
from pipeline.store import Store
from tests.conftest import PAGE
from tests.portuguese import is_portuguese
from tests.waiting import LONG, until

TOKEN = "a-token-that-is-long-enough"
TABLES = """host_delay = 0
[serve]
token = "{token}"
[[sources]]
id = "town"
kind = "urls"
urls = ["https://town.example/"]
language = "en"
remove = ["p > a"]
[[feeds]]
id = "news"
title = "News"
"""
STORIES = {
    "en": PAGE.format(
        language="en", slug="bridge", title="The bridge is repaired", text="It was time.", day=1
    ),
    "pt": """<html lang="pt"><body><div class="menu"><a href="/">Início</a></div><div id="noticia">
<h1>A ponte foi reparada</h1><p>A câmara reuniu-se na terça-feira e decidiu reparar a velha ponte
antes do inverno, disse <a href="/people">o presidente</a> aos jornalistas no mercado.</p><p>As
obras começam em março e devem durar cerca de seis meses, se o tempo o permitir. Até lá, os carros
passam pela estrada do rio, e quem vai a pé usa a passagem de madeira.</p></div></body></html>""",
    "de": """<html lang="de"><body><header>Zur Startseite</header><main><section><h1>Die Brücke ist
repariert</h1><p>Der Rat hat am Dienstag beschlossen, die alte Brücke noch vor dem Winter zu
reparieren, sagte <a href="/people">die Bürgermeisterin</a> nach der Sitzung auf dem Markt.</p>
<p>Die Arbeiten beginnen im März und dauern ungefähr sechs Monate, wenn das Wetter es zulässt. Bis
dahin fahren die Autos am Fluss entlang, und wer zu Fuß geht, nimmt den Steg aus Holz.</p>
</section></main></body></html>""",
}
LINK = "https://zeitung.example/people"


@pytest.fixture
def settings(write_settings) -> Path:
    return write_settings(TABLES.format(token=TOKEN))


@pytest.fixture
def store(settings) -> Iterator[Store]:
    with open_store(load(settings)) as opened:
        yield opened


@pytest.fixture(scope="module")
def process():
    kept = Kept()
    yield kept
    kept.close()


@pytest.fixture
def ask(settings, store, process, monkeypatch):
    """Asks the served API for a preview, which one process extracts for all tests: it is slow to
    start."""
    monkeypatch.setattr(previewing, "Kept", lambda: process)
    monkeypatch.setattr(process, "close", lambda: None)
    with Site(store, load(settings)) as served:
        client = TestClient(served)
        bearer = {"authorization": f"Bearer {TOKEN}"}
        yield lambda **wanted: client.post("/api/preview", headers=bearer, json=wanted)


def test_a_page_at_an_address_is_given_in_a_language_and_nothing_is_stored(ask, store, site):
    url = site.page("/bridge", STORIES["en"])
    before = store.memory.sizes()
    answer = ask(url=url, to="pt")
    assert answer.status_code == 200, answer.text
    found = answer.json()
    assert (found["language"], found["source_language"]) == ("pt", "en") and found["models"]
    assert is_portuguese(found["text"]) and "cookies" not in found["text"]
    assert store.memory.sizes() == before and store.catalogue.page(9) == []
    assert store.articles.count() == 0


@pytest.mark.parametrize("code", STORIES)
def test_a_given_page_is_extracted_and_its_source_s_rules_apply(ask, code):
    where = {"html": STORIES[code], "url": "https://zeitung.example/1"}
    found = ask(**where).json()
    assert found["language"] == code and found["title"] and "models" not in found
    assert LINK in found["html"]
    ruled = ask(**where, source="town").json()
    assert ruled["language"] == "en"  # as the source says
    assert "/people" not in ruled["html"] and "/people" in found["html"]
    assert ask(**where, source="town", language=code).json()["language"] == code


def test_what_is_in_the_language_already_stays(ask):
    found = ask(html=STORIES["pt"], to="pt").json()
    assert (found["models"], found["language"]) == ([], "pt")


def test_memory_and_models_are_those_of_the_passes(ask, store):
    first = ask(html=STORIES["en"], to="pt").json()
    [name] = first["models"]
    assert name.startswith("en_pt")
    store.memory.put("en>pt!", {"The bridge is repaired": "Palavras de gente"})
    assert ask(html=STORIES["en"], to="pt").json()["title"] == "Palavras de gente"


def test_what_cannot_be_given_says_why(ask, site):
    for wanted, status, said in (
        ({"html": "<html><body></body></html>"}, 422, "—"),
        ({"html": STORIES["en"], "to": "sw"}, 422, "babelwire models install en sw"),
        ({"html": "  "}, 400, "is empty"),
        ({"html": STORIES["en"], "source": "nobody"}, 400, "there is no such source"),
        ({"html": STORIES["en"], "url": "ftp://example.org/"}, 400, "http"),
        ({"url": "file:///etc/passwd"}, 400, "http"),
        ({"url": "https://me:secret@example.org/"}, 400, "password"),
        ({"url": site.url("/nowhere")}, 502, "404"),
        ({"html": STORIES["en"] + " " * previewing.MOST_BYTES}, 413, "larger than"),
        ({"html": "<article><h1>Long</h1>" + "<p>One more line of it.</p>" * 9000, "to": "pt"},
         413, "characters"),
    ):  # fmt: skip
        answer = ask(**wanted)
        assert (answer.status_code, said in answer.text) == (status, True), answer.text
        assert "secret" not in answer.text


def test_a_large_page_is_not_read_to_its_end(ask, site):
    url = site.page("/large", STORIES["en"] + " " * (previewing.MOST_BYTES + 1))
    answer = ask(url=url)
    assert answer.status_code == 502 and "larger" in answer.text


def test_private_addresses_are_refused_behind_redirects_too(settings, store, site, ask):
    inner = site.page("/inner", STORIES["en"])
    assert ask(url=inner).status_code == 200
    text = settings.read_text().replace('"127.0.0.1"', '"127.0.0.1:1"')
    settings.write_text(text)
    with Site(store, load(settings)) as strict:
        client = TestClient(strict)
        asked = len(site.asked("/inner"))
        for url in (inner, inner.replace("127.0.0.1", "localhost"), "http://[::1]:9/", "http://0/"):
            answer = client.post(
                "/api/preview", headers={"authorization": f"Bearer {TOKEN}"}, json={"url": url}
            )
            assert answer.status_code == 502 and "private address" in answer.text
        assert len(site.asked("/inner")) == asked


def test_one_preview_is_made_at_a_time_and_few_wait(ask, site):
    go = Event()

    def slow(handler):
        go.wait(LONG)
        handler.reply(STORIES["en"])

    site.routes["/slow"] = slow
    with ThreadPoolExecutor(8) as pool:
        first = pool.submit(ask, url=site.url("/slow"))
        until(lambda: site.asked("/slow"))
        others = [pool.submit(ask, html=STORIES["en"]) for _ in range(7)]
        refused = until(
            lambda: (
                [one for one in others if one.done() and one.result().status_code == 503] * 1
                if sum(one.done() for one in others) >= 3
                else []
            )
        )
        assert len(refused) == 3
        assert "waiting" in refused[0].result().text
        assert refused[0].result().headers["retry-after"]
        go.set()
        assert first.result(LONG).status_code == 200
        served = [one.result(LONG).status_code for one in others]
    assert sorted(served) == [200] * 4 + [503] * 3
    assert ask(html=STORIES["en"]).status_code == 200  # nobody waits any more


def slow_pages() -> dict[str, str]:
    """Pages that take several seconds to extract, however fast the processor is: most of 2 MB."""
    lines = {
        "en": "<p>The council met in room {0} and agreed on <a href='/b{0}'>the bridge</a>.</p>",
        "ru": "<div class=p{0}>Совет собрался в зале {0} и одобрил <b>ремонт моста</b>.</div>",
        "ja": "<li>第{0}会議室で議会が開かれ、<a href='/h{0}'>橋の修理</a>が承認された。</li>",
    }
    found = {}
    for code, line in lines.items():
        number = (previewing.MOST_BYTES - 1000) // len(line.format(12345).encode())
        text = "".join(map(line.format, range(number)))
        found[code] = f'<html lang="{code}"><article><h1>{number}</h1>{text}</article></html>'
    return found


@pytest.mark.parametrize("code", ["en", "ru", "ja"])
def test_extracting_a_slow_page_is_given_up_and_keeps_nobody_waiting(ask, monkeypatch, code):
    assert ask(html=STORIES["en"]).status_code == 200  # the process that extracts is there
    with monkeypatch.context() as hasty:
        hasty.setattr(previewing, "SECONDS", 0.5)
        answer = ask(html=slow_pages()[code], url="https://news.example/slow")
    assert answer.status_code == 504, answer.text
    assert "https://news.example/slow: took longer than" in answer.text
    assert "to extract" in answer.text
    assert ask(html=STORIES["en"]).status_code == 200  # by another process


def test_a_page_that_ends_the_process_is_refused_and_the_next_is_read(ask, monkeypatch):
    with monkeypatch.context() as deadly:
        deadly.setattr(previewing, "extract_here", ends_its_process)
        answer = ask(html=STORIES["en"], url="https://news.example/deadly")
    assert answer.status_code == 400 and "(exit code 7)" in answer.text
    assert ask(html=STORIES["en"]).status_code == 200


def ends_its_process(work):
    os._exit(7)


def test_a_preview_that_takes_too_long_is_given_up(ask, monkeypatch):
    with monkeypatch.context() as late:

        def extracted(_self, work, _deadline):
            late.setattr(previewing, "monotonic", lambda: inf)
            return extract_here(work)

        late.setattr(previewing.Previewer, "_extracted", extracted)
        answer = ask(html=STORIES["en"], to="pt")
    assert answer.status_code == 504 and "took longer" in answer.text
    assert "to translate" in answer.text
    assert ask(html=STORIES["en"]).status_code == 200
