"""What is no page, whatever it calls itself.

In: a media type and the bytes that came with it. Out: what they are instead, "" where they may be a
page. It looks at the beginning alone, and leaves every doubt to the extraction.
"""

# Media types that no article is written in (their beginnings), unless the bytes are markup.
_OTHERS = (
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
_LOOKED_AT = 4_096
# Bytes that no text has, in any of the charsets of the web; NUL is one of UTF-16's, and escape one
# of ISO-2022-JP's. A few get into pages by mistake.
_BINARY = bytes({*range(0x01, 0x09), *range(0x0E, 0x20)} - {0x1B})
_MOST = 20


def no_page(media_type: str, content: bytes) -> str:
    """What a document is that is no page: "image/png", "binary data", "no HTML"; else ""."""
    head = content[:_LOOKED_AT]
    media = media_type.partition(";")[0].strip().lower()
    markup = head.lstrip(b"\xef\xbb\xbf\xff\xfe\0 \t\r\n").startswith(b"<")
    if media.startswith(_OTHERS) and not media.endswith("+xml") and not markup:
        return media
    if len(head) - len(head.translate(None, _BINARY)) > _MOST:
        return "binary data"
    return "" if b"<" in head else "no HTML"
