"""Translate articles, plain texts and HTML offline, with Argos models run on CTranslate2.

`Translator` looks up each segment in the translation memory first, and translates the others.
An article that cannot be translated is returned with its error; texts and HTML raise NoModel or
ModelError.
"""

from typing import TYPE_CHECKING

from pipeline import lazily

if TYPE_CHECKING:
    from pipeline.translate.memory import DictMemory, Memory
    from pipeline.translate.packages.bundles import is_bundle
    from pipeline.translate.packages.models import Models
    from pipeline.translate.packages.package import Model
    from pipeline.translate.translator import Explanation, Translator

__all__ = ["DictMemory", "Explanation", "Memory", "Model", "Models", "Translator", "is_bundle"]

__getattr__ = lazily.exports(__name__)
