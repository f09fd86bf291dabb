"""Translates the titles and descriptions of feeds, and the categories of entries.

Takes feeds or entries and a function that translates plain texts; returns them with the translated
texts. Texts that cannot be translated stay as they are, so that no label delays a feed.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace

from pipeline.article import Entry, FeedSpec

Translate = Callable[[Sequence[str], str, str], list[str]]
"""(texts, source language, target language) → the texts, translated where that is possible."""


def as_it_is(texts: Sequence[str], _source: str, _target: str) -> list[str]:
    """A `Translate` that returns the texts unchanged."""
    return list(texts)


def named(feed: FeedSpec, translate: Translate) -> FeedSpec:
    """The feed with a title and a description in each of its languages.

    Texts from the settings are kept. `title` and `description` are assumed to be in the feed's
    first language, and translated into the languages that have none.
    """
    titles, descriptions = dict(feed.titles), dict(feed.descriptions)
    for language in feed.languages[1:]:
        wanted = [
            (words, text)
            for words, text in ((titles, feed.title), (descriptions, feed.description))
            if text and not words.get(language)
        ]
        if wanted:
            found = translate([text for _, text in wanted], feed.languages[0], language)
            for (words, _), text in zip(wanted, found, strict=True):
                words[language] = text
    return replace(feed, titles=titles, descriptions=descriptions)


def labelled(entries: Iterable[Entry], translate: Translate) -> list[Entry]:
    """The entries with translated categories as `labels`: one call for each pair of languages."""
    listed = list(entries)
    terms: dict[tuple[str, str], dict[str, None]] = {}
    for entry in listed:
        if entry.by_machine:
            pair = entry.original_language, entry.language
            terms.setdefault(pair, {}).update(dict.fromkeys(entry.categories))
    known = {
        pair: dict(zip(found, translate(list(found), *pair), strict=True))
        for pair, found in terms.items()
        if found
    }
    return [
        replace(
            entry,
            labels=tuple(
                known[entry.original_language, entry.language][term] for term in entry.categories
            ),
        )
        if entry.by_machine and entry.categories
        else entry
        for entry in listed
    ]
