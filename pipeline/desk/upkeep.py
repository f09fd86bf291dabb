"""Maintenance of the store: delete old data (`prune`), extract stored pages again (`reextract`).

Both return what was done. Neither changes a feed: the next pass does.
"""

from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import datetime, timedelta

from pipeline.config import Settings
from pipeline.desk import decisions, imagecache
from pipeline.desk.guard import guard
from pipeline.desk.keeping import keep
from pipeline.desk.locks import held, sweep
from pipeline.desk.multipage import extract_page, joined
from pipeline.desk.progress import Progress
from pipeline.desk.report import Report, SourceReport
from pipeline.editions import edition_of
from pipeline.errors import BabelwireError, NotAnArticle, StoreError
from pipeline.store import Limits, Pruned, Store


def prune(settings: Settings, store: Store, now: datetime, *, trial: bool = False) -> Pruned:
    """Delete what is older than the settings allow; with `trial`, only count it.

    What removed feeds and killed passes have left is deleted as well, and not counted.
    """
    wanted = settings.document.retention

    def before(seconds: float | None) -> datetime | None:
        return None if seconds is None else now - timedelta(seconds=seconds)

    limits = Limits(
        pages=before(wanted.pages),
        articles=before(wanted.articles),
        memory=before(wanted.memory),
        segments=wanted.memory_segments,
        shown=max((feed.limit for feed in settings.feeds), default=0),
        languages=sorted(decisions.wanted(settings.feeds, ())),
    )
    if not trial:
        sweep(settings.state_dir)
        store.verdicts.forget_others(
            {(feed.id, edition_of(feed, one)) for feed in settings.feeds for one in feed.languages}
        )
    pruned = store.retention.prune(limits, list(settings.sources), trial=trial)
    return replace(pruned, images=imagecache.prune(settings, store, trial=trial))


def reextract(
    settings: Settings,
    store: Store,
    only: Sequence[str],
    progress: Progress,
    clock: Callable[[], datetime],
) -> Report:
    """Extract the stored pages of the sources `only` again, without fetching; ids stay the same.

    What is known about fetching stays as well: which pages failed or are gone, and when they are
    fetched again.

    If a page holds no article any more, the old one is kept and the page is in the report.
    """
    report = Report(started=clock())
    for name in only:
        source = settings.sources[name]
        tally = report.sources.setdefault(name, SourceReport())
        progress.begin(f"Extracting {name}", 0, "pages")
        with (
            report.phase("extract"),
            held(settings.state_dir, f"source-{name}", progress),
            report.timed("extract"),
        ):
            for known, page in store.articles.pages(name):
                try:
                    with guard(page.url, "the page"):
                        article = extract_page(page, source)
                        if article.next_page and source.join_pages > 1:
                            tally.unchanged += 1  # only its first page is stored
                            continue
                        article = joined(article, source, lambda _: None)
                        kept = keep(article, page, known, source, store, clock(), fetched=False)
                        tally.count(kept.change)
                except StoreError:
                    raise
                except NotAnArticle as error:
                    tally.rejected += 1
                    report.fail("extract", error, source=name)
                except BabelwireError as error:
                    tally.failed += 1
                    report.fail("extract", error, source=name)
                progress.advance()
        progress.end()
    return report
