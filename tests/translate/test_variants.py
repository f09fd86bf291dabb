"""Variants of a language: the package that is asked for is the one that is used, kept, removed."""

from pathlib import Path

import pytest

from pipeline.article import Article, Translation
from pipeline.desk.waiting import lacking
from pipeline.errors import ModelError, NoModel
from pipeline.options import TranslateOptions
from pipeline.translate import Models, Translator
from pipeline.translate.fingerprint import fingerprint
from pipeline.translate.packages import bundles
from pipeline.translate.packages.routes import serves
from tests.conftest import EMBEDDED, EMBEDDED_KEY
from tests.translate.packages import small_package, untried

pytestmark = pytest.mark.usefixtures("one_embedded")


@pytest.fixture(autouse=True, scope="module")
def _untried():
    with untried():
        yield


PAIRS = ("en pb", "en pt", "pb en", "pt en", "en zh", "en zt", "zh en", "zt en", "ja en")


def installed(folder: Path, *pairs: str) -> Models:
    models = Models(folder / "packages", "http://127.0.0.1:9/")
    for number, pair in enumerate(pairs):
        models.install_file(small_package(folder / str(number), *pair.split()))
    return models


@pytest.fixture(scope="module")
def all_pairs(tmp_path_factory: pytest.TempPathFactory) -> Models:
    return installed(tmp_path_factory.mktemp("variants"), *PAIRS)


def pairs(models: list) -> list[str]:
    return [f"{one.from_code} {one.to_code}" for one in models]


@pytest.mark.parametrize(
    ("source", "target", "expected"),
    [
        ("en", "pt", ["en pt"]),
        ("en", "pt-PT", ["en pt"]),
        ("en", "pt_AO", ["en pt"]),
        ("en", "pt-MZ", ["en pt"]),
        ("en-GB", "pt-BR", ["en pb"]),
        ("en", "pt-Latn-BR", ["en pb"]),
        ("en", "pb", ["en pb"]),
        ("pt-BR", "en", ["pb en"]),
        ("pt-PT", "en", ["pt en"]),
        ("en", "zh", ["en zh"]),
        ("en", "zh-CN", ["en zh"]),
        ("en", "zh-Hans-HK", ["en zh"]),
        ("en", "zh-SG", ["en zh"]),
        ("en", "zh-TW", ["en zt"]),
        ("en", "zh_HK", ["en zt"]),
        ("en", "zh-MO", ["en zt"]),
        ("en", "zh-Hant", ["en zt"]),
        ("en", "zh-Hant-HK", ["en zt"]),
        ("zh-TW", "pt-BR", ["zt en", "en pb"]),
        ("cmn-Hans", "pt-AO", ["zh en", "en pt"]),
        ("ja", "zh-HK", ["ja en", "en zt"]),
    ],
)
def test_each_variant_goes_to_its_package(all_pairs, source, target, expected):
    assert pairs(list(all_pairs.route(source, target))) == expected


def test_what_is_held_back_between_variants_is_so_until_their_package_changes(tmp_path):
    models = installed(tmp_path, "zh zt", "en pt")

    def made_by(source: str, target: str) -> str:
        return fingerprint(models, TranslateOptions(), {}, source, target)

    assert len(made_by("zh", "zh-TW")) == 64 and len(made_by("en", "pt-BR")) == 64
    assert made_by("pt-PT", "pt-BR") == made_by("pt", "pt") == ""


def test_a_longer_route_ends_in_the_variant_too(tmp_path):
    models = installed(tmp_path, "ja fr", "fr zh", "fr zt", "fr pt", "fr pb")
    assert pairs(list(models.route("ja", "zh-TW"))) == ["ja fr", "fr zt"]
    assert pairs(list(models.route("ja", "pt-BR"))) == ["ja fr", "fr pb"]
    assert pairs(list(models.route("ja", "pt-PT"))) == ["ja fr", "fr pt"]


def test_another_variant_is_better_than_none(tmp_path):
    models = installed(tmp_path, "en pb", "en zh")
    assert pairs(list(models.route("en", "pt-PT"))) == ["en pb"]
    assert pairs(list(models.route("en", "zh-TW"))) == ["en zh"]


@pytest.mark.parametrize(
    ("source", "target", "stays"),
    [
        ("pt", "pt", True),
        ("pt_AO", "pt-PT", True),
        ("pt-PT", "pb", True),
        ("pt-BR", "pt", True),
        ("zh-CN", "zh", True),
        ("zh-Hans-HK", "zh", True),
        ("zh-HK", "zt", True),
        ("zh-TW", "zh", False),
        ("zh-Hant", "zh-CN", False),
        ("zh", "zt", False),
        ("zh-SG", "zh-TW", False),
        ("es", "pt", False),
    ],
)
def test_what_readers_of_a_variant_read(tmp_path, source, target, stays):
    models = installed(tmp_path, "en pt")
    assert models.stays(source, target) is stays
    assert (lacking(models, source, target) is None) is stays


