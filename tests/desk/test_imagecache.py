"""The image cache: real passes over pages with images, which a site on loopback has."""

import re
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from pathlib import Path
from threading import Event

import feedparser
import pytest
from starlette.testclient import TestClient

from pipeline.cli.context import open_store
from pipeline.cli.daemon import Site
from pipeline.config import load
from pipeline.desk import Desk, prune
from pipeline.desk.imagecache import ImageCache, media_type, shown_articles
from pipeline.errors import SettingsError
from pipeline.syndicate.images import address, key_of
from tests.waiting import LONG, until

HOST = "https://wire.example.org/wire"
PNG = b"\x89PNG\r\n\x1a\n" + b"\0" * 2000
JPEG = b"\xff\xd8\xff\xe0" + b"\1" * 2000
WEBP = b"RIFF\x10\0\0\0WEBPVP8 " + b"\2" * 2000
TOKEN, OTHER = "ana-0123456789abcdef", "ben-0123456789abcdef"
PAGE = """<html lang="en"><head><title>{title}</title>
<link rel="canonical" href="https://news.example.org/{slug}">
<meta property="article:published_time" content="2026-02-{day:02}T09:00:00Z"></head><body><article>
<h1>{title}</h1><p>The council met on Tuesday and agreed to repair the old bridge before winter, as
everybody had hoped for years, and the mayor said so in the market square after the meeting.</p>
{images}<p>The work will begin in March and take about six months, if the weather allows it, and
until then everybody walks over the wooden bridge near the mill on the other side.</p></article>
</body></html>"""


def write(folder: Path, day: int, *images: str, source: str = "town") -> None:
    """A page of a day of February with images."""
    (folder / source).mkdir(exist_ok=True)
    shown = "".join(f'<figure><img src="{one}" alt="A bridge"></figure>' for one in images)
    slug = f"{source}-{day}"
    text = PAGE.format(title=f"The bridge of {slug}", slug=slug, day=day, images=shown)
    (folder / source / f"{slug}.html").write_text(text, "utf-8")


@pytest.fixture
def settings(tmp_path, write_settings):
    """Writes the settings: with the cache, unless `cache` is "false"."""

    def written(cache="true", limit=50, more="", link="original", **images: int) -> Path:
        (tmp_path / "town").mkdir(exist_ok=True)
        bounds = "".join(f"{key} = {value}\n" for key, value in images.items())
        return write_settings(
            f"[images]\ncache = {cache}\n{bounds}"
            '[[sources]]\nid = "town"\nkind = "folder"\npath = "town"\n'
            f'[[feeds]]\nid = "news"\ntitle = "News"\nlanguages = ["en"]\nlimit = {limit}\n'
            f'sources = ["town"]\nlink = "{link}"\n{more}',
            f'base_url = "{HOST}"\n',
        )

    return written


def images_in(path: Path) -> list[str]:
    """The addresses of the images in a feed or page."""
    text = path.read_text("utf-8").replace("&quot;", '"')
    return re.findall(r'<img[^>]*\ssrc="([^"]+)"', text.replace("&lt;", "<").replace("&gt;", ">"))


def run(path: Path, store) -> list[str]:
    report = Desk(load(path), store).run()
    assert report.exit_code == 0, report.failures
    return report.written


def test_feeds_and_pages_show_images_of_the_cache_which_asks_once(settings, site, tmp_path):
    urls = [
        site.page("/a.png", PNG, ctype="image/png"),
        site.page("/b/photo.JPG", JPEG, ctype="application/octet-stream"),
        site.page("/c", WEBP, ctype="image/svg+xml"),  # its bytes say what it is
    ]
    write(tmp_path, 1, *urls, f"{urls[0]}?w=1&h=2")
    site.routes["/a.png"] = lambda handler: handler.reply(PNG, ctype="image/png")
    path = settings(link="page")
    with open_store(load(path)) as store, Site(store, load(path)) as served:
        run(path, store)
        [entry] = feedparser.parse((tmp_path / "output/news/en.atom").read_bytes()).entries
        shown = re.findall(r'src="([^"]+)"', entry.content[0].value)
        assert shown[:3] == [address(HOST, one) for one in urls]
        assert shown[1].endswith(".jpg") and "." not in shown[2].rpartition("/")[2]
        [page] = (tmp_path / "output" / "article").rglob("index.html")
        client = TestClient(served)
        client_page = client.get("/wire/article/" + page.parts[-3] + "/en").text
        for one in shown:
            assert one in page.read_text("utf-8") and one in client_page
        assert all(one.startswith(HOST) for one in images_in(page) if "icon" not in one)
        assert site.log == []  # nobody has looked yet
        for url, content, kind in zip(
            urls, (PNG, JPEG, WEBP), ("png", "jpeg", "webp"), strict=True
        ):
            for _ in range(2):
                answer = client.get(address("/wire", url))
                assert (answer.status_code, answer.content) == (200, content)
                assert answer.headers["content-type"] == f"image/{kind}"
            assert "immutable" in answer.headers["cache-control"]
            assert "sandbox" in answer.headers["content-security-policy"]
            assert answer.headers["x-content-type-options"] == "nosniff"
            tag = {"if-none-match": answer.headers["etag"]}
            assert client.get(address("/wire", url), headers=tag).status_code == 304
        assert sorted(one for one, _ in site.log) == ["/a.png", "/b/photo.JPG", "/c"]
        assert all("referer" not in {key.lower() for key in one} for _, one in site.log)
        assert run(path, store) == []  # nothing has changed


