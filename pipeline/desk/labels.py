"""The short words of feeds and entries in their readers' language: titles and categories.

In go feeds and entries, and what translates plain texts; out come the same with those words. What
cannot be translated keeps the words it has: a feed is never held up by a label.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace

from pipeline.article import Entry, FeedSpec

Translate = Callable[[Sequence[str], str, str], list[str]]
"""(texts, source language, target language) → the texts, translated where that is possible."""


def as_it_is(texts: Sequence[str], _source: str, _target: str) -> list[str]:
    """Translates nothing."""
    return list(texts)


def named(feed: FeedSpec, translate: Translate) -> FeedSpec:
    """The feed with a title and a description for each of its languages.

    What the settings say goes first. Their one title is taken to be in the feed's first language.
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
    """The entries with labels for their categories, all of one pair of languages at once."""
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
