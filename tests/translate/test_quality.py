"""The gate: what is surely broken is told from what may be right."""

import unicodedata
from collections.abc import Collection, Iterator, Sequence
from pathlib import Path

import pytest

from pipeline.article import Article, Translation
from pipeline.errors import PoorTranslation
from pipeline.options import TranslateOptions
from pipeline.translate import Translator
from pipeline.translate.engine.casing import calmed, copies, headline, restored
from pipeline.translate.engine.faults import faults
from pipeline.translate.engine.gate import Hypothesis, Output, Verdict, Way, checked, join
from pipeline.translate.engine.questions import Work
from tests.translate.recorded import RecordedTranslator
from tests.translate.works import at_once, done

SOURCE = "A new development pattern with a new engine, which 204 people saw at https://a.example/x."


@pytest.mark.parametrize(
    ("source", "target", "expected"),
    [
        ("Good morning.", "Bom dia.", ()),
        ("1,204 – 55 %", "", ()),
        ("Good morning.", "", ("empty",)),
        ("Good morning.", "…", ("empty",)),
        ("It was a new engine.", "Era um novo motor novo motor.", ("stutter",)),
        ("Very, very good.", "Muito, muito bom.", ()),
        (
            "Low in North County, rain in East County, rain in West County, snow in the south, and "
            "a wind from North County, rain in East County.",
            "Baixo no condado de Norte, chuva no condado de Leste, chuva no condado de Oeste, neve "
            "no sul, e um vento de Norte, chuva no condado de Leste.",
            (),
        ),
        ("The train left.", "O trem" + " de carga da cidade" * 9 + ".", ("loop", "stutter")),
        ("He said that " * 3 + "nothing would ever change again here.", "Ele.", ("short",)),
        ("In 1998 he paid 1,250 euros.", "Em 1998, pagou 1.250 euros.", ()),
        ("In 1998 he paid 1,250 euros.", "Em 1989, pagou 1.250 euros.", ("figures", "numbers")),
        ("They left before noon today.", "They left before noon today.", ("untranslated",)),
        ("See https://a.example/x now.", "Veja https://b.example/x já.", ("addresses",)),
        ("She was there.", "她在那里。", ()),
        # numbers are written in other ways
        ("Almost 1000 of 120,000 people left.", "Quase 1.000 de 120 mil pessoas saíram.", ()),
        ("It cost 2 million, or 1.5bn yen.", "Custou 2 milhões, ou 1,5 bilhões de ienes.", ()),
        ("Over 1,500,000 came, 2 thousand by bus.", "Mais de 1,5 milhão, 2.000 de ônibus.", ()),
        ("In the 19th and 21st century.", "Nos séculos XIX e XXI.", ()),
        ("From 09:30 to 12:00, or 10:15 p.m.", "Das 9h30 às 12h, ou às 22h15.", ()),
        ("It was 10 p.m. in the '90s.", "Eram 22h nos anos 1990.", ()),
        ("The 1st and 12th, 3.5 kg.", "O 1º e o 12º, 3,5 kg.", ()),
        ("Some 82,000 people.", "约8.2万人。", ()),
        ("In 2019 came 25.", "جاء ٢٥ في ٢٠١٩.", ()),
        ("Almost 1000 people left.", "Quase 100 pessoas saíram.", ("figures", "numbers")),
        ("Some 820,000 people left.", "Uns 880 mil pessoas saíram.", ("figures", "numbers")),
        ("From 09:30 on.", "A partir das 8h30.", ("numbers",)),
        ("Some 250 people left.", "Umas 250 mil pessoas saíram.", ("figures", "numbers")),
        ("Some 250 people left.", "约250万人离开了。", ("figures", "numbers")),
        ("Some 250 miles on.", "Umas 250 milhas depois.", ()),
        ("A 2.5-million-dollar home.", "Uma casa de 2,5 milhões de dólares.", ()),
        ("From 250 to 300 thousand people.", "De 250 mil a 300 mil pessoas.", ()),
        # words said twice are right in some places
        ("No, no, that is enough.", "Não, não, não, isso chega.", ()),
        ("The children read.", "Anak-anak membaca.", ()),
        ("It was the red bridge.", "Era a ponte ponte vermelha.", ("stutter",)),
        ("The train left at noon.", "O trem saiu ao meio-", ("unfinished",)),
        ("He asked: who is it?", "Ele perguntou: quem é?", ()),
        ("哈哈哈", "Hahaha", ()),
    ],
)  # fmt: skip
def test_faults(source, target, expected):
    scripts = {"CJK": "zh", "ARABIC": "ar"}
    found = {unicodedata.name(char, "").split(" ")[0] for char in target} & scripts.keys()
    assert faults(source, target, ("en", scripts[found.pop()] if found else "pt")) == expected


