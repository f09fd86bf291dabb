"""What style sheets in the page hide, and text that is for screen readers only."""

import pytest

from pipeline.article import Article
from pipeline.extract import extract
from pipeline.extract.page import styles
from pipeline.extract.page.builder import tags_of
from pipeline.extract.page.parsing import parse

PROSE = "The ferry was late again on Friday, and the choir sang on the quay until it came in. "
OTHER = "Copied from the ferry pages of the Harbour Herald, where this text first appeared."


def read(markup: str, css: str = "") -> Article:
    page = (
        f"<!doctype html><html lang=en><head><title>The ferry</title><style>{css}</style></head>"
        f"<body><article><h1>The ferry</h1><p>{PROSE * 3}</p>{markup}<p>{PROSE * 3}</p></article>"
    )
    return extract(page.encode(), "https://news.example/story/12")


@pytest.mark.parametrize(
    ("css", "hidden"),
    [
        (".a{display:none}", "one two"),
        ("p.a { color: red; DISPLAY : none !important }", "one two"),
        ("#one{visibility:hidden}", "one"),
        (".x,.a.b{display:none}", "two"),
        (".w .c, .w > i{display:none}", "three"),
        ("@media screen{.a{display:none}}", "one two"),
        ("@layer x{.a{display:none}}", "one two"),
        ("/*.a{*/ .b{display:none}", "two"),
        ('.a::before{content:"}"} .b{content:"{";display:none}', "two"),
        (".a{position:absolute;width:1px;clip:rect(0 0 0 0)}", "one two"),
        (".a{position:absolute;left:-9999px}", "one two"),
        # what is shown after all
        (".a{display:none}.a{display:block}", ""),
        (".a{display:none}#one{display:block}", "two"),
        (".a.b{display:block}.b{display:none}", ""),
        # what holds in some cases only
        ("@media print{.a{display:none}}", ""),
        ("@media (max-width: 600px){.a{display:none}}", ""),
        (".a:hover{display:none}.no-js .a{display:none}", ""),
        ("@supports (x:y){.a{display:none}}", ""),
    ],
)
def test_rules_hide_what_their_selectors_name(css: str, hidden: str) -> None:
    soup = parse(
        f"<html><head><style>{css}</style></head><body><p class=a id=one>1</p>"
        "<p class='a b' id=two>2</p><div class=w><b><span class=c id=three>3</span></b></div>"
    )
    styles.mark(tags_of(soup))
    marked = [str(tag.get("id")) for tag in tags_of(soup) if styles.HIDDEN in tag.attrs]
    assert " ".join(marked) == hidden


@pytest.mark.parametrize(
    ("markup", "css"),
    [
        (f"<p class=src>{OTHER}</p>", ".src{display:none}"),
        (f"<div id=origin><p>{OTHER}</p></div>", "div#origin{visibility:hidden}"),
        (
            f"<p>{PROSE}<span class=k3>{OTHER}</span></p>",
            ".k3{position:absolute;clip-path:inset(50%)}",
        ),
    ],
)
def test_what_the_page_s_style_hides_is_no_part_of_the_article(markup: str, css: str) -> None:
    text = read(markup, css).text
    assert OTHER not in text
    assert text.count("The ferry was late") >= 6


@pytest.mark.parametrize("css", ["p{margin:0}.t{display:none}", "#t{visibility:hidden}"])
def test_article_that_a_script_will_show_is_read(css: str) -> None:
    rest = PROSE.replace("The ferry", "Its sister") * 12
    assert OTHER in read(f"<div class=t id=t><p>{OTHER}</p><p>{rest}</p></div>", css).text


def test_whole_article_that_a_style_hides_behind_its_beginning_is_read() -> None:
    lines = [
        f"On day {n} the ferry lay at the quay, and the choir sang on it until dark."
        for n in range(9)
    ]
    whole = "".join(f"<p>{line}</p>" for line in lines)
    page = (
        "<!doctype html><html lang=en><title>The ferry</title><style>.full{display:none}</style>"
        f"<body><main><div class=start><p>{lines[0]}</p><p>{lines[1]}</p></div>"
        f"<div class=full>{whole}</div></main></body>"
    )
    article = extract(page.encode(), "https://news.example/story/12")
    assert [line for line in lines if article.text.count(line) != 1] == []


@pytest.mark.parametrize(
    ("words", "css"),
    [
        ("<span class=visually-hidden> (opens in new tab)</span>", ""),
        ("<span class='u-1'> (external link)</span>", ".u-1{position:absolute;clip:rect(0,0,0,0)}"),
        ("<i style='position:absolute;left:-10000px'> (åpnes i ny fane)</i>", ""),
        ("<span class=screen-reader-text> öffnet in neuem Tab</span>", ""),
    ],
)
def test_words_for_screen_readers_are_no_part_of_a_link(words: str, css: str) -> None:
    markup = f"<p>Ask <a href=https://ferry.example/>the ferry{words}</a> for the times.</p>"
    assert "Ask the ferry for the times." in read(markup, css).text


@pytest.mark.parametrize(
    "css",
    [
        ".a{display:none}" * 20_000,
        "{" * 300_000,
        "/*" * 150_000,
        ".w " * 90_000 + ".a{display:none}",
        "@media screen{" * 20_000,
        (".w " * 20 + ".a{display:none}") * 4000,
    ],
    ids=["rules", "braces", "comments", "selector", "media", "descent"],
)
def test_hostile_styles_end(css: str) -> None:
    crowd = "<div class=w>" * 90 + "<p class=a>x</p>" * 4000 + "</div>" * 90
    assert "The ferry was late" in read(crowd, css).text


@pytest.mark.parametrize("name", [":hidden", "hidden-by-style", "v-bind:hidden"])
def test_an_attribute_of_a_framework_hides_nothing(name):
    article = read(f'<p {name}="is.folded">{OTHER}</p>', ".b{display:none}")
    assert OTHER in article.text
