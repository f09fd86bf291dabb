"""Consent notices: told from an article by how they are built and by what they say.

In: a text, or a node of the outline. Out: verdicts "consent" on the nodes that are notices.
It never gives one to a node that holds a substantial part of the page's prose.
"""

import re

from pipeline.extract import lexicon
from pipeline.extract.outline import Node

_QUOTED = re.compile('[“«„"「『][^”»“"」』]{3,400}[”»“"」』]')
_TRIGGER = re.compile(
    "cookie|consent|privacy|datenschutz|confidential|куки|бисквит|çerez|eväste|informasjonskaps"
    "|kakor|kolačić|piškot|slapuk|sīkdat|sīkfail|küpsis|süti|ciasteczk|クッキー|쿠키|עוגיות|קוקיז"
    "|الارتباط|الكوكيز|کوکی|कुकी|คุกกี้",
    re.I,
)
_FIXED = re.compile(r"position\s*:\s*(fixed|sticky)", re.I)
_SIGNS = frozenset(lexicon.SIGNS)
_TELLING = frozenset({"role", "aria-modal", "style", "aria-label"})
_DIALOG = frozenset({"dialog", "alertdialog"})

# A notice has a few sentences, a preference centre some dozens; an article container holding more
# text than this is no notice whatever it is called.
_LONGEST = 6000


def signs(text: str) -> int:
    """Count the kinds of words of a consent notice in a text, or 0 where it is none.

    2 and more is a notice; 1 is a sentence that could belong to one if it stood beside one. Quoted
    speech is not counted: it is somebody's report of a notice.
    """
    bare = _QUOTED.sub(" ", text)
    if len(bare.strip()) < 0.5 * len(text):
        return 0
    words = lexicon.normal(bare)
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
    words = lexicon.normal(_QUOTED.sub(" ", text))
    return (lexicon.kinds(words) | lexicon.hints(words)) - {"site"}


def addresses(text: str) -> bool:
    """Say whether a text says "we" or "you" as a notice does, and a report only in a quotation."""
    return bool(lexicon.kinds(lexicon.normal(_QUOTED.sub(" ", text))) & {"we", "you"})


def mark(top: Node) -> bool:
    """Give the verdict "consent" to the notices of a page; say whether there are any.

    `top` has been measured.
    """
    found = False
    limit = max(400, 0.4 * top.chars)
    stack = [top]
    while stack:
        node = stack.pop()
        if node is not top and node.tag is not None and node.chars <= limit:
            named = bool(node.key) and lexicon.named("platforms", node.key)
            if (named and not _holds_article(node)) or _is_notice(node):
                node.verdict = "consent"
                found = True
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
    if len(text) > 1200:
        return 0
    return signs(text)


def suspicious(text: str) -> bool:
    """Say quickly whether a text may be a notice at all."""
    return _TRIGGER.search(text) is not None
