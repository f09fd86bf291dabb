"""The fingerprint of a translator: a digest of all that decides how it translates articles.

An article of which too much failed need not be tried again before this has changed. Takes models,
options, glossaries and two languages; returns 64 hexadecimal digits, or "" where nothing is
translated, because readers of the one language read the other. Raises NoModel.
"""

import hashlib
from collections.abc import Mapping, Sequence

from pipeline.options import Term, TranslateOptions
from pipeline.translate.glossary import fitting
from pipeline.translate.memory import memory_key
from pipeline.translate.packages.models import Models


def fingerprint(
    models: Models,
    options: TranslateOptions,
    glossaries: Mapping[str, Sequence[Term]],
    source: str,
    target: str,
) -> str:
    """Return the fingerprint of a translator from one language into another."""
    if models.stays(source, target):
        return ""
    route = (models.current(one) for one in models.route(source, target))
    keys = [memory_key(one, options) for one in route]
    terms = glossaries.get(fitting(glossaries.keys(), target), ())
    made_of = (keys, options.max_failed_share, [one.model_dump_json() for one in terms])
    return hashlib.sha256(repr(made_of).encode()).hexdigest()
