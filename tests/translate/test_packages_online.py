"""Models from a package index: found, fetched, resumed, checked, updated, carried."""

import hashlib
import json
import socket
import sys
import zipfile
from pathlib import Path

import pytest

from pipeline.article import Article, Translation
from pipeline.cli import main
from pipeline.errors import ModelError, NoModel
from pipeline.options import TranslateOptions
from pipeline.translate import Models, Translator
from pipeline.translate.packages.provider import Provider
from tests.conftest import BEAM, EMBEDDED, EMBEDDED_FOLDER, EMBEDDED_KEY
from tests.portuguese import is_portuguese
from tests.translate.mirror import package
from tests.translate.packages import left_over, untried

pytestmark = pytest.mark.usefixtures("one_embedded")


@pytest.fixture(autouse=True, scope="module")
def _untried():
    with untried():
        yield


SENTENCE = "The council met on Tuesday and agreed to repair the old bridge before the winter."
CHUNK = 1 << 16
"""Bytes written at a time: what came of a smaller part is asked for again."""


def test_offers_are_the_newest_of_each_pair_and_odd_entries_hide_none(mirror, models):
    mirror.offer(package(mirror, "de", "en", "1.9"), package(mirror, "de", "en", "1.10"))
    entries = json.loads((mirror.folder / "index.json").read_text())
    odd = [None, "x", {}, {"from_code": "../x", "to_code": "en"}, {"type": "sbd"}]
    (mirror.folder / "index.json").write_text(json.dumps([*odd, *entries, {"from_code": 1}]))
    [offer] = models.available()
    assert (offer.key, offer.links[0]) == (
        "de_en-1.10",
        f"{mirror.url}/translate-de_en-1_10.argosmodel",
    )
    assert not any(link.startswith("ipfs") for link in offer.links)


def test_pair_is_installed_from_the_mirrors_own_files(mirror, models):
    mirror.offer(package(mirror, "de", "en", size=600_000))
    seen: list[tuple[str, int, int]] = []
    [model] = models.install_pair("de", "en", lambda *told: seen.append(told))
    assert model.key == "de_en-1.0"
    assert [one.key for one in models.installed()] == ["de_en-1.0"]
    whole = seen[-1][2]
    assert seen[-1] == ("de_en-1.0", whole, whole) and whole > 600_000
    assert left_over(models) == set()


def test_without_a_direct_package_the_way_over_english_is_installed(mirror, models):
    mirror.offer(*(package(mirror, *pair.split()) for pair in ("de en", "en es", "de fr", "fr es")))
    assert [one.key for one in models.install_pair("de", "es")] == ["de_en-1.0", "en_es-1.0"]
    assert len(models.route("de", "es")) == 2
    assert models.install_pair("de", "es") == []
    with pytest.raises(NoModel, match="models available"):
        models.install_pair("de", "pt")


def test_broken_download_goes_on_where_it_ended(mirror, models):
    path = package(mirror, "de", "en", size=900_000)
    mirror.offer(path)
    mirror.break_after = [4 * CHUNK, 0, 4 * CHUNK]
    assert (
        models.install_pair("de", "en")[0].archive == hashlib.sha256(path.read_bytes()).hexdigest()
    )
    starts = [wanted for asked, wanted in mirror.asked if asked.endswith(".argosmodel")]
    assert starts[0] == ""
    assert starts[1] == starts[2] == f"bytes={4 * CHUNK}-"
    assert starts[3] == f"bytes={8 * CHUNK}-"


def test_download_of_a_killed_process_goes_on_in_the_next(mirror, models, tmp_path):
    mirror.offer(package(mirror, "de", "en", size=900_000))
    mirror.break_after = [6 * CHUNK] + [0] * 4  # no attempt brings more
    with pytest.raises(ModelError, match="goes on where it broke off"):
        models.install_pair("de", "en")
    assert models.installed() == []
    mirror.asked.clear()
    Models(models.packages_dir, mirror.url).install_pair("de", "en")
    assert mirror.asked[-1][1] == f"bytes={6 * CHUNK}-"
    assert left_over(models) == set()


def test_file_that_changed_meanwhile_is_fetched_anew(mirror, models):
    path = package(mirror, "de", "en", size=900_000)
    mirror.offer(path)
    mirror.break_after = [6 * CHUNK] + [0] * 4
    with pytest.raises(ModelError):
        models.install_pair("de", "en")
    package(mirror, "de", "en", size=500_000)
    mirror.etag = '"2"'
    model = models.install_pair("de", "en")[0]
    assert model.archive == hashlib.sha256(path.read_bytes()).hexdigest()


@pytest.mark.parametrize(("ranges", "etag"), [(False, '"1"'), (True, ""), (True, 'W/"1"')])
def test_server_that_cannot_go_on_is_asked_from_the_beginning(mirror, models, ranges, etag):
    path = package(mirror, "de", "en", size=900_000)
    mirror.offer(path)
    mirror.ranges, mirror.etag, mirror.break_after = ranges, etag, [400_000]
    model = models.install_pair("de", "en")[0]
    assert model.archive == hashlib.sha256(path.read_bytes()).hexdigest()