@pytest.mark.parametrize(
    ("text", "calm"),
    [
        ("BREXIT VOTE IS LOST", "Brexit vote is lost"),
        ("“WE WILL WAIT”", "“We will wait”"),
        ("NATO", "NATO"),
        ("Der BUND zahlt", "Der BUND zahlt"),
        ("市政府星期二决定修缮老桥", "市政府星期二决定修缮老桥"),
    ],
)
def test_capitals_become_a_sentence(text, calm):
    assert calmed(text) == calm


def test_a_headline_in_capitals_is_understood_and_stays_in_capitals(recorded: RecordedTranslator):
    (out,) = recorded.texts(["THE OLD BRIDGE IS CLOSED AGAIN"], "en", "pt")
    assert out.isupper() and "PONTE" in out


def test_a_stutter_is_translated_again(recorded: RecordedTranslator):
    title = "Chongqing Plays Three Roles to Open up a New Development Pattern with a New Engine"
    (out,) = recorded.texts([title], "en", "pt")
    assert "stutter" not in faults(title, out)


def test_what_stays_broken_is_left_in_its_own_words(recorded: RecordedTranslator):
    names = " ".join(f"Street{number}" for number in range(80))
    (out,) = recorded.texts([names], "en", "pt")
    assert "79" in out and len(out) > 0.7 * len(names)


@pytest.mark.parametrize(
    ("source", "target", "language", "expected"),
    [
        ("She was there again.", "Она снова была там.", "ru", ()),
        ("She was there again.", "Она снова была там.", "pt", ("script",)),
        ("Good morning, Anna.", "早上好，安娜。", "zh", ()),
        ("In the '90s it was new.", "Nos anos 1990 era novo.", "pt", ()),
        ("We met again.", "Nous nous sommes retrouvés.", "fr", ()),
        ("Those who stay, who", "Die, die bleiben, die die", "de", ()),
        ("It went slowly on.", "Yavaş yavaş devam etti.", "tr", ()),
        ("It went slowly on.", "Foi devagar devagar.", "pt", ("stutter",)),
        ("It rains in Bengaluru.", "ಬೆಂಗಳೂರಿನಲ್ಲಿ ಮಳೆಯಾಗುತ್ತಿದೆ.", "kn", ()),
        ("He left the old house.", "เขาออกจากบ้านเก่า", "th", ()),
        ("It cost a lot.", "Custou 2450 euros.", "pt", ("numbers",)),
        ("10 11 12 13 14 points", "10 20 30 40 pontos", "pt", ("garbled", "figures", "numbers")),
    ],
)
def test_faults_that_the_language_tells(source, target, language, expected):
    assert faults(source, target, ("en", language)) == expected


def score(word: str) -> tuple[float, int]:
    """A vocabulary of a few small words, and of names in capitals."""
    common = {"migrant", "children", "quietly", "moved", "tent", "camp", "police"}
    if word in common:
        return -8.0, 1
    return (-10.0, 1) if word[0].isupper() else (-30.0, 4)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (
            "Migrant Children Quietly Moved to a Tent Camp in Texas",
            "Migrant children quietly moved to a tent camp in Texas",
        ),
        (
            "Police: Children Moved to Tent Camp, Quietly",
            "Police: Children moved to tent camp, quietly",
        ),
        ("The children moved to Tent Camp in Texas", "The children moved to Tent Camp in Texas"),
        ("Tent Camp", "Tent Camp"),
    ],
)
def test_title_case_becomes_a_sentence_but_names_stay(text, expected):
    assert headline(text, score) == expected
    assert headline(text, None) == text


