"""Sentences that a model got wrong: where they are cut in two, and how the parts become one."""

import pytest

from pipeline.translate.cutting import halved, rejoined
from pipeline.translate.wording import function_words


@pytest.mark.parametrize(
    ("text", "first"),
    [
        # After a clause, though another place is nearer the middle.
        (
            "The road was closed on Monday, and nobody knew why it was.",
            "The road was closed on Monday, ",
        ),
        # Before a small word rather than within a phrase.
        (
            "A large utility cut the estimate of about 660,000 people",
            "A large utility cut the estimate ",
        ),
        # Neither within brackets nor between a number and what it counts.
        ("He bought it (for some 30 euros in cash) then", "He bought it "),
        ("We waited there 30 minutes before leaving", "We waited there "),
        ("So the late “Mr. Brown of Kent” was", "So the late "),
        # Not within a name.
        ("So nobody met Rosa Lima before it", "So nobody met "),
    ],
)
def test_a_sentence_is_cut_where_it_hurts_least(text, first):
    parts = halved(text, function_words("en"))
    assert parts[0] == first
    assert "".join(parts) == text


@pytest.mark.parametrize("text", ["", "Word", "   ", "1990", "京都"])
def test_what_has_no_place_for_it_stays_whole(text):
    assert halved(text, ()) == [text]


def test_scripts_without_spaces_are_cut_after_their_marks():
    text = "去年他们卖掉了房子，今年又买了一座更大的。"
    assert halved(text, ()) == ["去年他们卖掉了房子，", "今年又买了一座更大的。"]


def test_a_part_begins_and_ends_as_its_source_does():
    parts = ["In 2012 it grew ", "by a third."]
    said = rejoined(parts, ["Em 2012 cresceu.", "Em um terço."], "pt", function_words("pt"))
    assert said == ["Em 2012 cresceu", "em um terço."]


def test_capitals_of_names_words_in_capitals_and_nouns_stay():
    assert rejoined(["He met ", "Anna."], ["Conheceu", "Anna."], "pt", ())[1] == "Anna."
    assert rejoined(["It joins ", "the UN."], ["Junta-se", "ONU."], "pt", ())[1] == "ONU."
    german = function_words("de")
    assert rejoined(["It has ", "houses."], ["Es hat", "Häuser."], "de", german)[1] == "Häuser."
    assert rejoined(["It is ", "in town."], ["Es ist", "In der Stadt."], "de", german)[1] == (
        "in der Stadt."
    )


def test_dots_that_stand_for_more_stay_at_the_end_of_a_part():
    assert rejoined(["He said ", "no."], ["Disse...", "não."], "pt", ())[0] == "Disse..."


def test_a_place_for_a_cut_is_found_in_a_text_of_any_length():
    text = "".join(f"{'x' * 90}{number} " for number in range(400))
    assert "".join(halved(text, ())) == text
