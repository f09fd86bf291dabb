"""A backend of values, which the pages and the answers for programs are tested over."""

from dataclasses import replace
from datetime import UTC, datetime

from lxml import html

from pipeline.article import Article
from pipeline.desk import previews
from pipeline.desk.cataloguing import record
from pipeline.desk.waiting import REMEDY, Waiting
from pipeline.errors import BabelwireError, StoreError
from pipeline.store import Item
from pipeline.syndicate.pages import ArticleView, Channel, Headline
from pipeline.web.backend import Pass, Problem, SourceHealth, SourceView, Status, Visit

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
PROBLEM = Problem(
    source="wire",
    stage="fetch",
    reason="it broke <b>",
    things=("https://x/1", "https://x/2"),
    count=7,
    remedies=("mend it",),
)
STATUS = Status(
    sources=(
        SourceHealth(
            id="wire",
            title="The Wire",
            every=1800,
            last_success=None,
            failures=3,
            error="https://x: no answer <b>",
            pages={"done": 5, "waiting": 2},
            articles=5,
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
            problems=(PROBLEM,),
        ),
    ),
)

VIEW = SourceView(
    health=STATUS.sources[0],
    visits=(
        Visit(
            run="7",
            state="failed",
            started=NOON,
            pages={"announced": 9, "failed": 7},
            notes=("the feed has moved",),
            problems=(PROBLEM,),
        ),
    ),
    notes=("the feed is repaired",),
    due=NOON,
    state="failed",
    items=(
        Item(
            reference=1,
            article=None,
            source="wire",
            state="failed",
            reason="answers 404 <b>",
            title="العبّارة <الليلية>",
            url="https://x/1",
            dated=NOON,
            first_seen=NOON,
        ),
        Item(
            reference=2,
            article="1",
            source="wire",
            state="failed",
            reason="",
            title="",
            url="https://x/2",
            dated=NOON,
            first_seen=NOON,
            languages=("ar", "en"),
        ),
    ),
    more=True,
)
LACKING = [
    Waiting(source="sw", target="pt", articles=3, remedy="babelwire models install sw pt"),
    Waiting(source="", target="pt", articles=1, remedy=REMEDY),
]

ARTICLE = Article(
    url="https://news.example.org/1",
    title="The night ferry",
    html="<p>Text</p>",
    text="Text",
    published=NOON,
    language="en",
)
ENTRIES = [
    record(
        Item(
            reference=number,
            article=f"0000000{number}-0000-5000-8000-000000000000" if number % 2 else None,
            source="wire",
            state="done" if number % 2 else "rejected",
            reason="" if number % 2 else "it holds no article",
            title=f"Story {number}",
            url=f"https://news.example.org/{number}",
            dated=NOON,
            first_seen=NOON,
            languages=("ar", "en") if number % 2 else (),
        ),
        [],
    )
    for number in range(5, 0, -1)
]


class Fake:
    """A backend of values."""

    broken = False

    def __init__(self):
        self.asked = []
        self.queried = []
        self.wanted = []
        self.previewed = previews.as_dict(ARTICLE, None)

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
        return ([HEADLINE], page < 2, 26) if "ferry" in query else ([], False, 0)

    def subscriptions(self, root, language):
        return None

    def languages(self):
        return ["ar", "en"]

    def status(self):
        return STATUS

    def passes(self):
        return STATUS.passes

    def source(self, source, state, page):
        if source != "wire" or state not in ("", "failed", "done"):
            return None
        return replace(VIEW, state=state or "failed", more=page < 2)

    def retry(self, source):
        return 3, self.trigger([source])

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

    def announced(self, query):
        self.queried.append(query)
        shown = [one for one in ENTRIES if not query.before or one["reference"] < query.before]
        return shown[: query.limit], len(shown) > query.limit

    def preview(self, wanted):
        self.wanted.append(wanted)
        if isinstance(self.previewed, Exception):
            raise self.previewed
        return self.previewed


def tree(response):
    return html.fromstring(response.content)
