"""Sentences that a model got wrong: where they are cut in two, and how the parts become one."""

from collections.abc import Callable

import pytest

from pipeline.translate.engine.cutting import halved, rejoined
from pipeline.translate.engine.gate import Output
from pipeline.translate.engine.questions import Work
from pipeline.translate.text.functionwords import function_words
from tests.translate.works import at_once, done


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


@pytest.mark.parametrize(
    "text", ["会议定于明天上午12：30开始举行会议", "彼は昨日「私は行く。」と私に言ったので"]
)
def test_they_are_not_cut_within_a_time_or_before_a_closing_mark(text):
    assert halved(text, ()) == [text]


def test_a_german_quotation_and_a_title_stay_whole():
    text = "Er sagte „ich komme sicher nicht mehr“ und ging nach Hause zu seiner Frau."
    assert halved(text, function_words("de"))[0] == "Er sagte „ich komme sicher nicht mehr“ "
    assert halved("So the late Mr. Brown was here", ())[0] != "So the late Mr. "


COMMON = {"Em", "In", "Um"}.__contains__


def test_a_part_begins_and_ends_as_its_source_does():
    parts = ["In 2012 it grew ", "by a third."]
    said = rejoined(parts, ["Em 2012 cresceu.", "Em um terço."], COMMON)
    assert said == ["Em 2012 cresceu", "em um terço."]
    assert rejoined(parts, ["2012年它增长了。", "三分之一。"], COMMON)[0] == "2012年它增长了"
    assert rejoined(["He asks why? ", "by."], ["Por quê?", "Em."], COMMON)[0] == "Por quê?"
    assert rejoined(["He said ", "no."], ["Disse...", "não."], COMMON)[0] == "Disse..."


def test_capitals_of_names_and_words_in_capitals_stay():
    assert rejoined(["He met ", "the ", "Anna."], ["A", "Kremlin", "Em."], COMMON)[1:] == [
        "Kremlin",
        "Em.",
    ]
    assert rejoined(["seen by ", "the Anna."], ["Por", "Em Anna."], COMMON)[1] == "em Anna."
    assert rejoined(["seen by ", "poor Em."], ["Por", "Em pobre."], COMMON)[1] == "Em pobre."
    assert rejoined(["It joins ", "the UN."], ["Junta-se", "EM."], COMMON)[1] == "EM."


def test_a_place_for_a_cut_is_found_in_a_text_of_any_length():
    text = "".join(f"{'x' * 90}{number} " for number in range(400)) + "字、" * 100_000
    assert "".join(halved(text, ())) == text


def halves(recorded, monkeypatch, say: Callable[[str], str]):
    """What becomes of a text in parts where a model says this of them, and what it was asked."""
    loaded = recorded._engine.load(recorded.models.installed()[0])
    asked: list[str] = []

    def cased(_: object, part: str, *__: object) -> Work[Output]:
        asked.append(part)
        return at_once(Output(say(part), ""))

    monkeypatch.setattr(type(loaded), "_cased", cased)
    return (lambda text: done(loaded._in_parts(text, "parts"))), asked


def test_a_part_of_which_words_are_lost_does_not_count(recorded, monkeypatch):
    text = "The committee met in the old hall, and the members of the party agreed in 1990."
    kept, asked = halves(recorded, monkeypatch, str)
    assert kept(text) == (text, "")
    assert len(asked) == 2
    assert halves(recorded, monkeypatch, lambda _: "")[0](text) is None


def test_a_part_that_lost_a_number_is_cut_once_more(recorded, monkeypatch):
    def say(part: str) -> str:
        return part.replace("2019", "2109") if len(part) > 30 else part

    text = "More than in 2019 people are affected in the country, officials say."
    cut, asked = halves(recorded, monkeypatch, say)
    assert cut(text) == (text, "")
    assert max(map(len, asked[2:])) < len(asked[0])
