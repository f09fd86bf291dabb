"""The gate: what is surely broken is told from what may be right."""

import pytest

from pipeline.translate import Translator
from pipeline.translate.quality import calmed, faults

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
        ("The train left.", "O trem " + "de carga da cidade " * 9, ("loop", "stutter")),
        ("He said that " * 3 + "nothing would ever change again here.", "Ele.", ("short",)),
        ("In 1998 he paid 1,250 euros.", "Em 1998, pagou 1.250 euros.", ()),
        ("In 1998 he paid 1,250 euros.", "Em 1989, pagou 1.250 euros.", ("numbers",)),
        ("They left before noon today.", "They left before noon today.", ("copied",)),
        ("See https://a.example/x now.", "Veja https://b.example/x já.", ("addresses",)),
        ("She was there.", "她在那里。", ()),
        ("哈哈哈", "Hahaha", ()),
    ],
)  # fmt: skip
def test_faults(source, target, expected):
    assert faults(source, target) == expected


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


def test_a_headline_in_capitals_is_understood_and_stays_in_capitals(translator: Translator):
    (out,) = translator.texts(["THE OLD BRIDGE IS CLOSED AGAIN"], "en", "pt")
    assert out.isupper() and "PONTE" in out


def test_a_stutter_is_translated_again(translator: Translator):
    title = "Chongqing Plays Three Roles to Open up a New Development Pattern with a New Engine"
    (out,) = translator.texts([title], "en", "pt")
    assert "stutter" not in faults(title, out)


def test_what_stays_broken_is_left_in_its_own_words(translator: Translator):
    names = " ".join(f"Street{number}" for number in range(400))
    (out,) = translator.texts([names], "en", "pt")
    assert "Street399" in out and len(out) > 0.7 * len(names)
