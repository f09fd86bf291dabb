"""Articles without a model wait: they cost nothing, are told once a pair, and end by themselves."""

import json
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import event

from pipeline.cli.context import open_store
from pipeline.cli.overview import overview
from pipeline.config import load
from pipeline.desk import Desk, Report
from pipeline.desk.waiting import REMEDY, lacking
from pipeline.errors import ModelError, PoorTranslation
from pipeline.options import Term
from pipeline.store import Setback
from pipeline.store.schema import appearances, articles
from pipeline.translate import Models
from pipeline.translate.known import Known
from tests.conftest import BEAM, babelwire

FEED = """
[[sources]]
id = "s"
kind = "folder"
path = "pages"
[[feeds]]
id = "f"
title = "F"
languages = ["pt"]
"""
NOW = datetime(2026, 3, 1, tzinfo=UTC)
MANY = 300


@pytest.fixture
def place(write_settings, tmp_path):
    (tmp_path / "pages").mkdir()
    return write_settings(FEED)


def fill(store, *languages: str | None, first: int = 0) -> None:
    rows = [
        {
            "id": f"00000000-0000-4000-8000-{number:012x}",
            "key": str(number),
            "source": "s",
            "url": f"https://example.org/{number}",
            "title": f"Habari {number}",
            "summary": "",
            "html": f"<p>Mji {number} una daraja.</p>",
            "text": f"Mji {number} una daraja.",
            "authors": [],
            "published": NOW,
            "keywords": [],
            "partial": False,
            "origins": {},
            "digest": "d",
            "first_seen": NOW,
            "updated_at": NOW,
            "dated": NOW - timedelta(minutes=number),
            "language": language,
        }
        for number, language in enumerate(languages, first)
    ]
    with store.database.write() as connection:
        connection.execute(articles.insert(), rows)
        shown = [{"source": "s", "article": one["id"], "dated": one["dated"]} for one in rows]
        connection.execute(appearances.insert(), shown)


def commits(desk: Desk) -> tuple[int, Report]:
    """How often a pass without news commits, and its report."""
    made = [0]

    def count(_: object) -> None:
        made[0] += 1

    engine = desk.store.database.engine
    event.listen(engine, "commit", count)
    try:
        report = desk.finish(desk.begin([]))
    finally:
        event.remove(engine, "commit", count)
    return made[0], report


def test_many_articles_that_wait_cost_no_more_than_one(place):
    settings = load(place)
    with open_store(settings) as store:
        fill(store, *["sw"] * MANY, "lg")
        desk = Desk(settings, store)
        desk.finish(desk.begin([]))
        number, report = commits(desk)
        assert number < 10
        assert [(one.source, one.target, one.articles) for one in report.waiting] == [
            ("lg", "pt", 1),
            ("sw", "pt", MANY),
        ]
        assert (report.exit_code, report.failures) == (0, [])
        assert store.translations.failures() == []
        assert len(json.dumps(report.as_dict())) < 2_000
        told = overview(settings, store)  # once: as what waits, not as what is to be translated
        assert sum(told["queues"]["to translate"].values()) == 0
        assert sum(one["articles"] for one in told["waiting"]) == MANY + 1


def test_many_articles_that_fail_again_are_known_and_not_written_again(place, monkeypatch):
    settings = load(place)
    with open_store(settings) as store:
        fill(store, *["en"] * MANY)
        desk = Desk(settings, store)
        monkeypatch.setattr(
            desk.translator(),
            "_finish",
            lambda plan, _: ModelError(plan.article.url, "a failure of its own", "see"),
        )
        monkeypatch.setattr(desk.translator(), "_alike", lambda plans, *_: [Known({})] * len(plans))
        assert desk.finish(desk.begin([])).exit_code == 1
        assert len(store.translations.failures()) == MANY
        number, report = commits(desk)
        assert number < 10
        assert sum(one.count + one.others for one in report.failures) == MANY
        assert len(report.failures) < 10
        assert report.exit_code == 0  # nothing that had not failed before
        fill(store, "en", first=MANY)
        report = desk.finish(desk.begin([]))
        assert report.exit_code == 1
        assert [one.count + one.others for one in report.failures if one.new] == [1]


