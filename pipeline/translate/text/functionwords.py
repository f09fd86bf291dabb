"""Function words by language: articles, prepositions, and their contractions.

`function_words` takes a language and returns its function words in lower case, from
`data/function_words.toml`; an empty set for a language that is not in it. Never raises.
Attention is unreliable for function words: it assigns them to either neighbour.
"""

import tomllib
from functools import cache
from importlib import resources

from pipeline.translate.text.tags import primary


@cache
def _lists() -> dict[str, frozenset[str]]:
    path = resources.files("pipeline.translate") / "data" / "function_words.toml"
    content = tomllib.loads(path.read_text(encoding="utf-8"))
    return {language: frozenset(words.split()) for language, words in content.items()}


def function_words(language: str) -> frozenset[str]:
    """Return the articles and prepositions of a language, looked up by its primary tag."""
    code = primary(language)
    return _lists().get({"no": "nb", "nn": "nb", "pb": "pt"}.get(code, code), frozenset())
