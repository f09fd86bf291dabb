"""Images, players and embeds: what a feed reader can show of them.

In: a media node of the outline. Out: the address of its best image, or a link and its title; "" for
none. Never raises. Placeholders, tracking pixels, data URLs and embeds without a page give "".
"""

import re
from urllib.parse import parse_qs, urlsplit

from pipeline.extract.page import urls
from pipeline.extract.page.node import Node
from pipeline.extract.page.pictures import LAZY, LAZY_SETS, is_placeholder

_CANDIDATE = re.compile(r"\s*(\S+?)(?:,(?=\s|$)|\s+([^,]*?)\s*(?:,|$)|$)")
_WIDEST = 2400  # pixels: wider images are originals for print


def best_image(node: Node, base: str) -> str:
    """Return the address of the best image of an img, amp-img or picture, "" for none.

    In this order: the widest candidate up to 2400 pixels of `srcset` and its lazy-loading variants;
    the lazy-loading attributes; `src`.
    """
    if _is_pixel(node):
        return ""
    nodes = [node, *(child for child in node.inlines() if child.name in ("img", "source"))]
    candidates: list[tuple[float, str]] = []
    for item in nodes:
        for name in LAZY_SETS:
            candidates += _srcset(item.get(name), base)
    if candidates:
        fitting = [pair for pair in candidates if pair[0] <= _WIDEST] or [min(candidates)]
        return max(fitting, key=lambda pair: pair[0])[1]
    for item in nodes:
        for name in (*LAZY, "src"):
            address = urls.image(item.get(name), base)
            if address and not is_placeholder(address):
                return address
    return ""


def link_of(node: Node, base: str) -> tuple[str, str]:
    """Return the address and title of a player or embed, ("", "") where there is none to link."""
    source = node.get("src") or node.get("data-src") or node.get("data")
    if not source:
        source = next((child.get("src") for child in node.inlines() if child.get("src")), "")
    address = urls.image(source, base)
    if not address:
        return "", ""
    parts = urlsplit(address)
    host = parts.hostname or ""
    if re.search(r"(^|\.)youtube(-nocookie)?\.com$", host):
        found = re.match(r"/embed/([\w-]{6,})", parts.path)
        if not found or found.group(1) == "videoseries":
            return "", ""
        address = f"https://www.youtube.com/watch?v={found.group(1)}"
    elif host == "player.vimeo.com":
        address = re.sub(
            r"^https?://player\.vimeo\.com/video/(\d+).*", r"https://vimeo.com/\1", address
        )
    elif host == "platform.twitter.com":
        number = parse_qs(parts.query).get("id", [""])[0]
        address = f"https://twitter.com/i/status/{number}" if number.isdigit() else ""
    elif node.name in ("iframe", "embed", "object") and not _PLAYERS.search(host):
        return "", ""
    title = " ".join((node.get("title") or node.get("aria-label")).split())[:200]
    return address, title if title and not _ADDRESS.fullmatch(title) else _label(node.name, host)


def _label(element: str, host: str) -> str:
    """Return what a link to a player or embed says where the page says nothing of it."""
    for suffix, name in _SERVICES.items():
        if host == suffix or host.endswith(f".{suffix}"):
            return name
    return "Audio" if element == "audio" else "Video" if element == "video" else "Embed"


_ADDRESS = re.compile(r"(https?://)?[\w-]+(\.[\w-]+)+(/\S*)?")
# Names of services, with what they show: words that most languages have.
_SERVICES = {
    "youtube.com": "Video (YouTube)",
    "youtube-nocookie.com": "Video (YouTube)",
    "vimeo.com": "Video (Vimeo)",
    "dailymotion.com": "Video (Dailymotion)",
    "ted.com": "Video (TED)",
    "bilibili.com": "Video (Bilibili)",
    "youku.com": "Video (Youku)",
    "rutube.ru": "Video (Rutube)",
    "streamable.com": "Video (Streamable)",
    "twitch.tv": "Video (Twitch)",
    "soundcloud.com": "Audio (SoundCloud)",
    "spotify.com": "Audio (Spotify)",
    "bandcamp.com": "Audio (Bandcamp)",
    "podigee.io": "Podcast (Podigee)",
    "simplecast.com": "Podcast (Simplecast)",
    "megaphone.fm": "Podcast (Megaphone)",
    "twitter.com": "Post (Twitter)",
    "instagram.com": "Post (Instagram)",
    "facebook.com": "Post (Facebook)",
    "vk.com": "Post (VK)",
    "datawrapper.de": "Chart (Datawrapper)",
    "dwcdn.net": "Chart (Datawrapper)",
    "infogram.com": "Chart (Infogram)",
    "flourish.studio": "Chart (Flourish)",
    "documentcloud.org": "Document (DocumentCloud)",
    "slideshare.net": "Document (SlideShare)",
    "codepen.io": "Code (CodePen)",
    "archive.org": "Internet Archive",
}
_PLAYERS = re.compile(
    r"(^|\.)(dailymotion\.com|soundcloud\.com|spotify\.com|ted\.com|bandcamp\.com|archive\.org"
    r"|datawrapper\.(de|dwcdn\.net)|dwcdn\.net|bilibili\.com|youku\.com|rutube\.ru|vk\.com|streamable\.com"
    r"|twitch\.tv|peertube\.[a-z]+|podigee\.io|simplecast\.com|megaphone\.fm|documentcloud\.org"
    r"|infogram\.com|flourish\.studio|codepen\.io|slideshare\.net|instagram\.com|facebook\.com)$"
)


def _is_pixel(node: Node) -> bool:
    def size(name: str) -> int | None:
        digits = re.match(r"\s*(\d+)", node.get(name))
        return int(digits.group(1)) if digits else None

    return any((value := size(name)) is not None and value <= 3 for name in ("width", "height"))


def _srcset(value: str, base: str) -> list[tuple[float, str]]:
    """Return the candidates of a srcset (HTML §4.8.4.2.1) as pairs of width and address."""
    found: list[tuple[float, str]] = []
    if not value or len(value) > 20_000:
        return found
    for match in _CANDIDATE.finditer(value):
        address = urls.image(match.group(1).rstrip(","), base)
        if not address or is_placeholder(address):
            continue
        size = re.match(r"([\d.]+)([wx])", match.group(2) or "")
        try:
            width = float(size.group(1)) * (1 if size.group(2) == "w" else 600) if size else 1.0
        except ValueError:
            width = 1.0
        found.append((width, address))
    return found
