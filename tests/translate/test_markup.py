"""HTML in and out: what is not text stays byte for byte, and no element is ever lost."""

import re

import pytest

from pipeline.translate.text.markup import parse
from tests.translate.recorded import RecordedTranslator


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


def test_elements_and_attributes_survive_translation(recorded: RecordedTranslator) -> None:
    html = (
        '<html lang="en"><p>He read <a href="/x" title="The first page">the report by '
        "<b>Angela Merkel</b></a> and left.<br>Run "
        "<code>make_run()</code> to <em>see it. Then</em> "
        'stop. <img src="a.png" alt="The red house"></p><p class="notranslate">The end</p></html>'
    )
    (out,) = recorded.html([html], "en", "pt")
    strip = re.compile(r'\s(?:alt|title|lang)="[^"]*"')
    tags = re.compile(r"<[^>]*>")
    assert tags.findall(strip.sub("", out)) == tags.findall(strip.sub("", html))
    assert "<b>Angela Merkel</b>" in out
    assert "<code>make_run()</code>" in out
    assert '<p class="notranslate">The end</p>' in out
    assert 'lang="pt"' in out
    assert "casa vermelha" in out
    assert "The" not in tags.sub("", out.replace("The end", ""))


@pytest.mark.parametrize(
    ("html", "expected"),
    [
        (
            "<p>Water (H<sub>2</sub>O) covers 10<sup>6</sup> km<sup>2</sup> of the land.</p>",
            ["H<sub>2</sub>O", "10<sup>6</sup>", "km<sup>2</sup>"],
        ),
        (
            "<p>See <a href='/x'>https://example.org/x_y</a> for the report.</p>",
            ["<a href='/x'>https://example.org/x_y</a>"],
        ),
        (
            '<p>They shouted <span lang="ar" dir="rtl">السلام عليكم</span> in the street.</p>',
            ['<span lang="ar" dir="rtl">السلام عليكم</span>'],
        ),
        (
            "<p>Look at this <img src=\"a.png\" alt='A red house'> picture.</p>",
            ["esta <img src=\"a.png\" alt='Uma casa vermelha'> imagem"],
        ),
        (
            "<table><caption>Results of the vote</caption><tr><td>Green Party</td></tr></table>",
            ["<caption>Resultados da votação</caption>", "<td>Partido Verde</td>"],
        ),
        (
            '<figure><img src="b.jpg" alt="The old bridge" title="Photo: Jane Doe">'
            "<figcaption>The old <em>bridge</em> at night.</figcaption></figure>",
            ['title="Foto: Jane Doe"', "<em>ponte</em>"],
        ),
        ("<p>First line<br>second line<br/>third line.</p>", ["<br>", "<br/>"]),
        (
            "<p>He met Angela Merkel, the <em>former</em> chancellor, in Berlin.</p>",
            ["<em>ex-chanceler</em>"],
        ),
        (
            "<p>The <abbr title='World Health Organization'>WHO</abbr> warned.</p>",
            ["<abbr title='Organização Mundial da Saúde'>OMS</abbr>"],
        ),
        ("<pre>The old bridge</pre>", ["<pre>The old bridge</pre>"]),
        ("<p>Press <kbd>Enter</kbd>+<kbd>C</kbd> now.</p>", ["<kbd>Enter</kbd>+<kbd>C</kbd>"]),
    ],
)
def test_elements_of_news_pages_keep_their_words(recorded: RecordedTranslator, html, expected):
    (out,) = recorded.html([html], "en", "pt")
    for part in expected:
        assert part in out
    assert len(re.findall("<[^>]*>", out)) == len(re.findall("<[^>]*>", html))
