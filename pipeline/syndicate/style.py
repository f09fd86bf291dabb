"""The stylesheet with which a browser shows a feed as a page.

Returns CSS for RSS and Atom elements. It is not XSLT, because browsers are removing XSLT, while CSS
for XML stays. It needs no script and changes nothing for feed readers.
"""

from functools import cache
from importlib import resources

from pipeline.syndicate.feedstrings import subscribe_hints

STYLESHEET_NAME = "feed.css"


@cache
def stylesheet() -> bytes:
    """The CSS, with a hint how to subscribe in every language that has one."""
    base = resources.files(__package__).joinpath(STYLESHEET_NAME).read_text("utf-8")
    hints = "\n".join(
        f":lang({tag})::before {{ content: {_quoted(hint)}; }}"
        for tag, hint in sorted(subscribe_hints().items())
    )
    return f"{base}\n{_scoped(hints)}\n".encode()


def _quoted(text: str) -> str:
    escaped = text.replace("\\", "\\\\").replace('"', '\\"')
    return f'"{escaped}"'


def _scoped(rules: str) -> str:
    """The rules, restricted to the root elements of RSS and Atom."""
    return "\n".join(f"rss{rule}\nfeed{rule}" for rule in rules.splitlines())
