"""Consent notices: told from an article by how they are built and by what they say.

In: a text, or a node of the outline. Out: verdicts "consent" on the nodes that are notices.
It never gives one to a node that holds a substantial part of the page's prose.
"""

import re
from functools import lru_cache

from pipeline.extract.page import lexicon
from pipeline.extract.page.node import Node

_QUOTED = re.compile('[“«„"「『][^”»“"」』]{3,400}[”»“"」』]')
_TRIGGER = re.compile(
    "cookie|consent|privacy|datenschutz|confidential|куки|бисквит|çerez|eväste|informasjonskaps"
    "|kakor|kolačić|piškot|slapuk|sīkdat|sīkfail|küpsis|süti|ciasteczk|クッキー|쿠키|עוגיות|קוקיז"
    "|الارتباط|الكوكيز|کوکی|कुकी|คุกกี้",
    re.I,
)
_FIXED = re.compile(r"position\s*:\s*(fixed|sticky)", re.I)
_SIGNS = frozenset(lexicon.SIGNS)
_AGREED = frozenset({"cookie", "accept"})
_TELLING = frozenset({"role", "aria-modal", "style", "aria-label"})
_DIALOG = frozenset({"dialog", "alertdialog"})

# A notice has a few sentences, a preference centre some dozens; an article container holding more
# text than this is no notice whatever it is called.
_LONGEST = 6000
_BLOCK = 1200  # characters of the longest block of an article that may be one


def signs(text: str) -> int:
    """Count the kinds of words of a consent notice in a text, or 0 where it is none.

    2 and more is a notice; 1 is a sentence that could belong to one if it stood beside one. Quoted
    speech is not counted: it is somebody's report of a notice.
    """
    bare, words = _unquoted(text)
    if len(bare.strip()) < 0.5 * len(text):
        return 0
    found = lexicon.kinds(words) & _SIGNS
    count = len(found)
    if {"cookie", "we"} <= found and (count >= 3 or len(words) < 100):
        return count
    if {"cookie", "you"} <= found and count >= 4:
        return count
    if {"we", "you", "accept", "choice"} <= found:
        return count
    if count >= 2 and found & {"you", "choice", "accept", "cookie"} and len(words) < 260:
        return 1
    return 0


def told(text: str) -> frozenset[str]:
    """Return the kinds of words of a notice, hints included, in a text but for quoted speech."""
    _, words = _unquoted(text)
    return (lexicon.kinds(words) | lexicon.hints(words)) - {"site"}


def addresses(text: str, *, alone: bool = False) -> bool:
    """Say whether a text says "we" or "you" as a notice does, and a report only in a quotation.

    Where it stands `alone`, with no other words of a site's beside it, "you" is not enough without
    a cookie or an agreement.
    """
    said = lexicon.kinds(_unquoted(text)[1])
    return "we" in said or ("you" in said and not (alone and said.isdisjoint(_AGREED)))


def _unquoted(text: str) -> tuple[str, str]:
    """Return a text without what it quotes, and the same normalised."""
    return _remembered(text) if len(text) <= _BLOCK else _remembered.__wrapped__(text)


@lru_cache(maxsize=1024)  # each block of a page is asked about more than once
def _remembered(text: str) -> tuple[str, str]:
    bare = _QUOTED.sub(" ", text)
    return bare, lexicon.normal(bare)


def mark(top: Node) -> list[Node]:
    """Give the verdict "consent" to the notices of a page, and return them.

    `top` has been measured.
    """
    found: list[Node] = []
    limit = max(400, 0.4 * top.chars)
    stack = [top]
    while stack:
        node = stack.pop()
        if node is not top and node.tag is not None and node.chars <= limit:
            named = bool(node.key) and lexicon.named("platforms", node.key)
            if (named and not _holds_article(node)) or _is_notice(node):
                node.verdict = "consent"
                found.append(node)
                continue
        if not node.leaf:
            stack.extend(node.nodes())
    return found


def _holds_article(node: Node) -> bool:
    return node.chars > 1500 and any(
        child.name in ("h1", "article", "main") for child in node.walk()
    )


def _is_notice(node: Node) -> bool:
    """Judge a container by its role, its place on the screen, its label and its words."""
    if node.chars > _LONGEST or node.tag is None or node.tag.attrs.keys().isdisjoint(_TELLING):
        return False
    overlay = (
        node.get("role").lower() in _DIALOG
        or node.get("aria-modal") == "true"
        or _FIXED.search(node.get("style")) is not None
    )
    label = node.get("aria-label")
    if not overlay and not (label and _TRIGGER.search(label)):
        return False
    text = f"{label} {node.text()}"
    return bool(_TRIGGER.search(text)) or signs(text) > 0


def block(text: str) -> int:
    """Like `signs`, for a block of an article, where only wording speaks."""
    if len(text) > _BLOCK:
        return 0
    return signs(text)


def suspicious(text: str) -> bool:
    """Say quickly whether a text may be a notice at all."""
    return _TRIGGER.search(text) is not None
