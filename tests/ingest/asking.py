"""What tests of sources share: a source over the site under test, and what it announces."""

from pipeline.article import Source

STORY = "<p>" + "The town library of Tolvaden will stay open until ten at night. " * 6 + "</p>"


def source(site, kind, path="/s", **kwargs):
    return Source(id="s", kind=kind, url=site.url(path), **kwargs)


def addresses(found):
    return [one.url for one in found.references]


def entry(number, date="2026-11-20", more=""):
    return (
        f"<item><title>T{number}</title><link>http://x.example/{number}</link>"
        f"<pubDate>{date}</pubDate>{more}</item>"
    )


def rss(*items):
    space = 'xmlns:content="http://purl.org/rss/1.0/modules/content/"'
    return f'<rss version="2.0" {space}><channel><title>C</title>{"".join(items)}</channel></rss>'


def content(html):
    return f"<content:encoded><![CDATA[{html}]]></content:encoded>"