def test_busy_server_is_asked_again_and_a_refusal_is_not(mirror, models):
    mirror.offer(package(mirror, "de", "en"))
    mirror.statuses = [503, 429]
    assert models.install_pair("de", "en")
    mirror.asked.clear()
    mirror.statuses = [403]
    with pytest.raises(ModelError, match="cannot be fetched"):  # the last link's reason
        models.install_pair("de", "en")
    assert [asked for asked, _ in mirror.asked].count("/translate-de_en-1_0.argosmodel") == 1


def test_wrong_checksum_is_refused(mirror, models):
    path = package(mirror, "de", "en")
    mirror.offer(path, sha256="0" * 64)
    with pytest.raises(ModelError) as caught:
        models.install_pair("de", "en")
    assert models.installed() == [] and left_over(models) == set()
    assert caught.value.remedy
    mirror.offer(path, sha256=hashlib.sha256(path.read_bytes()).hexdigest().upper())
    assert models.install_pair("de", "en")


def test_evil_package_from_the_network_is_refused(mirror, models):
    path = package(mirror, "de", "en")
    with zipfile.ZipFile(path, "a") as archive:
        archive.writestr("translate-de_en-1_0/../../evil", "x")
    mirror.offer(path)
    with pytest.raises(ModelError, match="outside its folder"):
        models.install_pair("de", "en")
    assert models.installed() == [] and left_over(models) == set()
    assert not (models.packages_dir.parent / "evil").exists()


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (None, "answers 404"),
        (b"<html>Welcome</html>", "no JSON"),
        (b"\xff\xfe", "no JSON"),
        (b"[" * 100_000, "no JSON"),
        (b"{}", "no list"),
    ],
)
def test_what_is_no_index_is_refused_with_the_reason(mirror, models, content, reason):
    if content is not None:
        (mirror.folder / "index.json").write_bytes(content)
    with pytest.raises(ModelError, match=reason) as caught:
        models.available()
    assert "translate.package_index" in caught.value.remedy


def test_no_network_says_so_once(tmp_path):
    with socket.socket() as unused:
        unused.bind(("127.0.0.1", 0))
        models = Models(tmp_path, f"http://127.0.0.1:{unused.getsockname()[1]}/")
        with pytest.raises(ModelError, match="cannot be reached") as caught:
            models.install_pair("de", "en")
    assert caught.value.retry and "models install FILE" in caught.value.remedy


def test_index_in_a_folder_on_disk(mirror, tmp_path):
    mirror.offer(package(mirror, "de", "en"))
    for index in (str(mirror.folder), (mirror.folder / "index.json").as_uri()):
        models = Models(tmp_path / "packages", index)
        assert [one.key for one in models.install_pair("de", "en")] == ["de_en-1.0"]
    with pytest.raises(ModelError, match="No such file"):
        Models(tmp_path, str(tmp_path / "nowhere")).available()


def test_update_replaces_what_the_index_has_in_a_newer_version(mirror, models):
    mirror.offer(package(mirror, "de", "en", "1.9"), package(mirror, "en", "es"))
    models.install_pair("de", "en")
    models.install_pair("en", "es")
    assert models.updates() == []
    mirror.offer(package(mirror, "de", "en", "1.10"), package(mirror, "en", "es"))
    [(old, offer)] = models.updates()
    assert (old.key, offer.key) == ("de_en-1.9", "de_en-1.10")
    assert models.updates([("en", "es")]) == []
    models.update(offer)
    assert [one.key for one in models.installed()] == ["de_en-1.10", "en_es-1.0"]


def test_verify_finds_what_changed(mirror, models):
    models.install_file(package(mirror, "de", "en"))
    assert models.verify() == [(models.installed()[0], [])]
    path = models.installed()[0].path
    (path / "model" / "model.bin").write_bytes(b"\1" * 64)  # as long as before
    (path / "sentencepiece.model").write_bytes(b"")
    [(_, faults)] = models.verify()
    assert [fault.split(":")[0] for fault in faults] == ["model/model.bin", "sentencepiece.model"]
    [(_, quick)] = models.verify(thorough=False)
    assert [fault.split(":")[0] for fault in quick] == ["sentencepiece.model"]


def test_missing_models_are_fetched_only_where_the_settings_say_so(mirror, models, tmp_path):
    real = mirror.folder / f"{EMBEDDED_FOLDER}.argosmodel"
    real.write_bytes(EMBEDDED.read_bytes())
    mirror.offer(real)
    models.install_file(EMBEDDED)
    models.remove("en", "pt")
    options = TranslateOptions(
        packages_dir=models.packages_dir, package_index=mirror.url, beam_size=BEAM
    )
    with pytest.raises(NoModel):
        Translator(options).texts([SENTENCE], "en", "pt")
    assert mirror.asked == []
    fetching = options.model_copy(update={"install_missing": True})
    assert is_portuguese(Translator(fetching).texts([SENTENCE], "en", "pt")[0])


