"""Articles whose whole text is hidden until a click: taken when nothing that is shown is lost."""

import pytest

from pipeline.extract import extract

URL = "https://news.example/story/12"
DAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday")
STORY = [
    f"On {day} the river rose by {n} metres more, and the mayor of the town asked everybody who"
    f" lives in street number {n} to stay at home until the evening."
    for n, day in enumerate(DAYS, 1)
]
OTHER = "In the night the water reached the old school, and forty children slept in the town hall."
IMAGE = '<figure><img src="/river.jpg" width="800" height="600"></figure>'


def paragraphs(texts: list[str]) -> str:
    return "".join(f"<p>{text}</p>" for text in texts)


def text_of(shown: str, hidden: str, hides: str = 'style="display:none"', lead: str = "") -> str:
    page = (
        f"<title>The river</title><body><article><header><h1>The river</h1>{lead}</header>"
        f"<div>{shown}</div><button>Read more</button><div {hides}>{hidden}</div></article></body>"
    )
    return extract(page.encode(), URL).text


@pytest.mark.parametrize("hides", ['style="display: none"', "hidden"])
def test_whole_article_is_read_where_its_beginning_is_shown(hides: str) -> None:
    shown = paragraphs([STORY[0], f"{STORY[1][:100]}…"])
    whole = f"{paragraphs(STORY)}<div class=share>Share this</div>"
    assert text_of(shown, whole, hides) == "\n\n".join(STORY)


def test_standfirst_stays_above_the_whole_article() -> None:
    shown = paragraphs([*STORY[:2], f"{STORY[2][:100]}…"])
    whole = [*STORY, *(f"Later, {text}" for text in STORY)]
    text = text_of(shown, paragraphs(whole), lead=f"<p class=standfirst>{OTHER}</p>")
    assert text == "\n\n".join([OTHER, *whole])


def test_paragraph_between_those_that_are_shown_is_read() -> None:
    whole = [*STORY[:3], OTHER, *STORY[3:]]
    assert text_of(paragraphs(STORY), paragraphs(whole)) == "\n\n".join(whole)


@pytest.mark.parametrize(
    "hidden",
    [
        paragraphs(STORY[:3]),  # less than is shown
        f"<p>{' '.join(STORY)} {STORY[0]}</p>",  # all of it, without its paragraphs
        paragraphs([text.replace("river", "lake") for text in STORY * 2]),  # another article
        paragraphs([*(f"{text[:100]}…" for text in STORY), OTHER]),  # cut short
        paragraphs([*STORY[:4], f"{STORY[4]} She took it back.", OTHER]),  # as it was once
        paragraphs([*STORY, "This text was translated by a machine, and nobody has read it yet."]),
        paragraphs(["You are listening to the river, read by a machine for the news.", *STORY]),
        f"{paragraphs(STORY)}<div hidden><p>{OTHER}</p></div>",  # hidden there as well
    ],
)
def test_what_loses_or_only_repeats_the_article_stays_hidden(hidden: str) -> None:
    assert text_of(paragraphs(STORY), hidden) == "\n\n".join(STORY)


@pytest.mark.parametrize(
    "lost",
    ["<h2>At noon</h2>", "<ul><li>Bonn</li><li>Köln</li></ul>", "<p>“No,” he said.</p>", IMAGE],
)
def test_copy_without_what_is_shown_between_paragraphs_stays_hidden(lost: str) -> None:
    shown = f"{paragraphs(STORY[:2])}{lost}{paragraphs(STORY[2:])}"
    text = text_of(shown, paragraphs([*STORY[:3], OTHER, *STORY[3:]]))
    assert OTHER not in text
    assert text.startswith(STORY[0])


def test_many_hidden_copies_are_read_in_no_time() -> None:
    copies = f"<div hidden>{paragraphs([*STORY, OTHER])}</div>" * 2000
    assert text_of(paragraphs(STORY), copies) == "\n\n".join(STORY)
