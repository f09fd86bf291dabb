"""A site to look at: three feeds in thirteen languages, a source that fails, pages that wait.

Takes a folder; returns settings, a filled store and the published files, for the tests in a browser
and for pictures. Texts of all scripts, both directions, long words, HTML characters in titles.
"""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

from pipeline.article import Article, Page, Reference, Translation, Validators
from pipeline.config import Settings, load
from pipeline.desk import Report
from pipeline.desk.press import Press
from pipeline.desk.report import SourceReport
from pipeline.errors import BabelwireError
from pipeline.store import Store
from pipeline.store.sources import SourceState

NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)
STORIES = {
    "en": ("Ferries & trains: the night line returns", "Harbour office moves", "Rain, at last"),
    "pt": ("Balsas e comboios: a linha noturna regressa", "Capitania muda-se", "Chuva, enfim"),
    "de": (
        "Fähren & Züge: Die Nachtlinie kehrt zurück",
        "Hafenverwaltungsgebäudeumzugsplan beschlossen",
        "Endlich Regen",
    ),
    "es": ("Vuelve la línea nocturna de trenes y barcos", "Se muda la capitanía", "Por fin llueve"),
    "fr": ("Ferrys et trains : la ligne de nuit revient", "La capitainerie déménage", "La pluie"),
    "ar": ("العبّارات والقطارات: عودة الخط الليلي", "مكتب الميناء ينتقل", "المطر أخيرًا"),
    "he": ("מעבורות ורכבות: קו הלילה חוזר", "משרד הנמל עובר", "סוף סוף גשם"),
    "zh": ("渡轮与火车：夜班线路恢复", "港务局搬迁", "终于下雨了"),
    "ja": ("フェリーと列車：夜行便が復活", "港湾事務所が移転", "ようやく雨"),
    "ru": ("Паромы и поезда: ночная линия возвращается", "Портовая служба переезжает", "Дождь"),
    "uk": ("Пороми й поїзди: нічна лінія повертається", "Портова служба переїздить", "Дощ"),
    "hi": ("नौकाएँ और रेलगाड़ियाँ: रात की सेवा लौटी", "बंदरगाह कार्यालय का स्थानांतरण", "आख़िर बारिश"),
    "fa": ("کشتی و قطار: خط شبانه بازمی‌گردد", "دفتر بندر جابه‌جا می‌شود", "سرانجام باران"),
}
SETTINGS = """
languages = {languages}
base_url = "{root}"
[translate]
packages_dir = "packages"
[serve]
token = "a-token-for-the-tests"
[[sources]]
id = "harbour"
title = "Harbour Gazette"
kind = "feed"
url = "https://harbour.example.org/feed.xml"
every = "30m"
[[sources]]
id = "mina"
title = "صحيفة الميناء"
kind = "feed"
url = "https://mina.example.org/rss"
cron = "0 6 * * *"
[[sources]]
id = "broken"
title = "The Daily Fault"
kind = "feed"
url = "https://fault.example.org/atom"
[[sources]]
id = "new"
title = "Not yet"
kind = "feed"
url = "https://new.example.org/atom"
[[feeds]]
id = "news"
title = "News & views"
titles = {{ pt = "Notícias", ar = "أخبار", he = "חדשות" }}
description = "What the harbour has to say."
link = "page"
[[feeds]]
id = "mina"
title = "الميناء"
sources = ["mina"]
languages = ["ar", "he", "en"]
link = "page"
[[feeds]]
id = "summary"
title = "In short"
sources = ["harbour"]
content = "summary"
languages = ["de", "en"]
[[feeds]]
id = "empty"
title = "Nothing yet"
sources = ["new"]
languages = ["en"]
"""
HTML = (
    "<p>{title}. <a href='https://example.org/{n}'>{title}</a> – 1 & 2.</p>"
    "<h2>{title}</h2><ul><li>{title}</li></ul>"
    "<figure><img src='{root}/assets/icon.svg' alt=''><figcaption>{title}</figcaption></figure>"
    "<table><thead><tr><th>{title}</th><th>Nr</th></tr></thead>"
    "<tbody><tr><td>{title}</td><td>12</td></tr></tbody></table>"
    "<blockquote><p>{title}</p></blockquote><pre><code>x = 1  # {n}</code></pre>"
)