@pytest.mark.parametrize("cache", ["false", "true"])
def test_images_stay_where_they_are_unless_the_cache_is_on(settings, site, tmp_path, cache):
    url = site.page("/a.png", PNG)
    write(tmp_path, 1, url)
    path = settings(cache=cache)
    with open_store(load(path)) as store, Site(store, load(path)) as served:
        run(path, store)
        text = (tmp_path / "output/news/en.rss").read_text("utf-8")
        assert (url in text) == (cache == "false")
        status = TestClient(served).get(address("/wire", url)).status_code
        assert status == (404 if cache == "false" else 200)
        assert run(path, store) == []


def test_the_cache_needs_a_public_address(settings):
    path = settings()
    path.write_text(path.read_text().replace(f'base_url = "{HOST}"', ""))
    with pytest.raises(SettingsError, match=r"images.cache: needs the public address"):
        load(path)


SVG = b'<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>'


@pytest.mark.parametrize(
    "answer",
    [
        {"body": SVG, "ctype": "image/svg+xml"},
        {"body": b"\n" + SVG, "ctype": "image/png"},
        {"body": b"<html><script>alert(1)</script>", "ctype": "image/png"},
        {"body": b"GIF8 is a format", "ctype": "image/gif"},
        {"body": PNG, "status": 404},
        {"body": PNG * 3000, "ctype": "image/png"},  # six megabytes
        {"body": b"", "status": 302, "location": "http://[::1]:9/x.png"},
        {"body": b"", "status": 302, "location": "file:///etc/passwd"},
    ],
)
def test_what_is_no_image_is_not_given_and_not_asked_for_again_soon(
    settings, site, tmp_path, answer
):
    url = site.page("/a.png", **answer)
    write(tmp_path, 1, url)
    path = settings()
    now = [datetime.now(UTC)]
    with open_store(load(path)) as store:
        run(path, store)
        cache = ImageCache(load(path), store, clock=lambda: now[0])
        assert cache.find(key_of(url)) is None and cache.find(key_of(url)) is None
        assert len(site.asked("/a.png")) == 1
        assert not [*(tmp_path / "state" / "images").glob("*/*")]
        site.page("/a.png", PNG)
        now[0] += timedelta(hours=2)
        found = cache.find(key_of(url))
        assert found is not None and found.content == PNG


def test_private_addresses_and_unknown_images_are_not_asked_for(settings, site, tmp_path):
    secret = site.page("/admin.png", PNG)
    write(tmp_path, 1, secret)
    path = settings()
    strict = load(path)
    path.write_text(path.read_text().replace('"127.0.0.1"', '"127.0.0.1:1"'))
    strict = load(path)
    with open_store(strict) as store, Site(store, strict) as served:
        run(path, store)
        client = TestClient(served)
        assert client.get(address("/wire", secret)).status_code == 404
        for name in (
            key_of("https://elsewhere.example/x.png"), "x", "0" * 40, secret, key_of(secret)[:39],
            f"{key_of(secret)}/x", "..%2f..%2fbabelwire.toml", key_of(secret).upper(),
        ):  # fmt: skip
            assert client.get(f"/wire/images/{name}").status_code == 404
        assert site.log == []


@pytest.mark.parametrize("kind", ["", 'content = "titles"\n', "originals = true\n"])
def test_no_more_is_kept_than_the_settings_say_and_what_feeds_show_stays(
    settings, site, tmp_path, kind
):
    for day in range(1, 9):
        write(tmp_path, day, site.page(f"/{day}.png", PNG + bytes([day])))
    path = settings(limit=3, max_images=5, more=kind)
    with open_store(load(path)) as store:
        run(path, store)  # the feed shows the days 6, 7 and 8
        for day in range(1, 6):  # once shown by the feed, as far as the cache knows
            [item] = [one for one in store.catalogue.newest(0) if one.url.endswith(f"-{day}")]
            url = site.url(f"/{day}.png")
            store.images.announce(item.article, {key_of(url): url})
        cache = ImageCache(load(path), store)
        for day in (8, 7, 6, 1, 2, 3, 4, 5):
            found = cache.find(key_of(site.url(f"/{day}.png")))
            assert found is not None and found.content[-1] == day
            assert store.images.usage().images <= 5
        kept = {key for key, _ in store.images.oldest()}
        files = {one.name for one in (tmp_path / "state" / "images").glob("*/*")}
        assert files == kept and len(kept) <= 5
        assert {key_of(site.url(f"/{day}.png")) for day in (6, 7, 8)} <= kept
        asked = len(site.log)
        again = cache.find(key_of(site.url("/1.png")))  # deleted, fetched again
        assert again is not None and len(site.log) == asked + 1


