"""Articles and texts through the translator: in order, whole, and each for itself."""

import shutil
import threading
from dataclasses import replace
from pathlib import Path

import pytest

from pipeline.article import Article, Translation
from pipeline.errors import ModelError, NoModel
from pipeline.options import TranslateOptions
from pipeline.translate import DictMemory, Models, Translator
from pipeline.translate.engine.engine import Engine
from tests.translate.recorded import RecordedTranslator


def article(number: int = 0, language: str | None = "en", html: str = "") -> Article:
    html = html or f"<p>The president spoke to the press. He won {number} votes.</p>"
    return Article(
        url=f"https://example.org/{number}",
        title="The government falls",
        summary="It happened yesterday.",
        html=html,
        text="",
        language=language,
    )


def test_lines_and_spaces_are_kept(recorded: RecordedTranslator) -> None:
    text = "  The house is red. It is big.\n\n\t- 12,5 %\r\n***\nGood morning!  \n"
    (out,) = recorded.texts([text], "en", "pt")
    assert [len(line) - len(line.lstrip()) for line in out.splitlines()] == [2, 0, 1, 0, 0]
    assert out.splitlines()[2:4] == ["\t- 12,5 %", "***"]
    assert out.startswith("  A casa é vermelha.")
    assert out.endswith("!  \n")
    assert "\r\n" in out


def test_articles_come_back_in_order_and_whole(recorded: RecordedTranslator) -> None:
    articles = [article(n) for n in range(5)]
    done: list[int] = []
    out = list(recorded.translate(articles, "pt", done.append))
    assert [a.url for a, _ in out] == [a.url for a in articles]
    for number, (_, translation) in enumerate(out):
        assert isinstance(translation, Translation)
        assert translation.models == ("en_pt-1.0",)
        assert translation.source_language == "en"
        assert translation.title == "O governo cai"
        assert str(number) in translation.html
        assert translation.html.startswith("<p>O presidente ")
        assert translation.segments == 4
    assert sum(done) > 0


def test_nothing_known_is_translated_again(recorded: RecordedTranslator) -> None:
    memory = DictMemory()
    ((_, first),) = recorded.again(memory).translate([article()], "pt")
    ((_, again),) = recorded.again(memory).translate([article()], "pt")
    assert isinstance(first, Translation)
    assert isinstance(again, Translation)
    assert (first.fresh, again.fresh) == (4, 0)
    assert again.html == first.html


def test_one_bad_article_stops_no_other(recorded: RecordedTranslator) -> None:
    out = [
        found
        for _, found in recorded.translate(
            [article(language=None), article(language="de"), article(language="pt"), article()],
            "pt",
        )
    ]
    assert isinstance(out[0], ModelError)
    assert out[0].remedy
    assert isinstance(out[1], NoModel)
    assert "babelwire models install de pt" in str(out[1])
    assert isinstance(out[2], Translation)
    assert not out[2].by_machine
    assert out[2].title == "The government falls"
    assert isinstance(out[3], Translation)
    assert out[3].by_machine


def test_threads_share_a_translator(translator: Translator) -> None:
    found: list[str] = []
    threads = [
        threading.Thread(
            target=lambda n=n: found.extend(translator.texts([f"House number {n}."], "en", "pt"))
        )
        for n in range(4)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(found) == 4


def test_no_gpu_is_an_error_with_a_remedy(packages: Path) -> None:
    import ctranslate2

    if ctranslate2.get_cuda_device_count():
        pytest.skip("there is a GPU")
    options = TranslateOptions(packages_dir=packages, device="cuda")
    with pytest.raises(ModelError, match=r"translate\.device"):
        Translator(options).texts(["Hello there."], "en", "pt")


def test_no_more_models_than_wanted_stay_in_memory(packages: Path, tmp_path: Path) -> None:
    model = Models(packages).installed()[0]
    for name in ("one", "two"):
        shutil.copytree(model.path, tmp_path / name)
    engine = Engine(TranslateOptions(packages_dir=packages, max_loaded=2))
    copies = [replace(model, path=tmp_path / name) for name in ("one", "two")]
    first = engine.load(model)
    engine.load(copies[0])
    assert engine.load(model) is first  # used again: it stays
    engine.load(copies[1])
    assert engine.loaded() == [model.key] * 2
    assert engine.load(model) is first


def test_spaces_around_an_element_stay_outside_it(recorded):
    html = "<p>The <em>old</em> <strong>bridge</strong> is closed and <b>very</b> <i>long</i>.</p>"
    [done] = recorded.html([html], "en", "pt")
    for name in ("em", "strong", "b", "i"):
        assert f"<{name}> " not in done and f" </{name}>" not in done
        assert f"<{name}>" in done


def test_an_article_is_taken_apart_once_for_all_targets(recorded, monkeypatch):
    page = article(4321)
    [(_, first)] = recorded.again().translate([page], "pt")
    monkeypatch.setattr("pipeline.translate.plans.parse", None)  # any use of it fails
    [(_, again)] = recorded.again().translate([page], "pt-BR")
    assert isinstance(first, Translation) and isinstance(again, Translation)
    assert again.html == first.html


def test_how_words_are_read_is_no_part_of_a_translated_sentence(recorded):
    page = article(1)
    html = "<p>The <ruby>bridge<rp>(</rp><rt>brij</rt><rp>)</rp></ruby> is closed.</p>"
    [(_, done)] = recorded.translate([replace(page, html=html)], "pt")
    assert isinstance(done, Translation)
    assert done.html == "<p>A ponte está fechada.</p>"


@pytest.mark.parametrize("text", ["Good morning.", "", b"Good morning."])
def test_a_single_string_is_not_a_list_of_texts(recorded, text):
    for translate in (recorded.texts, recorded.html):
        with pytest.raises(TypeError, match="list of texts"):
            translate(text, "en", "pt")
