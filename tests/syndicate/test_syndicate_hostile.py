"""Markup made to slip through a sanitiser: whatever goes in, what comes out is safe."""

import random
from dataclasses import replace

import pytest
from lxml import html

from pipeline.article import Enclosure, Episode
from pipeline.syndicate import FORMATS
from pipeline.syndicate.markup import sanitise
from tests.syndicate.feed_rules import problems
from tests.syndicate.rule_values import Report
from tests.syndicate.test_feed_rules import ENTRY, FEED

BASE = "https://news.example.com/a/b.html"
# Each breaks out by what one parser makes of the output of another: foreign content, raw text,
# tables, comments, attributes, encodings, clobbered names, schemes in disguise.
PAYLOADS = [
    "<math><mtext><table><mglyph><style><!--</style>"
    "<img title='--&gt;&lt;img src=1 onerror=x()&gt;'>",
    "<form><math><mtext></form><form><mglyph><style></math><img src onerror=x()>",
    "<svg></p><style><a id='</style><img src=1 onerror=x()>'>",
    "<svg><![CDATA[<img src=x onerror=x()>]]></svg>",
    "<svg><desc><noscript><img title='</noscript><script>x()</script>'></desc></svg>",
    "<noscript><p title='</noscript><img src=x onerror=x()>'>",
    "<noembed><img title='</noembed><img src onerror=x()>'></noembed>",
    "<xmp><p title='</xmp><img src onerror=x()>'></xmp>",
    "<textarea><p title='</textarea><img src onerror=x()>'></textarea>",
    "<title><p title='</title><img src onerror=x()>'></title>",
    "<template><script>x()</script><img src onerror=x()></template>",
    "<plaintext><script>x()</script>",
    "<select><option><style></select><img src onerror=x()></style>",
    "<table><tr><td><svg><foreignObject><p><table><td onclick=x()>",
    "<a href='java&#10;script:x()'>a</a><a href='&#x6a;avascript:x()'>a</a>",
    "<a href=' \x01javascript:x()'>a</a><a href='javascript&colon;x()'>a</a>",
    "<a href='data:text/html;base64,PHNjcmlwdD4='>a</a><a href='vbscript:x'>a</a>",
    "<a href='//evil.example/x'>a</a><a href='\\\\evil.example\\x'>a</a>",
    "<a href='https:evil.example'>a</a><a href='feed:javascript:x()'>a</a>",
    "<a href='blob:https://x.example/1'>a</a><a href='filesystem:https://x.example/1'>a</a>",
    "<img src=x onerror=x()><img/src=x/onerror=x()><IMG SRC=x OnErRoR=x()>",
    "<img src='x' srcset='javascript:x() 1x, data:image/svg+xml,<svg> 2x'>",
    "<img src='data:image/svg+xml,<svg onload=x()>'><img src=`x`onerror=x()>",
    "<img alt='\"><script>x()</script>' src=https://x.example/1>",
    "<img src='https://t.example/p' width='01' height=' 1px'><img src=//t.example/p width=0>",
    "<video poster='javascript:x()' src='https://x.example/v' onplay=x()>"
    "<source src=data:x></video>",
    "<audio src='javascript:x()' autoplay controls></audio><track src='data:text/vtt,x'>",
    "<iframe srcdoc='<script>x()</script>'></iframe><object data=x></object><embed src=x>",
    "<base href='https://evil.example/'><link rel=stylesheet href=x><meta http-equiv=refresh>",
    "<form action=x><input autofocus onfocus=x()>"
    "<button formaction=javascript:x()>a</button></form>",
    "<details open ontoggle=x()><summary onclick=x()>a</summary></details>",
    "<p style='background:url(javascript:x())' class=a id=document name=cookie>a</p>",
    "<blockquote cite='javascript:x()'>a</blockquote><q cite='data:x'>a</q><ins cite=x>a</ins>",
    "<p lang='\"onmouseover=x()' dir='rtl\" onclick=\"x()'>a</p><p title='<script>x()</script>'>a",
    "<a href=https://x.example/ target=_blank ping=https://t.example/ download>a</a>",
    "<!--><img src onerror=x()>--><!-- --!><script>x()</script>--><!-- <p> --><![if !IE]>",
    "<?xml version='1.0'?><?import x><!DOCTYPE html><![CDATA[<script>x()</script>]]>",
    "<scr<script>ipt>x()</scr</script>ipt><<script>script>x()</script>",
    "<div><b><p></b><i></div></i><table><p>a<tr>b</table></p></p></section></b>",
    "a\x00b<scr\x00ipt>x()</script>\x08\x1f\ud800\udfff\ufffe￿&#0;&#x1F;&#xD800;&#xFFFF;",
    "\u202ea\u2067b</p>\u202cc\u2069\u2069<p>\u202d",
    "]]>&lt;script&gt;x()&lt;/script&gt;&amp;lt;script&amp;gt;&amp;amp;amp;",
    "<p>" * 300 + "deep" + "<b>" * 300,
    "<ruby><rt><rp><li><dd><option><optgroup><rtc><rb>a",
    "<bdo dir=rtl>a</bdo><bdi dir=ltr>b</bdi><marquee onstart=x()>c</marquee><blink>d</blink>",
]