def test_a_headline_is_understood_the_second_time_and_names_keep_their_capitals(recorded):
    headline = "Hundreds Killed by Indonesian Quake and Tsunami, With Toll Seen Rising"
    assert copies(headline, headline) == 9
    (out,) = recorded.texts([headline], "en", "pt")
    assert copies(headline, out) <= 2
    assert restored("Christion Abercrombie Undergoes Surgery", "christion abercrombie passa") == (
        "Christion Abercrombie passa"
    )


def attempts(*answers: str | None):
    """A translator that gives these answers, one an attempt; and what was asked of it."""
    asked: list[str] = []

    def attempt(_: str, way: Way) -> Work[Output | None]:
        asked.append(way)
        answer = answers[min(len(asked), len(answers)) - 1]
        return at_once(None if answer is None else Output(answer, ""))

    return attempt, asked


LOOP = "a casa da cidade " * 9


def test_the_gate_tries_every_way_before_it_gives_up():
    attempt, asked = attempts(LOOP)
    one = done(checked("The house in the town.", attempt, ("en", "pt")))
    assert asked == ["plain", "parts", "strict", "small"]
    assert one.text == one.segment
    assert one.verdict is not None
    assert one.verdict.kept == ((0, len(one.segment)),)
    assert "loop" in one.verdict.left
    assert Verdict.parse(str(one.verdict)) == one.verdict


def test_the_gate_keeps_the_first_way_that_works():
    attempt, asked = attempts(LOOP, LOOP, "A casa na cidade.")
    one = done(checked("The house in the town.", attempt, ("en", "pt")))
    assert asked == ["plain", "parts", "strict"]
    assert (one.text, one.verdict and one.verdict.left) == ("A casa na cidade.", ())


def test_a_lost_figure_is_looked_for_in_every_way_and_else_the_source_is_shown():
    source = "The coast 300 km (190 miles) north of the town."
    attempt, asked = attempts("A costa 300 km ao norte da cidade.")
    one = done(checked(source, attempt, ("en", "pt")))
    assert asked == ["plain", "parts", "strict", "small"]
    assert one.text == source
    assert one.verdict is not None and "figures" in one.verdict.left and one.verdict.kept


def test_a_small_number_that_may_be_in_words_is_a_doubt_and_is_not_sought_where_words_are_lost():
    attempt, asked = attempts("O trem parou por meia hora.")
    one = done(checked("The train stopped for 30 minutes.", attempt, ("en", "pt")))
    assert asked == ["plain", "parts"]
    assert one.verdict is not None
    assert (one.verdict.tries, one.verdict.left) == (("parts",), ("numbers",))


def test_a_repetition_that_parts_do_not_mend_is_taken_out_and_nothing_else_is_tried():
    attempt, asked = attempts("O país tem florestas florestas.")
    one = done(checked("The country has forests.", attempt, ("en", "pt")))
    assert asked == ["plain", "parts"]
    assert one.text == "O país tem florestas."


def test_what_was_copied_is_not_cut():
    attempt, asked = attempts("Il faut bien quand même faire.")
    one = done(checked("Il faut bien quand même faire.", attempt, ("en", "pt")))
    assert asked == ["plain", "small"]
    assert one.verdict is not None and one.verdict.kept


def test_a_stutter_is_taken_out_of_what_was_copied_at_first():
    attempt, _ = attempts("A fine view of the river.", "Uma bela bela vista do rio.")
    assert (
        done(checked("A fine view of the river.", attempt, ("en", "pt"))).text
        == "Uma bela vista do rio."
    )


def test_what_cannot_be_cut_is_tried_strictly():
    attempt, asked = attempts("1991", None, "Kyoto 1990")
    one = done(checked("京都1990年", attempt, ("ja", "en")))
    assert asked == ["plain", "parts", "strict"]
    assert one.text == "Kyoto 1990"


