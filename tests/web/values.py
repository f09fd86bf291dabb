"""A backend of values, which the pages and the answers for programs are tested over."""

from dataclasses import replace
from datetime import UTC, datetime

from lxml import html

from pipeline.desk.waiting import REMEDY, Waiting
from pipeline.errors import BabelwireError, StoreError
from pipeline.syndicate.pages import ArticleView
from pipeline.web.backend import Channel, Headline, Pass, SourceHealth, Status

NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)
HEADLINE = Headline(
    article="1",
    language="ar",
    title="العبّارة <الليلية>",
    snippet="نص",
    published=NOON,
    source="Wire & Co",
)
CHANNEL = Channel(
    feed="world",
    language="ar",
    title="العالم",
    description="أخبار",
    formats=("rss", "atom", "json"),
    languages=("ar", "en"),
    total=12,
    latest=(HEADLINE,),
)
STORY = ArticleView(
    article="1",
    language="ar",
    languages=("ar", "en"),
    title="العبّارة <الليلية>",
    summary="ملخص",
    html="<p>نص</p>",
    url="https://news.example.org/1",
    published=NOON,
    updated=NOON,
    source="Wire & Co",
    note="ترجمة آلية",
    by_machine=True,
    original_language="en",
    original_title="The night ferry",
    original_html="<p>Text</p>",
    pairs=(("<p>نص</p>", "<p>Text</p>"),),
)
STATUS = Status(
    sources=(
        SourceHealth(
            id="wire",
            title="The Wire",
            every=1800,
            last_run=NOON,
            last_success=None,
            failures=3,
            error="https://x: no answer <b>",
            pages={"done": 5, "waiting": 2},
        ),
    ),
    articles=5,
    languages={"ar": 5, "en": 4},
    per_day={"2026-02-28": {"ar": 3, "en": 1}, "2026-03-01": {"ar": 2}},
    passes=(
        Pass(
            id="7",
            state="failed",
            sources=("wire",),
            started=NOON,
            finished=NOON,
            seconds={"fetch": 1.5},
            words=10,
            failures=("it broke",),
        ),
    ),
)

LACKING = [
    Waiting(source="sw", target="pt", articles=3, remedy="babelwire models install sw pt"),
    Waiting(source="", target="pt", articles=1, remedy=REMEDY),
]


class Fake:
    """A backend of values."""

    broken = False

    def __init__(self):
        self.asked = []

    def feeds(self):
        return [CHANNEL, replace(CHANNEL, language="en", title="The world", latest=())]

    def entries(self, feed, language, before=""):
        if (feed, language) != ("world", "ar") or before not in ("", "a key & more"):
            return None
        return CHANNEL, "" if before else "a key & more"

    def article(self, article, language):
        if self.broken:
            raise StoreError("/srv/secret.sqlite", "is damaged")
        return {("1", "ar"): STORY}.get((article, language))

    def search(self, query, language, page):
        return ([HEADLINE], page < 2, 0) if "ferry" in query else ([], False, 0)

    def subscriptions(self, root, language):
        return None

    def languages(self):
        return ["ar", "en"]

    def status(self):
        return STATUS

    def lacking(self):
        return LACKING

    def ready(self):
        return not self.broken

    def trigger(self, sources):
        if set(sources) - {"wire", ""}:
            raise BabelwireError("x", "there is no such source")
        self.asked.append(list(sources))
        return Pass(id="t1", state="waiting")

    def run(self, run):
        return Pass(id=run, state="running") if run == "t1" else None


def tree(response):
    return html.fromstring(response.content)