def test_between_scripts_a_route_leads_from_the_one_to_the_other(tmp_path):
    models = installed(tmp_path, "zt en", "en zt", "zh en")
    with pytest.raises(NoModel):
        models.route("zh-TW", "zh")
    models.install_file(small_package(tmp_path / "more", "en", "zh"))
    assert pairs(list(models.route("zh-TW", "zh"))) == ["zt en", "en zh"]
    assert pairs(list(models.route("zh", "zh-TW"))) == ["zh en", "en zt"]


def test_only_a_direct_package_changes_the_region(tmp_path):
    models = installed(tmp_path, "pt en", "en pb")
    assert models.stays("pt-PT", "pt-BR")
    models.install_file(small_package(tmp_path / "more", "pt", "pb"))
    assert not models.stays("pt-PT", "pt-BR")
    assert pairs(list(models.route("pt-PT", "pt-BR"))) == ["pt pb"]
    assert models.stays("pt-BR", "pt-PT")


@pytest.mark.parametrize(("language", "untouched"), [("zh-CN", True), ("zh-TW", False)])
def test_an_article_in_another_script_is_not_taken_for_a_translation(tmp_path, language, untouched):
    article = Article(url="u", title="新聞", html="<p>臺灣</p>", text="", language=language)
    [(_, found)] = Translator(TranslateOptions(packages_dir=tmp_path)).translate([article], "zh")
    assert isinstance(found, Translation if untouched else NoModel)


def test_how_well_codes_fit():
    assert [serves(code, "pt-AO") for code in ("pt-AO", "pt", "pb", "es")] == [3, 2, 1, 0]
    assert [serves(code, "nn") for code in ("nn", "nb", "no", "da")] == [3, 2, 2, 0]


def test_only_the_pair_that_is_named_is_removed(tmp_path):
    models = installed(tmp_path, "en pb", "en pt", "en zh", "en zt")
    models.remove("en", "pt")
    models.remove("en", "zh-TW")
    assert pairs(models.installed()) == ["en pb", "en zh"]
    for target in ("pt", "zt", "pt-PT"):
        with pytest.raises(NoModel, match=r"not installed; en to (pb|zh) is"):
            models.remove("en", target)
    assert pairs(models.installed()) == ["en pb", "en zh"]


def test_verify_looks_at_the_pair_that_is_named(all_pairs):
    assert pairs([one for one, _ in all_pairs.verify([("en", "pt")])]) == ["en pt"]
    assert pairs([one for one, _ in all_pairs.verify([("en", "pt-BR")])]) == ["en pb"]


def test_a_bundle_has_the_variants_that_were_asked_for(tmp_path):
    models = installed(tmp_path, "en pb", "en pt", "zt en", "zh en")
    asked = [("en", "pt"), ("zh-TW", "en"), ("en", "pt-BR")]
    parts = models.bundle(asked, tmp_path / "bundle.zip")
    assert [f"{one.from_code} {one.to_code}" for one in parts] == ["en pt", "zt en", "en pb"]
    models.remove("en", "pt")
    with pytest.raises(ModelError, match="cannot be reached"):  # perhaps the index has it
        models.bundle([("en", "pt")], tmp_path / "none.zip")
    with pytest.raises(NoModel, match=r"another variant \(en:pb\)"):
        index = tmp_path / "index"
        index.mkdir()
        (index / "index.json").write_text('[{"from_code": "en", "to_code": "pb"}]')
        Models(tmp_path / "packages", str(index)).bundle([("en", "pt")], tmp_path / "none.zip")
    assert not (tmp_path / "none.zip").exists()
    assert bundles.is_bundle(tmp_path / "bundle.zip")


@pytest.mark.parametrize("target", ["pt", "pt-PT"])
def test_the_built_in_package_comes_back_without_a_network(tmp_path, target):
    models = installed(tmp_path, "en pb")
    models.ensure_embedded()
    with pytest.raises(ModelError, match="cannot be reached"):  # it is there: a newer one?
        models.install_pair("en", "pt")
    models.remove("en", "pt")
    assert [one.key for one in models.install_pair("en", target)] == [EMBEDDED_KEY]
    assert pairs(models.installed()) == ["en pb", "en pt"]
    [model] = models.of_pair("en", "pt")
    (model.path / "model" / "model.bin").write_bytes(b"junk")
    assert [one.key for one in models.install_pair("en", target)] == [EMBEDDED_KEY]
    assert all(not faults for _, faults in models.verify([("en", "pt")]))
    assert Models(tmp_path / "packages").route("en", "pt")


def test_another_variant_of_it_is_not_brought_back(tmp_path):
    models = installed(tmp_path)
    with pytest.raises(ModelError, match="cannot be reached"):
        models.install_pair("en", "pt-BR")
    assert models.installed() == []
    assert models.install_file(EMBEDDED).key == EMBEDDED_KEY
