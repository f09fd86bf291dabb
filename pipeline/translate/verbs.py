"""Recognise terms that are verbs in a segment: a glossary's noun is no translation of these.

In English most nouns are verbs, too ("They train"). `probes` takes a term and returns it as a noun
and as a verb for a model to translate; `is_verb` compares these translations with the words that
the model wrote in the sentence. In other languages a noun and a verb are rarely the same word. Pure
functions; never raises.
"""

import re
from typing import Final

from pipeline.translate.glossary import Use

LANGUAGE: Final = "en"
# Words before which a noun does not stand, so that the next word is a verb.
_BEFORE_VERB = re.compile(
    r"\b(?:I|you|he|she|we|they|who|can|could|cannot|may|might|must|shall|should|would|do|does|did|"
    r"\w+n['’]t)(?:\s+(?:not|also|always|often|never|still|only|now|\w+ly)){0,2}\s+$",
    re.IGNORECASE,
)
_ENDING = re.compile(r"(?<=[^s])s$")  # of a plural, and of the third person
# What a form of a verb has in common with its infinitive at least: letters, and a share of it.
_LETTERS, _SHARE = 4, 0.65
_WORD = re.compile(r"\w+")


def probes(term: str) -> tuple[str, ...]:
    """Return an English term as a noun, in the plural, and as a verb in three ways."""
    bare = _ENDING.sub("", term)
    return f"the {bare}", f"the {bare}s", f"to {bare}", f"to {bare} it", f"they {bare}"


def is_cued(segment: str, use: Use) -> bool:
    """Return whether the word before a term shows that it is a verb."""
    return _BEFORE_VERB.search(segment[max(0, use.start - 30) : use.start]) is not None


def is_verb(written: str, wanted: str, noun: str, nouns: str, *verbs: str) -> bool:
    """Return whether the words that a model wrote for a term are the verb.

    `noun`, `nouns` and `verbs` are translations of the term's `probes`, `wanted` is its target. A
    target that ends as the words do is no noun in place of a verb: both are verbs in one form.
    """
    words = [word.casefold() for word in _WORD.findall(written)]
    if written[-2:] == wanted[-2:] or {*_words(noun), *_words(nouns)}.intersection(words):
        return False
    as_noun = max((_common(a, b) for a in words for b in _words(noun)), default=0)
    return any(
        _common(a, b) >= max(as_noun, min(_LETTERS, len(a)), _SHARE * len(a))
        for a in words
        for b in _words(" ".join(verbs))
    )


def _words(text: str) -> list[str]:
    return [word.casefold() for word in _WORD.findall(text)]


def _common(one: str, two: str) -> int:
    """Return with how many letters both words begin."""
    return next(
        (n for n, (a, b) in enumerate(zip(one, two, strict=False)) if a != b),
        min(len(one), len(two)),
    )
