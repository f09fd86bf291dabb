"""What lets tests hold for any model: other weights, and telling Portuguese by its small words."""

import zipfile

import pytest

from tests.conftest import EMBEDDED
from tests.otherweights import reweighted
from tests.portuguese import is_portuguese


def test_other_weights_are_a_model_of_the_same_shape():
    with zipfile.ZipFile(EMBEDDED) as archive:
        [name] = [one for one in archive.namelist() if one.endswith("model/model.bin")]
        model = archive.read(name)
    assert reweighted(model, 127, 0.0, 1) == model
    others = [reweighted(model, 90, 0.0, 1), reweighted(model, 90, 0.1, 1)]
    assert {len(one) for one in others} == {len(model)}
    assert model not in others and others[0] != others[1]
    assert reweighted(model, 90, 0.1, 1) == others[1]
    with pytest.raises(ValueError, match="version"):
        reweighted(b"\7" + model[1:], 90, 0.0, 1)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("<p>A ponte é <a href='/of/the'>velha</a>.</p>", True),
        ("O conselho se reuniu na terça-feira com Angela Merkel of Berlin.", True),
        ("The council met on Tuesday.", False),
        ("O conselho met on the bridge and agreed.", False),
        ("Street1 Street2", False),
        ("", False),
    ],
)
def test_portuguese_is_told_from_english(text, expected):
    assert is_portuguese(text) is expected
