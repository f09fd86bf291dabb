"""Blocks that lead elsewhere: to other articles, the front page, accounts at social networks.

In: a block's node and text. Out: whether the block does nothing else. Never raises. A paragraph
with text beside its links is not such a block, nor is a link to another site, unless it is as long
as a paragraph: that is an advertisement.
"""

import re
from functools import cache
from urllib.parse import urlsplit

from pipeline.extract.page import lexicon, urls
from pipeline.extract.page.elements import EMPHASIS
from pipeline.extract.page.node import Node

NETWORK = re.compile(
    r"\b(facebook|twitter|instagram|telegram|whatsapp|youtube|tiktok|linkedin|mastodon|bluesky"
    r"|snapchat|pinterest|threads|vkontakte|weibo|wechat|viber|rss)\b",
    re.I,
)
"""The names of social networks."""
_CHANNEL = re.compile(
    r"https?://(?:(?:www\.)?whatsapp\.com/channel/|chat\.whatsapp\.com/|t\.me/\+"
    r"|news\.google\.com/publications/|(?:www\.)?google\.com/preferences/source\b)",
    re.I,
)
_HEADLINE = 20  # characters of the shortest headline
_PARAGRAPH = 200  # characters of the longest headline
_ACCOUNTS = 2  # accounts at social networks that make a list
_NAME = 24  # width of a network's name
_SENTENCE = 60  # characters of a text that is more than "© Ann Lee"
_POINTER = 120  # characters of a line that leads to an account
_LINE = 160  # characters of a line that invites to a channel
_MOST, _ENDING = 0.6, 0.4  # shares of such a line in its link
_MARKS = " .!:…»”\"'👉📲🔔"
_NOTE = 700  # characters of a note to readers
_NEAR = 3  # words before and after a link that show its purpose
_HERE = 8  # characters of a link text without meaning of its own: "here"


def starts(text: str) -> bool:
    """Say whether a text begins with words that announce a link: "READ MORE: …"."""
    return _starts().match(text) is not None


@cache
def _starts() -> re.Pattern[str]:
    """Return a pattern of the words that announce a link, with the sign that follows them."""
    words = "|".join(re.escape(word) for word in lexicon.data("boilerplate")["promo"]["starts"])
    return re.compile(rf"^\W*({words})\s*(:|：|>|»|\||–|—|-\s)", re.I)


def announces(words: str) -> bool:
    """Say whether a normalised text begins with the name of a section of links: "Don't miss …"."""
    return lexicon.begins(words, lexicon.phrases("boilerplate", "section", "starts"))


def is_link(node: Node, text: str, url: str) -> bool:
    """Say whether a paragraph is only one link that leads elsewhere.

    Within the site a link with a headline's words does, and any link to its front page. A link as
    long as a paragraph is an advertisement, wherever it leads.
    """
    if node.name not in ("p", "div", "h6", "h5", "span") or len(text) < _HEADLINE:
        return False
    anchors = [inner for inner in node.inlines() if inner.name == "a" and inner.chars]
    if len(anchors) != 1:
        return False
    href = anchors[0].get("href")
    address = urls.absolute(href, url)
    if len(text) > _PARAGRAPH:
        return bool(address) and not href.startswith("#") and not is_quoted(node)
    inside = urls.same_site(address, url)
    if inside and urlsplit(address).path in ("", "/") and not urlsplit(address).query:
        return True
    if text.endswith((".", "。", "!", ":", "”", "»")):
        return False
    return not address or not urls.site(url) or inside


def is_note(node: Node, text: str, *, continued: bool = False) -> bool:
    """Say whether a paragraph is a note to readers: all emphasised, with a link to act on.

    The words of the link speak for the site ("Sign up" for the letter) or it leads to an account.
    Below another note (`continued`), words that announce a link are enough ("or listen here").
    """
    if not _SENTENCE < len(text) <= _NOTE or not _is_set_apart(node, text):
        return False
    for link in [inner for inner in node.inlines() if inner.name == "a" and inner.chars]:
        said = link.text()
        before, _, after = text.partition(said)
        left, right = (
            " ".join(words) for words in (before.split()[-_NEAR:], after.split()[:_NEAR])
        )
        near = lexicon.normal(f"{left} {said} {right}")
        around = () if len(said) <= _HERE else (left, right)
        if _leads_to_account(link, said):
            return True
        if _calls(near) and not any(_calls(lexicon.normal(words)) for words in around):
            return True
        if continued and lexicon.holds(near, _leading()):
            return True
    return False


def _calls(words: str) -> bool:
    return "site" in lexicon.kinds(words)


def _leads_to_account(link: Node, said: str) -> bool:
    """Say whether a link names a network or account and leads to an account, not to one post."""
    if not (said.startswith("@") or NETWORK.search(said)):
        return False
    path = _path_at_network(link.get("href"))
    return path is not None and len(path.strip("/").split("/")) == 1


def _path_at_network(address: str) -> str | None:
    """Return the path of an address at a social network, None for any other address."""
    try:
        parts = urlsplit(address)
        host = parts.hostname or ""
    except ValueError:
        return None
    return parts.path if NETWORK.search(host.replace(".", " ")) else None


def _is_set_apart(node: Node, text: str) -> bool:
    """Say whether all text of a paragraph but its links is bold, italic or small."""
    emphasised, covered = False, 0
    stack: list[Node | str] = [*node.children]
    while stack:
        part = stack.pop()
        if isinstance(part, str):
            continue
        if part.name in EMPHASIS or part.name == "a":
            covered += len(part.text())
            emphasised = emphasised or part.name in EMPHASIS or _holds_emphasis(part)
        else:
            stack.extend(part.children)
    return emphasised and covered > 0.9 * len(text)


def _holds_emphasis(node: Node) -> bool:
    return any(inner.name in EMPHASIS for inner in node.inlines())


@cache
def _leading() -> lexicon.Phrases:
    """Return the normalised words that announce a link: "read", "watch"."""
    words = lexicon.phrases("boilerplate", "promo", "starts")
    return lexicon.Phrases(f" {word.strip()} " for word in words)


def is_quoted(node: Node) -> bool:
    """Say whether a block is inside a quotation."""
    return any(parent.name in ("blockquote", "q") for parent in (node, *node.ancestors()))


def points_at_network(text: str) -> bool:
    """Say whether a short text leads to an account: "Follow … on Twitter", in any language."""
    if len(text) >= _POINTER:
        return False
    named = len(NETWORK.findall(text))
    return named > 1 or (named > 0 and ("@" in text or "http" in text))


def invites(node: Node, text: str) -> bool:
    """Say whether a line invites to a channel of news, in any language: its address says so.

    The link is most of the line, or ends it. That of a sentence of the article is a small part.
    """
    links = [inner for inner in node.inlines() if inner.name == "a" and inner.chars]
    if len(text) >= _LINE or not any(_CHANNEL.match(link.get("href")) for link in links):
        return False
    ends = text.rstrip(_MARKS).endswith(links[-1].text().rstrip(_MARKS))
    return node.links > (_ENDING if ends else _MOST) * node.chars


def lists_accounts(node: Node, text: str, url: str) -> bool:
    """Say whether a short block links the names of networks to accounts there."""
    if len(text) > _PARAGRAPH or len(NETWORK.findall(text)) < _ACCOUNTS:
        return False
    accounts = 0
    for inner in node.inlines():
        if inner.name == "a" and 0 < inner.chars <= _NAME and NETWORK.search(inner.text()):
            path = _path_at_network(urls.image(inner.get("href"), url))
            accounts += len(path or "") > 1
    return accounts >= _ACCOUNTS
