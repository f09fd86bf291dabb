"""Recognise responses that are not HTML pages: pictures, zip files, JSON, binary data.

`non_page_type` takes a media type and the bytes of a response and returns what they are, or "" if
they may be a page. It reads only the beginning and leaves doubtful cases to extraction. Never
raises.
"""

from pipeline.ingest.text import media_type

# Prefixes of media types that are never pages, unless the bytes begin with markup.
_NOT_PAGES = (
    "image/",
    "audio/",
    "video/",
    "font/",
    "model/",
    "text/css",
    "text/csv",
    "text/calendar",
    "text/javascript",
    "application/javascript",
    "application/json",
    "application/ld+json",
    "application/msword",
    "application/octet-stream",
    "application/pdf",
    "application/vnd.",
    "application/zip",
    "application/gzip",
    "application/x-",
)
_HEAD = 4_096  # bytes that are examined
# Control bytes that text in no charset of the web has. NUL is not among them (UTF-16 has it), nor
# is escape (ISO-2022-JP has it). Pages have a few by mistake: up to _MAX_CONTROLS.
_CONTROLS = bytes({*range(0x01, 0x09), *range(0x0E, 0x20)} - {0x1B})
_MAX_CONTROLS = 20


def non_page_type(stated: str, content: bytes) -> str:
    """Return what a document is that is not a page, or "" if it may be one.

    `stated` is its Content-Type. The result is its media type ("image/png"), "binary data" or "no
    HTML".
    """
    head = content[:_HEAD]
    media = media_type(stated)
    markup = head.lstrip(b"\xef\xbb\xbf\xff\xfe\0 \t\r\n").startswith(b"<")
    if media.startswith(_NOT_PAGES) and not media.endswith("+xml") and not markup:
        return media
    if len(head) - len(head.translate(None, _CONTROLS)) > _MAX_CONTROLS:
        return "binary data"
    return "" if b"<" in head else "no HTML"