def test_images_of_a_feed_with_titles_only_stay_like_those_of_others(settings, site, tmp_path):
    write(tmp_path, 1, site.page("/1.png", PNG))
    path = settings(more='content = "titles"')
    with open_store(load(path)) as store:
        run(path, store)
        [listed] = store.catalogue.newest(0)
        assert shown_articles(load(path), store) == {listed.article}


def test_bytes_are_bounded_too_and_an_image_without_room_is_given_all_the_same(
    settings, site, tmp_path
):
    large = PNG + b"\0" * 300_000
    urls = [site.page(f"/{one}.png", large + bytes([one])) for one in range(5)]
    write(tmp_path, 1, *urls)
    path = settings(max_bytes=1_000_000)
    with open_store(load(path)) as store:
        run(path, store)
        cache = ImageCache(load(path), store)
        for one, url in enumerate(urls):
            found = cache.find(key_of(url))
            assert found is not None and found.content[-1] == one
        assert store.images.usage().images == 3  # the feed shows all: the first ones stay


def test_pruning_deletes_what_no_stored_article_shows(settings, site, tmp_path):
    urls = [site.page(f"/{day}.png", PNG + bytes([day])) for day in (1, 2)]
    for day, url in zip((1, 2), urls, strict=True):
        write(tmp_path, day, url)
    path = settings()
    with open_store(load(path)) as store:
        run(path, store)
        cache = ImageCache(load(path), store)
        for url in urls:
            assert cache.find(key_of(url))
        folder = tmp_path / "state" / "images"
        (folder / "ab").mkdir(exist_ok=True)
        (folder / "ab" / ("ab" * 20)).write_bytes(PNG)  # of a crash between file and table
        now = datetime.now(UTC)
        assert prune(load(path), store, now, trial=True).images == 1
        assert prune(load(path), store, now).images == 1
        with store.database.write() as connection:
            connection.exec_driver_sql("DELETE FROM articles WHERE url LIKE '%-1'")
        assert prune(load(path), store, now).images == 1
        assert [one.name for one in folder.glob("*/*")] == [key_of(urls[1])]
        assert cache.find(key_of(urls[0])) is None
        path = settings(cache="false")
        assert prune(load(path), store, now, trial=True).images == 1
        assert prune(load(path), store, now).images == 1
        assert not folder.exists() or not [*folder.glob("*/*")]
        assert store.images.usage().images == 0


def test_many_readers_of_one_image_ask_its_host_once(settings, site, tmp_path):
    go = Event()

    def slow(handler):
        go.wait(LONG)
        handler.reply(PNG)

    site.routes["/a.png"] = slow
    url = site.url("/a.png")
    write(tmp_path, 1, url)
    path = settings()
    with open_store(load(path)) as store:
        run(path, store)
        cache = ImageCache(load(path), store)
        with ThreadPoolExecutor(6) as pool:
            asked = [pool.submit(cache.find, key_of(url)) for _ in range(6)]
            until(lambda: site.asked("/a.png"))
            go.set()
            found = [one.result(LONG) for one in asked]
        assert {one.content for one in found if one} == {PNG} and None not in found
        assert len(site.asked("/a.png")) == 1


def test_below_a_token_images_are_there_too_and_only_for_its_feeds(settings, site, tmp_path):
    own, other = site.page("/own.png", PNG), site.page("/other.png", JPEG)
    write(tmp_path, 1, own)
    write(tmp_path, 2, other, source="hills")
    path = settings(
        more='[[sources]]\nid = "hills"\nkind = "folder"\npath = "hills"\n'
        '[[feeds]]\nid = "hills"\ntitle = "Hills"\nlanguages = ["en"]\nsources = ["hills"]\n'
        f'[[serve.readers]]\nname = "a"\ntoken = "{TOKEN}"\n'
        f'[[serve.readers]]\nname = "b"\ntoken = "{OTHER}"\nfeeds = ["hills"]\n'
    )
    with open_store(load(path)) as store, Site(store, load(path)) as served:
        run(path, store)
        client = TestClient(served)
        feed = client.get(f"/wire/t/{TOKEN}/news/en.rss").text
        assert address(f"{HOST}/t/{TOKEN}", own) in feed and own not in feed
        for token, url, status in (
            (TOKEN, own, 200), (TOKEN, other, 200), (OTHER, own, 404), (OTHER, other, 200),
        ):  # fmt: skip
            assert client.get(address(f"/wire/t/{token}", url)).status_code == status
        assert client.get(address("/wire", own)).status_code == 404


@pytest.mark.parametrize(
    ("content", "kind"),
    [
        (PNG, "image/png"),
        (JPEG, "image/jpeg"),
        (WEBP, "image/webp"),
        (b"GIF89a...", "image/gif"),
        (b"\0\0\0\x1cftypavif....", "image/avif"),
        (b"\0\0\0\x1cftypmp42....", ""),
        (b"RIFF\n\0\0\0WAVEfmt ", ""),
        (b" GIF89a", ""),
        (b"", ""),
        (b"%PDF-1.7", ""),
    ],
)
def test_an_image_is_told_by_how_its_file_begins(content, kind):
    assert media_type(content) == kind
