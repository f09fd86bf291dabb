"""The parts of tools/distil that need no PyTorch."""

import random
import struct
import zipfile
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

import pipeline.translate
from pipeline.translate.packages.requantise import variables
from tools.distil import prepare
from tools.distil.marian import FLOAT32, INTGEMM8, Teacher
from tools.distil.restore import restored

EMBEDDED = Path(pipeline.translate.__file__).parent / "embedded"
Way = Callable[[str, random.Random], str | None]


def marian_file(tensors: dict[str, tuple[int, tuple[int, ...], bytes]]) -> bytes:
    """Write Marian's binary format: counts, then names, shapes, padding and data."""
    names = [name.encode() + b"\0" for name in tensors]
    parts = [struct.pack("<QQ", 1, len(tensors))]
    for name, (kind, shape, data) in zip(names, tensors.values(), strict=True):
        parts.append(struct.pack("<QQQQ", len(name), kind, len(shape), len(data)))
    parts += names
    parts += [struct.pack(f"<{len(shape)}i", *shape) for _, shape, _ in tensors.values()]
    parts.append(struct.pack("<Q", 5) + bytes(5))
    parts += [data for _, _, data in tensors.values()]
    return b"".join(parts)


def quantised(values: list[int], factor: float) -> bytes:
    return np.array(values, np.int8).tobytes() + struct.pack("<f", factor)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    tensors = {
        "layer_W": (INTGEMM8, (2, 3), quantised([1, 2, 3, 4, 5, 6], 2.0)),
        "Wemb": (INTGEMM8, (3, 2), quantised([10, 20, 30, 40, 50, 60], 10.0)),
        "layer_b": (FLOAT32, (1, 3), np.array([0.5, 1.5, 2.5], np.float32).tobytes()),
        "layer_QuantMultA": (FLOAT32, (1, 1), bytes(4)),
    }
    (tmp_path / "model.xx.bin").write_bytes(marian_file(tensors))
    (tmp_path / "vocab.xx.spm").write_bytes(b"")
    return tmp_path


def test_weights_come_as_outputs_by_inputs_and_embeddings_a_row_a_word(folder: Path) -> None:
    weights = Teacher(folder).weights()
    assert set(weights) == {"layer_W", "Wemb", "layer_b"}
    assert weights["layer_W"].tolist() == [[0.5, 1.0], [1.5, 2.0], [2.5, 3.0]]
    assert weights["Wemb"].tolist() == [[1.0, 2.0], [3.0, 4.0], [5.0, 6.0]]
    assert weights["layer_b"].tolist() == [[0.5, 1.5, 2.5]]


def test_a_teacher_without_vocabulary_and_an_unknown_type_say_so(folder: Path) -> None:
    tensors = {"layer_W": (0x999, (1, 1), bytes(4))}
    (folder / "model.xx.bin").write_bytes(marian_file(tensors))
    with pytest.raises(ValueError, match="layer_W has type 0x999"):
        Teacher(folder).weights()
    (folder / "vocab.xx.spm").unlink()
    with pytest.raises(FileNotFoundError, match=r"vocab\.\*\.spm"):
        Teacher(folder)


@pytest.mark.parametrize(
    ("way", "text", "expected"),
    [
        (prepare.headline, "The bridge is closed.", "The bridge is closed"),
        (prepare.dash, "Two, no three, came", None),
        (prepare.pair, "Come in.", "Come in. Come in."),
        (prepare.number, "No number here.", None),
    ],
)
def test_sentences_are_varied(way: Way, text: str, expected: str | None) -> None:
    found = way(text, random.Random(1))
    if way is prepare.dash:
        assert found is not None and found.count(",") == 0 and "no three" in found
    else:
        assert found == expected


def test_a_title_keeps_common_words_small() -> None:
    small = frozenset({"of", "is", "the"})
    title = prepare.title("The old bridge of Ely is closed.", small)
    assert title == "The Old Bridge of Ely is Closed"
    assert prepare.title("Short one.", small) is None


def test_names_and_numbers_become_stand_ins() -> None:
    chance = random.Random(1)
    named = prepare.name("He met Mary Ann Webster and Tom in Oslo.", chance)
    assert named is not None and "N1" in named and named.startswith("He met ")
    numbered = prepare.number("It cost 1,250.50 in 1987, 3.5% more.", chance)
    assert numbered is not None and "1,250" not in numbered and "3.5%" in numbered


def test_a_quotation_has_both_marks() -> None:
    for seed in range(20):
        quoted = prepare.quotation("The mayor said that the bridge is closed.", random.Random(seed))
        assert quoted is not None
        assert sum(quoted.count(mark) for mark in "\"“”'‘’") == 2, quoted


def test_a_package_gives_the_weights_back_that_its_decoder_has() -> None:
    (package,) = EMBEDDED.glob("translate-en_pt-*.argosmodel")
    state = restored(package)
    assert len(state) == 2 * (2 * (4 * 2 + 2) + 2 * 2 + 2)
    with zipfile.ZipFile(package) as archive:
        (name,) = (one for one in archive.namelist() if one.endswith("model.bin"))
        content = archive.read(name)
    there = variables(content)

    def stored(name: str, kind: str) -> np.ndarray:
        one = there[f"decoder/layer_1/attention/linear_1/{name}".encode()]
        return np.frombuffer(content[one.start : one.end], kind).astype("f4")

    keys, values = (state[f"context.1.{part}.weight"] for part in "kv")
    assert keys.shape == values.shape == (512, 256)
    rows = np.concatenate([keys, values]) * stored("weight_scale", "<f4")[:, None]
    assert np.allclose(rows.ravel(), stored("weight", "i1"), atol=1e-3)
    assert state["context.1.k.bias"].tolist() == stored("bias", "<f4")[:512].tolist()
    assert {state[f"feed.{n}.norm.{part}"].size for n in (0, 1) for part in ("scale", "bias")} == {
        256
    }


def test_rare_words_stand_where_words_of_the_same_ending_stood(tmp_path: Path) -> None:
    words = tmp_path / "words.dic"
    words.write_text("3\ngazpacho/M\nSaturn/M\nquizzing/S\nwalking/AB\n", encoding="utf-8")
    sentences = [*["They were walking and talking there."] * 5, "An obstinately ailing cat."]
    found = prepare.rare_words(sentences, [words])
    assert found == {"ho": ["gazpacho"], "ly": ["obstinately"], "ng": ["ailing", "quizzing"]}
    varied = {
        prepare.rare("They were walking home, said Mr Walking-Stick.", found, random.Random(seed))
        for seed in range(9)
    }
    assert varied == {
        "They were quizzing home, said Mr Walking-Stick.",
        "They were ailing home, said Mr Walking-Stick.",
    }
    assert prepare.rare("He is at home.", found, random.Random(1)) is None
