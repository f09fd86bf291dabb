"""Marks the translations that a changed glossary affects as due again.

Takes the store and the glossaries; returns how many articles contain a term that was added, removed
or changed. Only these are translated again, and of them only the segments with such terms.
"""

import html
import logging
import re
from collections.abc import Mapping, Sequence

from pipeline.editions import language_of
from pipeline.options import Term
from pipeline.store import Store
from pipeline.translate.glossary import Glossary, fitting

log = logging.getLogger(__name__)
_TAG = re.compile(r"<[^<>]*>")
_ATTRIBUTE = re.compile(r"""\b(?:alt|title)="([^"]*)\"""")


def refresh(store: Store, language: str, glossaries: Mapping[str, Sequence[Term]]) -> int:
    """Mark translations into a language as due that its changed glossary affects; their number.

    `language` is the edition of the translations.
    """
    terms = glossaries.get(fitting(glossaries.keys(), language_of(language)), ())
    before = store.glossaries.terms(language)
    old, new = ({one.model_dump_json(): one for one in each} for each in (before, terms))
    changed = [(old | new)[key] for key in old.keys() ^ new.keys()]
    if not changed:
        return 0
    glossary = Glossary(changed)
    touched = [
        article
        for article, source, texts in store.glossaries.texts(language)
        if any(glossary.find(text, source) for text in _plain(texts))
    ]
    store.glossaries.keep(language, terms, touched)
    log.info(
        "the glossary has changed: %d articles contain changed terms",
        len(touched),
        extra={"language": language},
    )
    return len(touched)


def _plain(texts: tuple[str, str, str, str]) -> list[str]:
    """An article's texts as segments contain them: white space collapsed, no tags."""
    title, summary, text, markup = texts
    inner = html.unescape(_TAG.sub("", markup))
    attributes = " \n".join(html.unescape(one) for one in _ATTRIBUTE.findall(markup))
    return [" ".join(one.split()) for one in (title, summary, text, inner, attributes)]
