"""What a model says twice in a row is said once, and its links go with it."""

import pytest

from pipeline.translate.engine.gate import Output, checked
from pipeline.translate.engine.stutter import said_once
from tests.translate.works import at_once, done


@pytest.mark.parametrize(
    ("text", "once"),
    [
        ("Uma bela bela paisagem.", "Uma bela paisagem."),
        ("a Estação Central Central Central, disse", "a Estação Central, disse"),
        ("o porto novo o porto novo, hoje", "o porto novo, hoje"),
        ("nous nous levons", "nous levons"),
        ("Que que é? Não, não.", "Que que é? Não, não."),
        ("", ""),
    ],
)
def test_a_phrase_that_follows_itself_goes(text, once):
    assert said_once(text, "")[0] == once


def test_links_to_what_went_lead_to_what_stayed():
    text, links = said_once("Uma bela bela bela vista", "0-0 1-1 2-2 3-3 4-4")
    assert text == "Uma bela vista"
    assert links == "0-0 1-1 2-1 3-1 4-2"


def test_the_gate_takes_a_stutter_out_that_no_attempt_was_without():
    def attempt(_text, _way):
        return at_once(Output("Uma bela bela vista do rio.", "0-0 1-1 2-3"))

    one = done(checked("A fine view of the river.", attempt, "pt"))
    assert one.text == "Uma bela vista do rio."
    assert one.links == "0-0 1-1 2-2"
    assert one.verdict.first == ("stutter",) and one.verdict.left == ()
    assert one.verdict.tries[-1] == "once"