def unsafe(html_out):
    """What a parser other than the sanitiser's finds, and what a validator would say."""
    report = Report()
    report.html(html_out, "content")
    for element in html.fragment_fromstring(html_out or "", create_parent="div").iter():
        report.need(isinstance(element.tag, str), f"{element!r}")
        for name, value in element.attrib.items():
            report.need(not name.startswith("on") and name != "style", f"{name}={value}")
    return list(report)


@pytest.mark.parametrize("payload", PAYLOADS)
@pytest.mark.parametrize("base", [BASE, ""])
def test_nothing_unsafe_comes_out_and_what_comes_out_stays(payload, base):
    clean = sanitise(payload, base)
    assert unsafe(clean) == []
    assert sanitise(clean, base) == clean


def test_payloads_cut_and_joined_at_random_are_safe_too():
    chance = random.Random(6)
    for _ in range(1500):
        parts = []
        for payload in chance.sample(PAYLOADS, 3):
            start, end = sorted(chance.sample(range(len(payload) + 1), 2))
            parts.append(payload[start:end] if end - start > 4 else payload[:400])
        mixed = "".join(parts)
        clean = sanitise(mixed, BASE)
        assert unsafe(clean) == [], mixed
        assert sanitise(clean, BASE) == clean, mixed


@pytest.mark.parametrize("form", list(FORMATS), ids=[form.suffix for form in FORMATS])
@pytest.mark.parametrize("mode", ["full", "bilingual", "summary"])
def test_a_feed_of_nothing_but_payloads_is_valid(form, mode):
    entries = [
        replace(
            ENTRY,
            id=f"{ENTRY.id}{number}",
            title=payload,
            summary=payload,
            html=payload,
            original_html=PAYLOADS[-number],
            authors=(payload,),
            categories=(payload,),
            labels=(payload,),
            source_title=payload,
            rights=payload,
            image=f"https://news.example.com/{payload}",
            enclosures=(
                Enclosure(url=f"https://news.example.com/{payload}", title=payload),
                Enclosure(url=payload, type="audio/mpeg"),
            ),
            episode=Episode(image=payload, number=1),
            url=f"https://news.example.com/{payload}",
        )
        for number, payload in enumerate(PAYLOADS)
    ]
    feed = replace(
        FEED, content=mode, title=PAYLOADS[0], description=PAYLOADS[1], rights=PAYLOADS[2]
    )
    document = form.build(feed, "pt", entries)
    assert problems(document) == []
    assert document.count(ENTRY.id.encode()) >= len(PAYLOADS)


def test_a_long_attribute_takes_no_longer_than_its_length():
    # By the square of it, this one took hours.
    words = "word " * 100_000
    page = f'<p>x<img src="https://x.example/a.jpg" alt="a > {words}"> y</p>'
    assert sanitise(page, "https://x.example/").endswith("y</p>")
