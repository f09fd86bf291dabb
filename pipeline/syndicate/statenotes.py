"""Notes on entries of which only the title is translated, or nothing yet.

Take language codes; return a sentence in the first one, or in English if there is none.
"""

import tomllib
from functools import cache
from importlib import resources

from pipeline.syndicate.feedstrings import wording_language
from pipeline.syndicate.language import language_name

_SAME = {"no": "nb", "zh-TW": "zh-Hant", "zh-HK": "zh-Hant"}


@cache
def _notes() -> dict[str, dict[str, str]]:
    text = resources.files(__package__).joinpath("statenotes.toml").read_text("utf-8")
    return tomllib.loads(text)


def title_note(language: str, original: str) -> str:
    """The sentence, in `language`, that only the title is translated, from `original`."""
    return _note(language, original, "title")


def waiting_note(language: str, original: str) -> str:
    """The sentence, in `language`, that this is still in the language `original`."""
    return _note(language, original, "waiting")


def _note(language: str, original: str, which: str) -> str:
    key = wording_language(language)
    name = language_name(original, key)
    return _notes()[_SAME.get(key, key)][which].format(language=name)
