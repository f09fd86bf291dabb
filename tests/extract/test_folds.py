"""Folded parts of an article: questions, tabs, slides; and hidden parts that are none of them."""

import pytest

from pipeline.extract import extract

PROSE = (
    "The beavers are back in the river after a century, and the mayor has counted nine of them. "
)
PARTS = (
    "They live on the bark of willows, and the trout like the shade of their branches.",
    "A fence of one metre is enough, if it is put up before the first frost of November.",
    "At dusk, from the bridge, if you can keep silent for longer than you believe you can.",
)
ASKED = ("What do they eat?", "What about my trees?", "Where do I see them?")


def read(markup: str, css: str = "") -> str:
    page = (
        f"<!doctype html><html lang=en><head><title>Beavers</title><style>{css}</style></head><body>"
        f"<article><h1>Beavers</h1><p>{PROSE * 3}</p>{markup}<p>{PROSE * 2}</p></article></body>"
    )
    return extract(page.encode(), "https://news.example/story/12").text


def each(form: str) -> str:
    pairs = enumerate(zip(ASKED, PARTS, strict=True))
    return "".join(form.format(n=n, asked=asked, said=said) for n, (asked, said) in pairs)


@pytest.mark.parametrize(
    ("form", "css"),
    [
        ("<details><summary>{asked}</summary><p>{said}</p></details>", ""),
        (
            "<h3><button aria-expanded=false aria-controls=p{n}>{asked}</button></h3>"
            "<div id=p{n} role=region hidden><p>{said}</p></div>",
            "",
        ),
        (
            "<button class=acc>{asked}</button><div class=inner><p>{said}</p></div>",
            ".inner{padding:0;display:none}",
        ),
        ("<h4>{asked}</h4><div style='display:none'>{said}</div>", ""),
        (
            "<div class=card><a href='#c{n}' data-toggle=collapse>{asked}</a>"
            "<div id=c{n} class=collapse style='display: none'><p>{said}</p></div></div>",
            "",
        ),
    ],
)
def test_questions_and_their_answers_are_read(form: str, css: str) -> None:
    text = read(each(form), css)
    assert [part for part in PARTS if part not in text] == []
    assert [asked for asked in ASKED if asked not in text] == []


@pytest.mark.parametrize(
    ("first", "others"),
    [
        ("<div role=tabpanel>", "<div role=tabpanel hidden>"),
        ("<li class='slide is-active'>", "<li class=slide aria-hidden=true>"),
        ("<section class=tab-pane>", "<section class=tab-pane style='display:none'>"),
    ],
)
def test_slides_and_panels_beside_the_shown_one_are_read(first: str, others: str) -> None:
    end = f"</{first[1:].split()[0].rstrip('>')}>"
    panels = "".join(
        f"{first if not n else others}<p>{said}</p>{end}" for n, said in enumerate(PARTS)
    )
    text = read(f"<div class=box>{panels}</div>")
    assert [part for part in PARTS if part not in text] == []


@pytest.mark.parametrize(
    "markup",
    [
        f"<div hidden><p>{PARTS[0]}</p></div>",
        f"<button aria-controls=d>Choose</button><div id=d role=dialog hidden><p>{PARTS[0]}</p></div>",
        f"<aside><button aria-controls=d>More</button><div id=d hidden><p>{PARTS[0]}</p></div></aside>",
        f"<p>{PROSE}</p><p style='display:none'>{PARTS[0]}</p><p style='display:none'>{PARTS[0]}</p>",
    ],
)
def test_what_nothing_opens_stays_hidden(markup: str) -> None:
    assert PARTS[0] not in read(markup)


def test_part_that_is_shown_elsewhere_is_not_read_twice() -> None:
    copy = f"<button aria-controls=c>Print</button><div id=c hidden><p>{PARTS[0]}</p></div>"
    assert read(f"<p>{PARTS[0]}</p>{copy}").count(PARTS[0]) == 1
