"""Adapter of babelwire's translator for a scorer of `translate(texts)` and `translate_html(texts)`.

English in, Portuguese out, with the embedded package and the default options.
"""

import tempfile
from pathlib import Path

from pipeline.options import TranslateOptions
from pipeline.translate import Translator

_folder = tempfile.TemporaryDirectory(prefix="babelwire-bench-")
_options = TranslateOptions(packages_dir=Path(_folder.name))


def translate(texts: list[str]) -> list[str]:
    """Plain texts, with an empty memory each time."""
    return Translator(_options).texts(texts, "en", "pt")


def translate_html(fragments: list[str]) -> list[str]:
    """HTML fragments, with an empty memory each time."""
    return Translator(_options).html(fragments, "en", "pt")