class Poor:
    """A translator that fails at every article, and counts them."""

    def __init__(self, desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
        self.tried: list[str] = []
        monkeypatch.setattr(desk.translator(), "_finish", self._finish)
        monkeypatch.setattr(desk.translator(), "_alike", lambda plans, *_: [Known({})] * len(plans))

    def _finish(self, plan, _):
        self.tried.append(plan.article.url)
        return PoorTranslation(plan.article.url, "3 of 5 segments failed", "see")


def test_articles_that_are_held_back_are_no_failure_and_not_tried_in_each_pass(place, monkeypatch):
    settings = load(place)
    with open_store(settings) as store:
        fill(store, *["en"] * MANY)
        desk = Desk(settings, store)
        poor = Poor(desk, monkeypatch)
        report = desk.finish(desk.begin([]))
        assert (report.exit_code, report.failures, report.held) == (0, [], {"pt": MANY})
        assert len(poor.tried) == MANY
        poor.tried.clear()
        number, report = commits(desk)
        assert number < 5 and poor.tried == []
        assert (report.exit_code, report.failures, report.held) == (0, [], {"pt": MANY})
    status = babelwire("-c", place, "status")
    assert status.stdout.count("300 articles are held back from pt") == 1
    assert "failed:" not in status.stdout


def test_an_article_that_is_held_back_is_tried_again_when_something_has_changed(place, monkeypatch):
    settings, before = load(place), place.read_text("utf-8")
    with open_store(settings) as store:
        fill(store, "en", "en")
        first = Desk(settings, store)
        poor = Poor(first, monkeypatch)

        def tried(desk: Desk = first) -> int:
            poor.tried.clear()
            desk.finish(desk.begin([]))
            return len(poor.tried)

        assert [tried(), tried()] == [2, 0]
        with store.database.write() as connection:
            connection.execute(articles.update().where(articles.c.key == "1").values(digest="e"))
        assert [tried(), tried()] == [1, 0]
        assert store.translations.release() == 2  # as `babelwire retry` does
        assert [tried(), tried()] == [2, 0]
        store.translations.forget(["pt"])  # as `run --retranslate` does
        assert [tried(), tried()] == [2, 0]
        for change in (f"beam_size = {BEAM + 1}", f"beam_size = {BEAM}\nmax_failed_share = 0.9"):
            place.write_text(before.replace(f"beam_size = {BEAM}", change), "utf-8")
            other = Desk(load(place), store)
            poor = Poor(other, monkeypatch)
            assert [tried(other), tried(other)] == [2, 0]
        term = Term(source="Habari", target="Notícia")
        other = Desk(settings.model_copy(update={"glossaries": {"pt": (term,)}}), store)
        poor = Poor(other, monkeypatch)
        assert [tried(other), tried(other)] == [2, 0]


@pytest.mark.parametrize("install_missing", [False, True])
def test_an_unknown_language_fails_once_and_waits_then(place, install_missing):
    settings = load(place)
    translate = settings.translate.model_copy(update={"install_missing": install_missing})
    settings = settings.model_copy(update={"translate": translate})
    with open_store(settings) as store:
        fill(store, *[None] * MANY)
        desk = Desk(settings, store)
        first = desk.finish(desk.begin([]))
        assert first.exit_code == 1 and first.waiting == []
        assert sum(one.count + one.others for one in first.failures) == MANY
        assert {one.remedy for one in first.failures} == {REMEDY}
        number, report = commits(desk)
        assert number < 10
        assert (report.exit_code, report.failures) == (0, [])
        [line] = map(str, report.waiting)
        assert line.startswith(f"{MANY} articles wait to be translated to pt: ")
        assert "sources.language" in line
        assert store.translations.failures() == []
        # One whose language is known by now is translated.
        with store.database.write() as connection:
            connection.execute(articles.update().where(articles.c.key == "0").values(language="pt"))
        desk.finish(desk.begin([]))
        assert [one.articles for one in desk.finish(desk.begin([])).waiting] == [MANY - 1]
        assert store.translations.counts() == {"pt": 1}
    status = babelwire("-c", place, "status").stdout
    assert status.count(f"{MANY - 1} articles wait to be translated to pt") == 1
    doctor = babelwire("-c", place, "doctor")
    assert f"{MANY - 1} articles wait for pt: the language is not known" in doctor.stdout


def test_it_is_told_once_a_pair_with_the_command_and_ends_with_the_model(place):
    settings = load(place)
    with open_store(settings) as store:
        fill(store, "en", "en", "sw")
        # An earlier version took waiting for failing.
        store.translations.failed(
            "pt",
            {
                f"00000000-0000-4000-8000-{n:012x}": Setback(error="no model", digest="")
                for n in (0, 1, 2)
            },
            NOW,
        )
    Models(settings.translate.packages_dir).ensure_embedded()
    done = babelwire("-c", place, "run")
    assert done.returncode == 0, done.stderr
    line = "1 article waits for a model from sw to pt — babelwire models install sw pt"
    assert done.stderr.count(line) == 1
    assert "2 articles translated" in done.stdout
    status = babelwire("-c", place, "status").stdout
    assert status.count(line) == 1 and "failed:" not in status
    told = json.loads(babelwire("-c", place, "status", "--json").stdout)
    assert [one["source"] for one in told["waiting"]] == ["sw"] and told["untranslated"] == []
    doctor = babelwire("-c", place, "doctor")
    assert doctor.returncode == 0, doctor.stdout
    assert doctor.stdout.count("no model from sw to pt: 1 article waits for it") == 1
    assert "babelwire models install sw pt" in doctor.stdout


def test_what_is_no_translation_lacks_no_model(tmp_path):
    models = Models(tmp_path)
    assert lacking(models, "pt-AO", "pt-BR") is None
    assert lacking(models, "zh-TW", "zt") is None
    error = lacking(models, "de", "pt")
    assert error is not None and error.remedy == "babelwire models install de pt"