def test_a_repetition_is_not_exchanged_for_another_fault():
    attempt, _ = attempts("O país tem florestas florestas.", "O país tem 1990 florestas.")
    one = done(checked("The country has forests.", attempt, ("en", "pt")))
    assert one.text == "O país tem florestas."


def test_of_two_that_repeat_themselves_the_one_in_parts_is_kept():
    attempt, _ = attempts("A A casa casa.", "A casa casa na cidade.")
    one = done(checked("The house in the town.", attempt, ("en", "pt")))
    assert one.text == "A casa na cidade."


def test_a_broken_piece_of_a_long_segment_stays_alone_in_its_own_words():
    good = Hypothesis("one two", "um dois")
    bad = Hypothesis("three four", "three four", "", Verdict(("cut",), (), ("cut",), ((0, 10),)))
    whole = join("one two three four", ["one two ", "three four"], {"one two": good, bad.text: bad})
    assert whole.text == "um dois three four"
    assert whole.verdict is not None and whole.verdict.kept == ((8, 18),)


def test_pieces_of_a_script_without_spaces_are_joined_with_them_where_there_are():
    done = {"去年。": Hypothesis("去年。", "Last year."), "今年": Hypothesis("今年", "This year")}
    whole = join("去年。今年", ["去年。", "今年"], done, ("zh", "en"))
    assert whole.text == "Last year. This year"
    assert join("去年。今年", ["去年。", "今年"], done, ("zh", "ja")).text == "Last year.This year"


def test_spaces_stay_beside_what_is_not_of_a_script_without_them():
    cuts = ["See ", "https://a.example/x ", "and ", "go"]
    said = {"See": "看", "https://a.example/x": "https://a.example/x", "and": "然后", "go": "走"}
    done = {part: Hypothesis(part, text) for part, text in said.items()}
    assert join("".join(cuts), cuts, done, ("en", "zh")).text == "看 https://a.example/x 然后走"


class Broken:
    """An engine whose every translation of some segments is broken."""

    def __init__(self, segments: Collection[str]) -> None:
        self.segments = segments

    def load(self, _model: object) -> "Broken":
        return self

    def translate(self, segments: Sequence[str], _aligned: object) -> Iterator[Hypothesis]:
        for one in segments:
            verdict = Verdict(("loop",), ("strict",), ("loop",), ((0, len(one)),))
            broken = one in self.segments
            yield Hypothesis(one, one if broken else f"pt({one})", "", verdict if broken else None)


def broken(packages: Path, *segments: str, **options: float) -> Translator:
    translator = Translator(TranslateOptions(packages_dir=packages, **options))
    translator._engine = Broken(segments)
    return translator


def test_what_failed_is_published_in_its_own_words_and_says_so(packages: Path):
    html = '<p>One is <a href="x">bad &amp; long</a>. Two is good.</p>'
    translator = broken(packages, "One is bad & long.")
    (out,) = translator.html([html], "en", "pt")
    assert out == (
        '<p><span lang="en">One is </span><a href="x"><span lang="en">bad &amp; long</span></a>'
        '<span lang="en">.</span> pt(Two is good.)</p>'
    ).replace('<span lang="en">.</span>', ".")
    assert translator.html([html], "en", "pt") == [out]  # the memory knows of it


def test_an_article_with_too_much_of_it_failed_is_held_back(packages: Path):
    article = Article(
        url="https://example.org/1",
        title="One is bad.",
        html="<p>Two is bad. Three is good.</p>",
        text="",
        language="en",
    )
    bad = ("One is bad.", "Two is bad.")
    ((_, held),) = broken(packages, *bad).translate([article], "pt")
    assert isinstance(held, PoorTranslation)
    assert "2 of 3 segments" in str(held) and "loop" in str(held) and held.remedy
    ((_, kept),) = broken(packages, *bad, max_failed_share=0.7).translate([article], "pt")
    assert isinstance(kept, Translation)
    assert (kept.failed, kept.doubts, kept.title) == (2, 2, "One is bad.")
    assert '<span lang="en">Two is bad.</span> pt(Three is good.)' in kept.html
