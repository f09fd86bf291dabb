"""What a model is computed with, and on which device."""

import pytest

from pipeline.errors import ModelError
from pipeline.options import TranslateOptions
from pipeline.translate import Translator
from pipeline.translate.memory import memory_key
from tests.conftest import BEAM
from tests.portuguese import is_portuguese

SENTENCE = "The council met on Tuesday and agreed to repair the old bridge before the winter."


def test_numbers_of_another_type_translate_and_are_remembered_apart(packages):
    options = TranslateOptions(packages_dir=packages, beam_size=BEAM)
    plain = Translator(options)
    wide = Translator(options.model_copy(update={"compute_type": "float32"}))
    assert is_portuguese(wide.texts([SENTENCE], "en", "pt")[0])
    [model] = wide.models.route("en", "pt")
    assert memory_key(model, wide.options) != memory_key(model, plain.options)


def test_a_type_the_device_does_not_know_is_refused_with_the_remedy(packages):
    translator = Translator(
        TranslateOptions(packages_dir=packages, device="cpu", compute_type="float16")
    )
    with pytest.raises(ModelError, match=r'set translate\.compute_type to "auto"'):
        translator.texts([SENTENCE], "en", "pt")


def test_a_device_that_is_not_there_is_refused(packages):
    translator = Translator(TranslateOptions(packages_dir=packages, device="cuda", device_index=97))
    with pytest.raises(ModelError, match="en_pt"):
        translator.texts([SENTENCE], "en", "pt")
