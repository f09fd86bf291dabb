"""Input that is no HTML: refused with what it is and what to do with it."""

import json

import pytest

from pipeline.errors import NotAnArticle
from pipeline.extract import extract
from pipeline.extract.page import formats

URL = "https://news.example/what"
ITEM = "<title>A bridge</title><link>https://news.example/1</link><description>&lt;p>The council met.&lt;/p></description>"
RSS = f'<rss version="2.0"><channel><title>News</title><item>{ITEM}</item></channel></rss>'
FEEDS = {
    "rss": f'<?xml version="1.0"?>\n<?xml-stylesheet href="a.xsl"?>\n<!-- made <by> hand -->\n{RSS}',
    "no declaration": RSS,
    "mark": f"\ufeff\n{RSS}",
    "doctype": f'<!DOCTYPE rss PUBLIC "-//Netscape" "rss.dtd" [<!ENTITY e "é">]>{RSS}',
    "rdf": f'<rdf:RDF xmlns="http://purl.org/rss/1.0/"><channel/><item>{ITEM}</item></rdf:RDF>',
    "atom": '<?xml version="1.0"?><feed xmlns="http://www.w3.org/2005/Atom"><entry><content><div><p>Text.</p></div></content></entry></feed>',
    "prefixed": '<atom:feed xmlns:atom="http://www.w3.org/2005/Atom"><atom:title>x</atom:title></atom:feed>',
    "json": json.dumps({"version": "https://jsonfeed.org/version/1.1", "items": [{"content_html": "<p>Text.</p>"}]}),
}  # fmt: skip
OTHERS = {
    "JSON": json.dumps({"articles": [{"body": "<p>The council met on Tuesday.</p>"}]}),
    "JSON, ": ' [ {"body": "<p>cut o',
    "site map": '<?xml version="1.0"?><urlset><url><loc>https://news.example/1</loc></url></urlset>',
    "OPML": "<opml><body><outline text='x'/></body></opml>",
    "XML (<nitf>)": "<?xml version='1.0'?><nitf><hedline>A bridge</hedline></nitf>",
    "plain text": "The council met on Tuesday.\n\nAnn Poe <ann@news.example> was there; 3 < 4.\n"
    * 9,
}


@pytest.mark.parametrize("text", FEEDS.values(), ids=FEEDS)
@pytest.mark.parametrize("charset", ["utf-8", "utf-16"])
def test_feed_is_refused_and_the_message_says_how_to_add_it(text: str, charset: str) -> None:
    with pytest.raises(NotAnArticle, match=r"[fF]eed") as caught:
        extract(text.encode(charset), URL)
    assert "babelwire add" in caught.value.remedy
    assert 'kind = "feed"' in caught.value.remedy


@pytest.mark.parametrize(("reason", "text"), OTHERS.items(), ids=OTHERS)
def test_what_is_no_html_is_refused_by_its_name(reason: str, text: str) -> None:
    with pytest.raises(NotAnArticle) as caught:
        extract(text.encode(), URL)
    assert reason.strip(", ") in caught.value.reason
    assert caught.value.remedy


@pytest.mark.parametrize(
    "text",
    [
        "<p>A fragment.</p>",
        "Words, then <b>bold</b>.<br>More.",
        '<?xml version="1.0"?><!DOCTYPE html PUBLIC "-//W3C//DTD XHTML 1.0 Strict//EN" "x.dtd"><html><head/></html>',
        '<!-- {"a": 1} --><HTML><BODY>x',
        '{% extends "base" %}<html><body><p>x</p>',
    ],
)
def test_html_of_any_kind_may_be_a_page(text: str) -> None:
    assert formats.other(text) is None


def test_text_instead_of_bytes_is_an_error_that_says_so() -> None:
    with pytest.raises(TypeError, match="bytes"):
        extract("<p>The council met.</p>", URL)  # type: ignore[arg-type]
