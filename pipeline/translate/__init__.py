"""Article → the same article in another language.

In go articles, texts or HTML, out come their translations by Argos models run on CTranslate2, with
every segment looked up in the translation memory first. What cannot be translated comes back with
its reason.
"""

from pipeline.translate.memory import DictMemory, Memory
from pipeline.translate.packages.bundles import is_bundle
from pipeline.translate.packages.models import Models
from pipeline.translate.packages.package import Model
from pipeline.translate.translator import Explanation, Translator

__all__ = ["DictMemory", "Explanation", "Memory", "Model", "Models", "Translator", "is_bundle"]
