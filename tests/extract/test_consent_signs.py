"""How many kinds of words make a notice: each rule by texts that it alone takes for one."""

import pytest

from pipeline.extract import extract
from pipeline.extract.clutter.consent import signs
from tests.extract.test_notices import STORY

WEAK = "We and our partners store data on your device."
LONG = " The river rose by two metres on Monday, and the town stayed at home." * 2


@pytest.mark.parametrize(
    ("text", "count"),
    [
        ("We use cookies.", 2),  # a cookie, and who speaks
        (f"We use cookies.{LONG}", 1),  # so long that two kinds do not make it one
        (WEAK, 1),
        ("By continuing to browse you agree to this.", 1),
        (f"{WEAK}{LONG * 2}", 0),
        ("Accept all", 0),  # one kind alone
        ("The mayor said: “We and our partners store data on your device.”", 0),
    ],
)
def test_the_kinds_of_words_of_a_notice_are_counted(text, count):
    assert signs(text) == count


def test_an_overlay_that_only_begins_to_sound_like_a_notice_is_one():
    body = "".join(f"<p>{paragraph}</p>" for paragraph in STORY)
    page = "<title>A bridge</title><article>{}<div {}><p>{}</p></div></article>"

    def read(*words):
        return extract(page.format(body, *words).encode(), "https://news.example/bridge").text

    assert WEAK not in read("style=position:fixed", WEAK)
    said = "The old bridge was built in 1901 by an engineer from the next town up the river."
    assert said in read("style=position:fixed", said)
