"""The tokenisers of packages: SentencePiece, and Moses with BPE in older ones."""

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from pipeline.translate.engine.tokeniser import Moses, tokeniser
from pipeline.translate.packages.package import Model


@pytest.fixture
def package(tmp_path: Path) -> Model:
    (tmp_path / "bpe.model").write_text("#version: 0.2\nt h\nth e</w>\nr e\n", "utf-8")
    return Model("en", "de", "English", "German", "1.0", tmp_path)


def test_bpe_packages_are_cut_and_joined(package):
    found = tokeniser(package)
    assert isinstance(found, Moses)
    assert found.encode("the red") == ["the", "re@@", "d"]
    assert found.decode(["the", "re@@", "d", "one", "."]) == "the red one."


def test_bpe_is_loaded_before_threads_share_it(package):
    found = Moses(package.path / "bpe.model", package)
    loaded = found._tokenizer.bpe_source
    assert loaded is not None
    with ThreadPoolExecutor(8) as pool:
        assert set(map(tuple, pool.map(found.encode, ["the red"] * 64))) == {("the", "re@@", "d")}
    assert found._tokenizer.bpe_source is loaded
