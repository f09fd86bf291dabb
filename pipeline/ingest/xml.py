"""Clean the beginning of XML documents as servers send them.

`clean_start` takes the bytes of a feed or sitemap and returns them in an encoding that is a
superset of ASCII, beginning with the markup: without byte order mark, and without a script's
warnings in front. Never raises: bytes that are not XML are returned nearly unchanged.
"""

import codecs
import re

# UTF-32 comes first: its byte order mark begins with that of UTF-16.
_MARKS = (
    (codecs.BOM_UTF32_LE, "utf-32-le"),
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
    # XML 1.0, appendix F.1: without a mark, the bytes of the first "<" show the encoding.
    (b"<\0\0\0", "utf-32-le"),
    (b"\0\0\0<", "utf-32-be"),
    (b"<\0", "utf-16-le"),
    (b"\0<", "utf-16-be"),
)
_SPACE = " \t\r\n\ufeff".encode()
_DECLARATION = re.compile(r"\s*<\?xml[^<>]{0,300}\?>")
# A declaration that is readable as ASCII cannot be in a 16 or 32 bit encoding: it is wrong.
_WIDE = re.compile(
    rb"\s*<\?xml[^<>]{0,200}?encoding\s*=\s*[\"'](?:utf-?16|utf-?32|ucs-?[24])", re.I
)
_ROOT = re.compile(rb"<\?xml\s|<(?:[\w.-]{1,20}:)?(?:rss|feed|RDF|urlset|sitemapindex)[\s>]")
_PAGE = re.compile(rb"<(?:!doctype\s+html|html|head|body)[\s>]", re.I)
# Bytes of other output, such as a script's warnings, that may precede the markup.
_MAX_PREAMBLE = 8_000


def clean_start(content: bytes) -> bytes:
    """Return `content` without byte order mark and preamble; UTF-16 and UTF-32 become UTF-8."""
    for mark, name in _MARKS:
        if content.startswith(mark):
            text = content.decode(name, "replace").lstrip("\ufeff")
            content = _DECLARATION.sub("", text, count=1).encode("utf-8", "replace")
            break
    content = content.lstrip(_SPACE) if content[:1] != b"<" else content
    if wide := _WIDE.match(content):
        content = content[content.find(b">", wide.end()) + 1 :]
    root = _ROOT.search(content, 0, _MAX_PREAMBLE)
    if root is None or _PAGE.search(content, 0, root.start()):
        return content
    before = content[: root.start()].lstrip()
    # A comment, processing instruction or DOCTYPE before the root belongs to the document.
    return content if before.startswith((b"<!", b"<?")) else content[root.start() :]
