"""The memory's keys name a model and its languages."""

from pathlib import Path

import pytest

from pipeline.options import TranslateOptions
from pipeline.translate.memory import correction_key, languages, memory_key
from pipeline.translate.packages.package import Model

PAIRS = [
    ("en", "pt"),
    ("en", "pt-BR"),
    ("zh_Hant", "en"),
    ("pt_br", "en"),
    ("en", "pt_br"),
    ("nb", "zt"),
]


@pytest.mark.parametrize("pair", PAIRS)
@pytest.mark.parametrize("requantised", [False, True])
def test_the_languages_of_a_model_are_in_its_key(tmp_path: Path, pair, requantised) -> None:
    (tmp_path / "model").mkdir()
    (tmp_path / "model" / "model.bin").write_bytes(b"x")
    model = Model(*pair, "", "", "1.0", tmp_path, requantised=requantised)
    options = TranslateOptions(packages_dir=tmp_path, segment_tokens=80)
    for key in (memory_key(model, options), memory_key(model, options) + "#links"):
        assert languages(key) == pair
    assert ("pair=" in memory_key(model, options)) == (not all(map(str.isalpha, pair)))


@pytest.mark.parametrize("pair", PAIRS)
def test_the_languages_of_corrections_are_in_their_key(pair) -> None:
    assert languages(correction_key(*pair)) == pair


@pytest.mark.parametrize("key", ["", "x", "en_pt", ">!", "1_2-3"])
def test_another_text_has_none(key) -> None:
    assert languages(key) == ("", "")
