"""Pictures: those that wait for a script, and those whose names speak of sharing."""

import pytest

from pipeline.extract import extract

URL = "https://news.example/story/12"
PROSE = "The beekeeper counted her hives on Sunday, and found that one had moved by two metres. "


def images(markup: str) -> list[str]:
    page = (
        f"<!doctype html><html lang=en><title>The hive</title><body><article><h1>The hive</h1>"
        f"<p>{PROSE * 3}</p>{markup}<p>{PROSE * 4}</p></article></body></html>"
    )
    parts = extract(page.encode(), URL).html.split('<img src="')[1:]
    return [part.split('"')[0] for part in parts]


@pytest.mark.parametrize(
    "markup",
    [
        "<div class=x><img class=lazy width=800 height=500><noscript><img src=/hive.jpg></noscript>"
        "</div>",
        '<p><noscript><img src="/hive.jpg"></noscript><img src="data:image/gif;base64,R0lGODlh"></p>',
        '<section><span class=wait><img src="/static/blank.gif"></span>\n'
        "<noscript><img src=/hive.jpg alt=Hive></noscript></section>",
        # Its address is in an attribute: the script loads that one.
        "<div><img data-src=/hive.jpg><noscript><img src=/hive.jpg?small></noscript></div>",
    ],
)
def test_picture_that_waits_for_a_script_is_the_one_beside_it(markup: str) -> None:
    assert images(markup) == ["https://news.example/hive.jpg"]


def test_picture_only_for_those_without_scripts_is_none() -> None:
    counter = "<noscript><img src=https://count.example/p.php width=1 height=1></noscript>"
    assert images(f"<div>{counter}</div><div><img src=/a.jpg>{counter}</div>") == [
        "https://news.example/a.jpg"
    ]


@pytest.mark.parametrize(
    "markup",
    [
        "<div class=photo-share-wrap><img class=shareable src=/hive.jpg width=680></div>",
        '<div class="social-media-image"><a href="/big/hive.jpg"><img src=/hive.jpg></a>'
        "<p>The hive. Photo: A. Weir</p></div>",
        '<p><span class="js-share"><img class=pinterest srcset="/hive.jpg 800w"></span></p>',
    ],
)
def test_picture_with_a_name_of_sharing_stays(markup: str) -> None:
    assert images(markup) == ["https://news.example/hive.jpg"]


@pytest.mark.parametrize(
    "markup",
    [
        '<div class=share-bar><a href="https://social.example/s?u=1"><img src=/f.jpg></a></div>',
        "<div class=social><img src=/f.png width=32><img src=/t.png width=32></div>",
        '<div class="social-share"><img src=/icon.jpg width=24 height=24></div>',
    ],
)
def test_buttons_for_sharing_are_no_pictures(markup: str) -> None:
    assert images(markup) == []