def test_what_could_not_be_fetched_is_not_asked_for_with_every_article(mirror, models):
    mirror.offer()
    options = TranslateOptions(
        packages_dir=models.packages_dir, package_index=mirror.url, install_missing=True
    )
    page = Article(url="u", title="Hallo", summary="", html="<p>Du</p>", text="", language="de")
    found = [one for _, one in Translator(options).translate([page] * 5, "pt")]
    assert [type(one) for one in found] == [NoModel] * 5
    assert len(mirror.asked) == 1
    # What somebody installs by hand meanwhile is used at once.
    models.install_file(package(mirror, "de", "pt"))
    assert models.route("de", "pt")
    assert Provider(models).route("de", "pt", lambda _: None) == models.route("de", "pt")


def test_model_that_is_replaced_while_it_serves_is_taken_at_once(tmp_path):
    models = Models(tmp_path)
    models.ensure_embedded()
    translator = Translator(TranslateOptions(packages_dir=tmp_path), models=models)
    page = Article(
        url="u", title="Rain", summary="", html="<p>It rains.</p>", text="", language="en"
    )
    [(_, before)] = translator.translate([page], "pt")
    first = translator._engine.load(models.installed()[0])
    metadata = json.loads((models.installed()[0].path / "metadata.json").read_text())
    newer = tmp_path / "newer.argosmodel"
    with zipfile.ZipFile(EMBEDDED) as old, zipfile.ZipFile(newer, "w") as new:
        for entry in old.infolist():
            content = old.read(entry)
            if entry.filename.endswith("metadata.json"):
                content = json.dumps(metadata | {"package_version": "999.1"}).encode()
            new.writestr(entry.filename.replace(EMBEDDED_FOLDER, "translate-en_pt-999_1"), content)
    Models(tmp_path).install_file(newer)  # as another process would
    [(_, after)] = translator.translate([page], "pt")
    assert isinstance(before, Translation) and isinstance(after, Translation)
    assert (before.models, after.models) == ((EMBEDDED_KEY,), ("en_pt-999.1",))
    assert translator.loaded() == ["en_pt-999.1"]
    assert translator._engine.load(models.installed()[0]) is not first
    # Installed again in the same version, it is another package all the same.
    second = translator._engine.load(models.installed()[0])
    Models(tmp_path).install_file(newer)
    assert translator._engine.load(models.installed()[0]) is not second


def test_commands(mirror, tmp_path, monkeypatch, capsys):
    mirror.offer(package(mirror, "de", "en", "1.0"), license="CC0-1.0")
    settings = tmp_path / "babelwire.toml"
    settings.write_text(f'languages = ["pt"]\n[translate]\npackage_index = "{mirror.url}"\n')

    def babelwire(*words: str | Path) -> tuple[int, str, str]:
        # In this process, logging is pytest's.
        monkeypatch.setattr("pipeline.cli.set_up_logging", lambda *_: None)
        monkeypatch.setattr(sys, "argv", ["babelwire", "-c", str(settings), *map(str, words)])
        with pytest.raises(SystemExit) as ended:
            main()
        return int(ended.value.code or 0), *capsys.readouterr()

    def models(*words: str | Path) -> tuple[int, str, str]:
        return babelwire("models", *words)

    code, out, _ = models("available", "--to", "en")
    assert (code, out.split("\t")) == (0, ["de de", "en en", "1.0", "–", "CC0-1.0\n"])
    code, out, err = models("install", "de:en", "nonsense")
    assert code == 1 and "installed de_en-1.0" in out and "nonsense" in err
    assert "fetching de_en-1.0" in err
    mirror.offer(package(mirror, "de", "en", "1.1"))
    code, out, _ = models("update")
    assert code == 0 and "updated de_en-1.0 to de_en-1.1" in out
    assert "up to date" in models("update")[1]
    code, out, _ = models("list", "--json")
    assert [(one["from"], one["version"], one["licence"]) for one in json.loads(out)] == [
        ("de", "1.1", ""),
        ("en", EMBEDDED_KEY.partition("-")[2], "MPL-2.0"),
    ]
    bundle = tmp_path / "bundle.zip"
    code, out, _ = models("bundle", "en:pt", "de:en", "-o", bundle)
    assert code == 0 and "licence: MPL-2.0" in out
    code, _, err = models("remove", "de", "en")  # nobody is there to be asked
    assert code == 2 and "de_en-1.1" in err and "--yes" in err
    monkeypatch.setattr("sys.stdin.isatty", lambda: True, raising=False)
    for answer, ends in ((False, 1), (True, 0)):
        monkeypatch.setattr("typer.confirm", lambda asked, given=answer: given and "1.1" in asked)
        assert models("remove", "de", "en")[0] == ends
    code, out, _ = models("install", bundle)
    assert code == 0 and out.count("installed") == 2
    assert models("verify")[0] == 0
    [weights] = (tmp_path / "state" / "packages").glob("*de_en*/model/model.bin")
    weights.write_bytes(b"\1")
    code, out, err = models("verify", "de:en")
    assert code == 1 and "DAMAGED" in out and "models install de en" in err
    code, out, _ = babelwire("doctor")
    assert code == 1 and "de_en-1.1: model/model.bin: has 1 bytes instead of 64" in out
    assert models("verify", "en-pt")[0] == 2
