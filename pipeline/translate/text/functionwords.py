"""Words that belong to no other word: articles, prepositions, what both melt into.

In goes a language, out come its function words from `data/function_words.toml`, lower case; none
for a language that is not in it. Attention is least sure of them: it puts them to either neighbour.
"""

import tomllib
from functools import cache
from importlib import resources


@cache
def _lists() -> dict[str, frozenset[str]]:
    path = resources.files("pipeline.translate") / "data" / "function_words.toml"
    content = tomllib.loads(path.read_text(encoding="utf-8"))
    return {language: frozenset(words.split()) for language, words in content.items()}


def function_words(language: str) -> frozenset[str]:
    """The articles and prepositions of a language, by its primary tag."""
    primary = language.replace("_", "-").partition("-")[0].lower()
    return _lists().get({"no": "nb", "nn": "nb", "pb": "pt"}.get(primary, primary), frozenset())
