"""Declared shadow roots, and custom elements that stand for paragraphs."""

import pytest

from pipeline.extract import extract

URL = "https://news.example/story/12"
SAID = (
    "The kiln was fired for the last time in March, and the whole street came to warm its hands.",
    "Nobody had told the potter that the gas would be shut off, so he finished the plates by wood.",
    "He has promised the school a new set before the summer, in a blue that he will not explain.",
)
NAV = '<nav><a href="/a">News</a><a href="/b">Sport</a></nav>'


def read(markup: str) -> list[str]:
    page = f"<!doctype html><html lang=en><title>The kiln</title><body>{NAV}{markup}</body></html>"
    return extract(page.encode(), URL).text.split("\n\n")


def paragraphs(name: str = "p", *, attributes: str = "") -> str:
    return "".join(f"<{name}{attributes}>{said}</{name}>" for said in SAID)


@pytest.mark.parametrize(
    "markup",
    [
        # The whole text in the root; other light children than those in slots are not shown.
        f"<news-item><template shadowrootmode=open><h1>The kiln</h1>{paragraphs()}</template>"
        "<p>Please enable scripts to read this story on your old machine.</p></news-item>",
        # The text in the default slot, the title in a named one.
        f"<article><template shadowrootmode=closed><slot name=head></slot><div><slot>Loading…</slot>"
        f"</div></template><h1 slot=head>The kiln</h1>{paragraphs()}</article>",
        # A root in a root, each with its own slots, in the old spelling.
        f"<x-page><template shadowroot=open><x-body><template shadowroot=open><slot></slot>"
        f"</template><slot></slot></x-body></template>{paragraphs()}</x-page>",
        # What a slot shows where nothing fills it.
        f"<x-story><template shadowrootmode=open><slot name=text>{paragraphs()}</slot></template>"
        "</x-story>",
        # A script fills the empty root.
        f"<x-story><template shadowrootmode=open><script>go()</script></template>{paragraphs()}"
        "</x-story>",
    ],
)
def test_shadow_root_is_read_in_the_place_of_its_host(markup: str) -> None:
    assert [part for part in read(markup) if part != "The kiln"] == list(SAID)


def test_template_without_a_root_is_not_shown() -> None:
    assert read(f"<article>{paragraphs()}<template>{paragraphs()}</template></article>") == [*SAID]


@pytest.mark.parametrize(
    "markup",
    [
        paragraphs("story-line"),
        f"<x-body>{paragraphs('x-p', attributes=' class=t')}</x-body>",
        f"<div><x-p>{SAID[0]}</x-p><figure><img src=/a.jpg></figure><x-p>{SAID[1]}</x-p>"
        f"<x-p><b>{SAID[2][:30]}</b>{SAID[2][30:]}</x-p></div>",
    ],
)
def test_custom_elements_without_text_beside_them_are_blocks(markup: str) -> None:
    assert read(f"<h1>The kiln</h1><main>{markup}</main>") == list(SAID)


@pytest.mark.parametrize(
    "inner",
    [
        "a <x-term>kiln</x-term><x-term>s</x-term> word",
        "<x-a>He came</x-a> and <x-b>went</x-b>",
        "<b>Kilns</b> <x-term>burn</x-term> <x-term>wood</x-term>",
    ],
)
def test_custom_elements_within_a_sentence_stay_in_it(inner: str) -> None:
    article = read(
        f"<article><h1>The kiln</h1>{paragraphs()}<div>{inner} {SAID[0]}</div></article>"
    )
    assert len(article) == len(SAID) + 1
