"""Notes on what is translated of an entry: by machine, its title only, or nothing yet.

Take an Entry; return a sentence in its language, or in English if there is none.
"""

import tomllib
from functools import cache
from importlib import resources

from pipeline.article import Entry
from pipeline.syndicate.feedstrings import translated_note, wording_language
from pipeline.syndicate.language import language_name

_SAME = {"no": "nb", "zh-TW": "zh-Hant", "zh-HK": "zh-Hant"}


@cache
def _notes() -> dict[str, dict[str, str]]:
    text = resources.files(__package__).joinpath("statenotes.toml").read_text("utf-8")
    return tomllib.loads(text)


def machine_note(entry: Entry) -> str:
    """The sentence that a machine translated the entry, or its title only; "" for neither."""
    if not entry.by_machine:
        return ""
    if entry.scope == "title":
        return _note(entry, "title")
    return translated_note(entry.language, entry.original_language)


def waiting_note(entry: Entry) -> str:
    """The sentence that the entry is still in its original language; "" if it is not waiting."""
    return _note(entry, "waiting") if entry.scope == "original" else ""


def _note(entry: Entry, which: str) -> str:
    key = wording_language(entry.language)
    name = language_name(entry.original_language, key)
    return _notes()[_SAME.get(key, key)][which].format(language=name)