@dataclass(frozen=True, kw_only=True)
class Shown:
    """What the site has: the ids of an English and of an Arabic article."""

    settings: Settings
    english: str
    arabic: str


def build(folder: Path, store: Store, root: str, stories: int = 12) -> Shown:
    """Fill the store, and write the output folder below `folder`, which is served at `root`."""
    file = folder / "babelwire.toml"
    file.write_text(SETTINGS.format(languages=[*STORIES], root=root).replace("'", '"'), "utf-8")
    settings = load(file)
    ids = [_story(store, number, root) for number in range(stories)]
    _visits(store)
    report = Report(started=NOW)
    press = Press(settings, store, report, lambda: NOW)
    press.prepare()
    for feed in settings.feeds:
        for language in feed.languages:
            press.publish(feed, language)
    press.finish()
    assert report.failures == []
    return Shown(settings=settings, english=ids[0], arabic=ids[1])


def _story(store: Store, number: int, root: str) -> str:
    source, original = (("harbour", "en"), ("mina", "ar"))[number % 2]
    url = f"https://{source}.example.org/{number}"
    store.references.announce([Reference(source=source, url=url)], NOW)
    (known,) = store.references.named(source, [url])

    def words(language: str) -> tuple[str, str]:
        title = f"{STORIES[language][number % 3]} ({number + 1})"
        return title, HTML.format(title=title.replace("&", "&amp;"), n=number, root=root)

    title, html = words(original)
    article = Article(
        url=url,
        title=title,
        summary=f"{title}. Tom & Jerry, 1 < 2.",
        html=html,
        text="",
        language=original,
        published=NOW - timedelta(hours=7 * number),
        authors=("Ada Example", "ليلى"),
    )
    page = Page(reference=known.reference, url=url, content=b"", validators=Validators())
    seen = NOW - timedelta(days=number % 5)
    kept = store.articles.keep(known, page, article, url, seen)
    for language in STORIES:
        translated, text = words(language)
        own = language == original
        translation = Translation(
            language=language,
            source_language=original,
            title=translated,
            summary=f"{translated}. Tom & Jerry, 1 < 2.",
            html=text,
            models=() if own else (f"{original}_{language}-1.0",),
        )
        store.translations.keep(kept.id, "d", translation, NOW)
    return kept.id


def _visits(store: Store) -> None:
    for source in ("harbour", "mina"):
        visited = SourceState(last_run=NOW, last_success=NOW)
        store.sources.succeeded(source, visited)
    for _ in range(3):
        store.sources.failed("broken", "https://fault.example.org/atom: answers 503", NOW)
    states = ("waiting", "waiting", "failed", "failed", "rejected", "rejected")
    urls = [f"https://harbour.example.org/other/{n}" for n in range(len(states))]
    found = [Reference(source="harbour", url=url, title=f"Other & {url[-1]}") for url in urls]
    store.references.announce(found, NOW)
    for known, state in zip(store.references.named("harbour", urls), states, strict=True):
        if state == "failed":
            store.references.failed(known, "answers 404", NOW + timedelta(hours=2))
        elif state == "rejected":
            store.references.rejected(known, Validators(), "is a list of links", NOW)
    for ago in (3, 2, 1):
        started = NOW - timedelta(hours=ago)
        report = Report(started=started, words=1200 * ago)
        report.seconds = {"discover": 1.25, "fetch": 4.5, "translate": 60.0 + ago, "publish": 0.4}
        report.sources = {
            "harbour": SourceReport(announced=8, fetched=6, new=4, failed=2, rejected=2),
            "broken": SourceReport(),
        }
        for number in range(5):
            report.fail(
                "fetch",
                BabelwireError(f"https://harbour.example.org/other/{number}", "answers 404"),
                source="harbour",
            )
        report.fail(
            "discover",
            BabelwireError("broken", "https://fault.example.org/atom answers 503", "wait"),
            source="broken",
            new=False,
        )
        number = store.passes.start(["harbour", "mina", "broken"], started)
        store.passes.finish(number, report.as_dict(), 1, started + timedelta(minutes=3))
