"""What XML documents begin with, on the web.

In: the bytes of a feed or sitemap as they came. Out: the same in an encoding that has ASCII in it,
beginning with its markup. Refuses nothing: what is no XML comes back more or less as it was.
"""

import codecs
import re

# Byte order marks, the longest first: that of UTF-32 begins with that of UTF-16.
_MARKS = (
    (codecs.BOM_UTF32_LE, "utf-32-le"),
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
    # XML 1.0, appendix F.1: without a mark a "<" tells.
    (b"<\0\0\0", "utf-32-le"),
    (b"\0\0\0<", "utf-32-be"),
    (b"<\0", "utf-16-le"),
    (b"\0<", "utf-16-be"),
)
_SPACE = " \t\r\n\ufeff".encode()
_DECLARATION = re.compile(r"\s*<\?xml[^<>]{0,300}\?>")
# A declaration that can be read says by that alone that it is none of these.
_WIDE = re.compile(
    rb"\s*<\?xml[^<>]{0,200}?encoding\s*=\s*[\"'](?:utf-?16|utf-?32|ucs-?[24])", re.I
)
_ROOT = re.compile(rb"<\?xml\s|<(?:[\w.-]{1,20}:)?(?:rss|feed|RDF|urlset|sitemapindex)[\s>]")
_PAGE = re.compile(rb"<(?:!doctype\s+html|html|head|body)[\s>]", re.I)
# How far into a document its markup may begin: behind the warnings of a server's scripts.
_LATEST = 8_000


def begun(content: bytes) -> bytes:
    """`content` without byte order marks, wide characters, and what a server said before it."""
    for mark, name in _MARKS:
        if content.startswith(mark):
            text = content.decode(name, "replace").lstrip("\ufeff")
            content = _DECLARATION.sub("", text, count=1).encode("utf-8", "replace")
            break
    content = content.lstrip(_SPACE) if content[:1] != b"<" else content
    if wide := _WIDE.match(content):
        content = content[content.find(b">", wide.end()) + 1 :]
    root = _ROOT.search(content, 0, _LATEST)
    if root is None or _PAGE.search(content, 0, root.start()):
        return content
    before = content[: root.start()].lstrip()
    # A comment, a style sheet or a DOCTYPE belongs to the document.
    return content if before.startswith((b"<!", b"<?")) else content[root.start() :]
