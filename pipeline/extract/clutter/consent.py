"""Recognise consent notices by their markup and by their wording.

In: a text, or a node of the outline. Out: how many signs of a notice it has; `mark` sets the
verdict "consent" of notices. Never raises. A node that holds a substantial part of the page's text
is never marked.
"""

import re
from functools import lru_cache

from pipeline.extract.page import lexicon
from pipeline.extract.page.node import Node

_QUOTED = re.compile('[“«„"「『][^”»“"」』]{3,400}[”»“"」』]')
# In lower case, and looked for in lower case: several times as fast as `re.I`.
_TRIGGER = re.compile(
    "cookie|consent|privacy|datenschutz|confidential|куки|бисквит|çerez|eväste|informasjonskaps"
    "|kakor|kolačić|piškot|slapuk|sīkdat|sīkfail|küpsis|süti|ciasteczk|クッキー|쿠키|עוגיות|קוקיז"
    "|الارتباط|الكوكيز|کوکی|कुकी|คุกกี้"
)
# Words that end others as well are looked at from their end: a pattern of nothing but literal
# beginnings is several times as fast.
_COOKIE = re.compile(
    r"cookie|kuki(?<!\wkuki)|куки|кукі|бисквит|колачић|колачињ|çerez|eväste|informasjonskaps"
    r"|kakor(?<!\wkakor)|kolačić|piškot|slapuk|sīkdat|sīkfail|küpsis|süti(?<!\wsüti)|ciasteczk|galetes|fianáin|vafrakök|fótspor|cwcis|koekies|kuketo|քուքի|ქუქი"
    "|クッキー|쿠키|עוגיות|קוקיז|الارتباط|الكوكيز|کوکی|کوکیز|कुकी|কুকি|குக்கீ|కుకీ|కుక్కీ|คุกกี้"
)
_FIXED = re.compile(r"position\s*:\s*(fixed|sticky)", re.I)
_SIGNS = frozenset(lexicon.SIGNS)
_AGREED = frozenset({"cookie", "accept"})
_TELLING = frozenset({"role", "aria-modal", "style", "aria-label"})
_DIALOG = frozenset({"dialog", "alertdialog"})

# A notice has a few sentences, a preference centre some dozens. A container with more text than
# this is no notice, whatever its class.
_LONGEST = 6000
_BLOCK = 1200  # characters of the longest block that may be a notice


def signs(text: str) -> int:
    """Count the kinds of consent phrases in a text, 0 where it is no notice.

    2 and more is a notice; 1 is a sentence that belongs to one if it is next to one. Quotations are
    ignored: they report a notice.
    """
    bare, words = unquoted(text)
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
    """Return the kinds of consent phrases in a text outside quotations, hints included."""
    _, words = unquoted(text)
    return (lexicon.kinds(words) | lexicon.hints(words)) - {"site"}


def addresses(text: str, *, alone: bool = False) -> bool:
    """Say whether a text addresses the reader, by "we" or "you" outside quotations, as notices do.

    For a text that is `alone`, with no phrase of the site's beside it, "you" needs the word
    "cookie" or an agreement with it.
    """
    said = lexicon.kinds(unquoted(text)[1])
    return "we" in said or ("you" in said and not (alone and said.isdisjoint(_AGREED)))


def unquoted(text: str) -> tuple[str, str]:
    """Return a text without its quotations, and the same normalised."""
    return _remembered(text) if len(text) <= _BLOCK else _remembered.__wrapped__(text)


@lru_cache(maxsize=1024)  # several rules ask about each block
def _remembered(text: str) -> tuple[str, str]:
    bare = _QUOTED.sub(" ", text)
    return bare, lexicon.normal(bare)


def names_cookies(text: str) -> bool:
    """Say whether a text contains the word "cookie" or what stands for it in another language."""
    return _COOKIE.search(text.lower()) is not None


def mark(top: Node) -> list[Node]:
    """Set the verdict of the consent notices of a page, and return them.

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
    """Judge a container by its role, its position on the screen, its label and its words."""
    if node.chars > _LONGEST or node.tag is None or node.tag.attrs.keys().isdisjoint(_TELLING):
        return False
    overlay = (
        node.get("role").lower() in _DIALOG
        or node.get("aria-modal") == "true"
        or _FIXED.search(node.get("style")) is not None
    )
    label = node.get("aria-label")
    if not overlay and not (label and _TRIGGER.search(label.lower())):
        return False
    text = f"{label} {node.text()}"
    return bool(_TRIGGER.search(text.lower())) or signs(text) > 0


def block(text: str) -> int:
    """Like `signs`, for a block of an article; 0 for one that is too long for a notice."""
    if len(text) > _BLOCK:
        return 0
    return signs(text)


def suspicious(text: str) -> bool:
    """Say quickly whether a text contains a word that every notice has."""
    return _TRIGGER.search(text.lower()) is not None
