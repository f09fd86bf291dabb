"""HTML in and out: what is not text stays byte for byte, and no element is ever lost."""

import re

import pytest

from pipeline.translate import Translator
from pipeline.translate.markup import parse


def same(html: str) -> str:
    document = parse(html)
    return document.render(document.texts, "pt")


@pytest.mark.parametrize(
    "html",
    [
        "<p>One <a href='/x?a=1&amp;b'>two <b>three</b></a> four.</p>",
        "<!DOCTYPE html><html><head><script>if (a<b) {}</script></head><body><!-- c --></body>",
        "<ul><li>One<li>Two</ul><hr>",
        "Before <img src=a.png> between<br>after <br/>end",
        "<p><code>a &lt; b</code> is code, <span class='notranslate'>as <i>is</i></span>.</p>",
        "<pre>  two\n  lines </pre><p>3 &amp; 4</p>",
        "<table><tr><td>One</td><td>2</td></tr></table>",
        "<b>one<p>two</p></b>",
        "<a><img></a><img>text <em></em>more",
        "<p>a<!-- note -->b</p>",
        "",
        "   ",
        "plain &amp; simple",
    ],
)
def test_markup_is_kept_as_written(html: str) -> None:
    assert same(html) == html


def test_bad_nesting_is_mended() -> None:
    assert (
        same("<p>One <b>two <i>three</b> four</i></p>")
        == ("<p>One <b>two <i>three</i></b> four</i></p>")
        or same("<p>One <b>two <i>three</b> four</i></p>").count("<") == 6
    )


def test_elements_and_attributes_survive_translation(translator: Translator) -> None:
    html = (
        '<html lang="en"><p>He read <a href="/x" title="The first page">the report by '
        "<b>Angela Merkel</b></a> and left.<br>Run "
        "<code>make_run()</code> to <em>see it. Then</em> "
        'stop. <img src="a.png" alt="The red house"></p><p class="notranslate">The end</p></html>'
    )
    (out,) = translator.html([html], "en", "pt")
    strip = re.compile(r'\s(?:alt|title|lang)="[^"]*"')
    tags = re.compile(r"<[^>]*>")
    assert tags.findall(strip.sub("", out)) == tags.findall(strip.sub("", html))
    assert "<b>Angela Merkel</b>" in out
    assert "<code>make_run()</code>" in out
    assert '<p class="notranslate">The end</p>' in out
    assert 'lang="pt"' in out
    assert "casa vermelha" in out
    assert "The" not in tags.sub("", out.replace("The end", ""))
