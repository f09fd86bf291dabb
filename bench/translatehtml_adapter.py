"""Adapter of translatehtml (PyPI) for the same scorer: the best known way for HTML through Argos.

English in, Portuguese out, with the embedded package. It is no dependency; install it beside
`argos-translate-lt`, without the distribution it names, which brings PyTorch:

    pip install --no-deps translatehtml
"""

import os
import re
import tempfile
from pathlib import Path

from pipeline.translate import Models

_folder = tempfile.TemporaryDirectory(prefix="babelwire-bench-")
_packages = Path(_folder.name) / "packages"
Models(_packages).ensure_embedded()
for _name in ("XDG_DATA_HOME", "XDG_CACHE_HOME", "XDG_CONFIG_HOME"):
    os.environ[_name] = str(Path(_folder.name) / "argos")

import translatehtml  # noqa: E402
from argostranslate import sbd, settings  # noqa: E402
from argostranslate import translate as argos  # noqa: E402

# Its settings are fixed at import, which installing the package may have done already; its sentence
# splitter is a download.
settings.package_data_dir, settings.package_dirs = _packages, [_packages]
sbd.MiniSBDSentencizer.split_sentences = lambda _, text: re.split(r"(?<=[.!?])\s+", text)
_translation = argos.get_translation_from_codes("en", "pt")


def translate(texts: list[str]) -> list[str]:
    """Plain texts, one after the other."""
    return [_translation.translate(text) for text in texts]


def translate_html(fragments: list[str]) -> list[str]:
    """HTML fragments, one after the other."""
    return [str(translatehtml.translate_html(_translation, one)) for one in fragments]
