"""The content of an entry as HTML: the full article, both languages, or a summary.

Takes an Entry; returns a sanitised HTML fragment with its language and direction, which ends with a
note about the source and the machine translation. Raises PublishError for a bad language code only:
an entry without text gets its summary or its title.
"""

from html import escape
from urllib.parse import urlsplit

from lxml import etree

from pipeline.article import ContentMode, Entry
from pipeline.syndicate.feedstrings import wording, wording_language
from pipeline.syndicate.language import direction, language_tag
from pipeline.syndicate.markup import fragment_root, inner_html, is_public, sanitise
from pipeline.syndicate.statenotes import machine_note, waiting_note
from pipeline.syndicate.summaries import summary_of
from pipeline.syndicate.xmltext import plain_line, uri

_SHOWN_ONCE = ("img", "picture", "video", "audio")
# Characters. One entry must not fill a feed: see feeds.MAX_BYTES.
MAX_CONTENT = 1_000_000


def content(entry: Entry, mode: ContentMode) -> str:
    """The entry's HTML in a feed's content mode, at most MAX_CONTENT characters long."""
    body = ""
    if entry.scope != "whole" and mode != "summary":
        body = sanitise(entry.html, entry.url)
    elif mode == "bilingual" and entry.by_machine and entry.original_html:
        body = _bilingual(entry)
    elif mode != "summary":
        body = sanitise(entry.html, entry.url)
    if not body or len(body) > MAX_CONTENT:
        return _short(entry)
    image = uri(entry.image or "")
    if is_public(image) and "<img" not in body:
        body = f'<p><img src="{escape(image)}" alt=""></p>{body}'
    end = f"<hr>{said}" if (said := note(entry)) else ""
    return _framed(entry.language, f"{waiting(entry)}{in_its_language(entry, body)}{end}")


def _short(entry: Entry) -> str:
    summary = summary_of(entry) or plain_line(entry.title)
    text = in_its_language(entry, f"<p>{escape(summary, quote=False)}</p>")
    return _framed(entry.language, f"{waiting(entry)}{text}{note(entry)}")


def in_its_language(entry: Entry, html: str) -> str:
    """The text of an entry, marked with its language if that is not the entry's."""
    return html if entry.scope == "whole" else _framed(entry.original_language, html)


def waiting(entry: Entry) -> str:
    """A paragraph before a text that is not translated yet; "" for all others."""
    sentence = escape(waiting_note(entry))
    return f"<p{_marks(entry.language)}><strong>{sentence}</strong></p>" if sentence else ""


def _marks(language: str) -> str:
    """The attributes of words in English, for want of any in the entry's language."""
    used = wording_language(language)
    fallback = used == "en" and not language_tag(language).startswith("en")
    return ' lang="en" dir="ltr"' if fallback else ""


def note(entry: Entry) -> str:
    """A paragraph that names the source and says if a machine translated; "" for neither."""
    words = wording(entry.language)
    url = uri(entry.url)
    source = plain_line(entry.source_title) or (urlsplit(url).hostname if is_public(url) else "")
    parts = []
    if made := machine_note(entry):
        parts.append(escape(made))
    if is_public(url):
        link = f'<a href="{escape(url)}">{escape(source or url)}</a>'
        parts.append(f"{escape(words.original)} {link}")
    elif source:
        parts.append(f"{escape(words.original)} {escape(source)}")
    if not parts:
        return ""
    # Marked if in English for want of the entry's language: for fonts, hyphenation, screen readers.
    return f"<p{_marks(entry.language)}><small>{' '.join(parts)}</small></p>"


def _framed(language: str, body: str) -> str:
    tag = language_tag(language)
    return f'<div lang="{tag}" dir="{direction(tag)}">{body}</div>'


def pairs(translated: str, original: str) -> list[tuple[str, str]] | None:
    """Pair the top-level blocks of two fragments: (translated HTML, original HTML).

    Returns None if their elements differ. The original is "" if the block has the same text in both
    languages, or none. Pictures, video and sound are in the translated block only.
    """
    ours, theirs = fragment_root(translated), fragment_root(original)
    shapes = [
        [block.tag for block in root if isinstance(block.tag, str)] for root in (ours, theirs)
    ]
    if shapes[0] != shapes[1] or (ours.text or "").strip() or (theirs.text or "").strip():
        return None
    found = []
    for block, source in zip(list(ours), list(theirs), strict=True):
        same = block.text_content().strip() == source.text_content().strip()
        etree.strip_elements(source, *_SHOWN_ONCE, with_tail=False)
        found.append((_outer(block), "" if same else _outer(source)))
    return found


def _outer(block: object) -> str:
    parent = fragment_root("")
    parent.append(block)
    return inner_html(parent)


def _bilingual(entry: Entry) -> str:
    """Each block with its original below it; if they do not match, one text after the other."""
    translated = sanitise(entry.html, entry.url)
    original = sanitise(entry.original_html, entry.url)
    if not translated:
        return _framed(entry.original_language, original) if original else ""
    together = pairs(translated, original)
    if together is None:
        title = escape(wording(entry.language).original)
        return f"{translated}<hr><p>{title}</p>{_framed(entry.original_language, original)}"
    return "".join(
        block + (_framed(entry.original_language, source) if source else "")
        for block, source in together
    )
