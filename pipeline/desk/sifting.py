"""Applies keyword rules: those of a source to its entries, those of a feed to what it shows.

`due` returns the entries of a source to fetch, `reason` why the article of one is left out after
all. `Sieve` judges the articles of a feed when it is published, each once: changed rules need no
page again. Rules that take too long go into the report.
"""

import hashlib
import re
from collections.abc import Callable, Sequence
from datetime import datetime
from html import unescape

from pipeline.article import Article, FeedSpec, Reference, Source
from pipeline.desk.report import Report, SourceReport, Stage
from pipeline.editions import edition_of
from pipeline.errors import BabelwireError
from pipeline.keywords import Facts, Rules
from pipeline.store import RULES_SUFFIX, Asked, Known, Published, Store
from pipeline.syndicate import path

# The most articles that are judged at a time, when the newest ones are not enough to fill a feed.
_WINDOW = 1000
_TAG = re.compile(r"<[^<>]{0,2000}>")


def due(
    store: Store, source: Source, rules: Rules, limit: int, now: datetime, tally: SourceReport
) -> list[Known]:
    """At most `limit` (0: all) references of a source to fetch, which its rules do not drop.

    Those that other rules have dropped are judged again. Dropped ones are counted in `tally`.
    """
    store.references.undrop(source.id, rules.reasons())
    while True:
        found = store.references.due(source.id, now, limit)
        dropped = {
            known.id: reason
            for known in found
            if rules
            and known.article is None
            and (reason := rules.verdict(_facts_of_entry(known.reference)))
        }
        if not dropped:
            return found
        store.references.dropped(dropped, now)
        tally.dropped += len(dropped)


def reason(rules: Rules, article: Article, known: Known) -> str:
    """Why the rules of a source leave out a new article; "" if they do not, or it is not new."""
    if not rules or known.article is not None:
        return ""
    entry = _facts_of_entry(known.reference)
    return rules.verdict(_facts_of_article(article, entry))


def tell_slow(rules: Rules, report: Report, stage: Stage, thing: str, source: str = "") -> None:
    """Report the rules that took too long, which have matched nothing since."""
    for rule in rules.slow:
        reason = f'the rule "{rule}" takes too long for a text: it is taken to match nothing'
        error = BabelwireError(thing, reason, "write the pattern simpler, or write words")
        report.fail(stage, error, source=source)


def _facts_of_entry(reference: Reference) -> Facts:
    """What is known of an entry before its page is read."""
    return Facts(
        titles=[reference.title] if reference.title else [],
        texts=[_text(reference.html)] if reference.html else [],
        authors=[*reference.facts.authors],
        categories=[*reference.facts.categories],
        whole=False,
    )


def _facts_of_article(article: Article, entry: Facts) -> Facts:
    return Facts(
        titles=[article.title, *entry.titles],
        texts=[article.text],
        authors=[*article.authors, *entry.authors],
        categories=[*article.keywords, *filter(None, [article.section]), *entry.categories],
    )


def _facts_of(one: Published) -> Facts:
    """What is known of an article in a language: in its own words, and in those of the language."""
    own = _facts_of_article(one.article, Facts())
    if not one.translation.by_machine:
        return own
    return Facts(
        titles=[*own.titles, one.translation.title],
        texts=[*own.texts, _text(one.translation.html)],
        authors=own.authors,
        categories=own.categories,
    )


def _text(html: str) -> str:
    return unescape(_TAG.sub(" ", html))


class Sieve:
    """The rules of a feed in one language. Without rules it lets everything pass."""

    def __init__(
        self, feed: FeedSpec, language: str, store: Store, clock: Callable[[], datetime]
    ) -> None:
        self._feed = feed
        self._language = language
        self._edition = edition_of(feed, language)
        self._store = store
        self.rules = Rules(feed.keep, feed.drop)
        self._renew(clock)

    def _renew(self, clock: Callable[[], datetime]) -> None:
        """Forget all verdicts if the rules are others than those they were made by."""
        mark = path(self._feed, self._language, RULES_SUFFIX.strip("."))
        known = self._store.publications.fingerprint(mark)
        made_by = hashlib.sha256(repr((self._feed.keep, self._feed.drop)).encode()).hexdigest()
        if known == made_by or (known is None and not self.rules):
            return
        self._store.verdicts.forget(self._feed.id, self._edition)
        if self.rules:
            self._store.publications.wrote(mark, made_by, clock())
        else:
            self._store.publications.forget(mark)

    def newest(self) -> list[Published]:
        """The newest articles that the feed shows."""
        feed, limit = self._feed, self._feed.limit
        while True:
            asked = Asked.of(feed, self._language)
            [found] = self._store.translations.listed([asked], limit)
            if not self.left_out([one.id for one in found], found):
                return found[: feed.limit]
            # The query leaves out those that were judged; of the others, more at a time are judged.
            limit = max(feed.limit, min(limit * 2, _WINDOW))

    def left_out(self, ids: Sequence[str], loaded: Sequence[Published] | None = None) -> set[str]:
        """Which of these articles the rules leave out; `loaded` are the articles, if they are."""
        if not self.rules:
            return set()
        key = self._feed.id, self._edition
        reasons = self._store.verdicts.known(*key, ids)
        unknown = [one for one in ids if one not in reasons]
        if unknown:
            if loaded is None:
                loaded = self._store.translations.published(self._edition, unknown)
            judged = {
                one.id: self.rules.verdict(_facts_of(one))
                for one in loaded
                if one.id not in reasons
            }
            self._store.verdicts.keep(*key, judged)
            reasons |= judged
        return {article for article, reason in reasons.items() if reason}
