"""A translation that loses the month of a date is noticed."""

import pytest

from pipeline.translate.engine.faults import faults
from pipeline.translate.figures.months import lost


@pytest.mark.parametrize(
    ("languages", "source", "target"),
    [
        ("en>pt", "It ended on February 28 in Rome.", "Terminou em 28 de janeiro em Roma."),
        ("en>pt", "The year runs from July 1 to June 30.", "O ano vai de 1 a 30 de julho."),
        ("en>de", "Sales for March 21-31 fell.", "Die Verkäufe für 21-31 fielen."),
        ("en>fr", "He died on the 5th of May.", "Il est mort le 5 mars."),
        ("pt>en", "Nasceu em 12 de agosto de 1970.", "He was born on 12 October 1970."),
        ("de>en", "Am 3. März 2024 begann es.", "It began on 3 May 2024."),
        ("ru>en", "Он родился 7 февраля.", "He was born on 7 January."),
        ("en>ja", "It closes on October 4.", "4日に閉まる。"),
    ],
)
def test_a_month_that_is_lost(languages: str, source: str, target: str) -> None:
    first, second = languages.split(">")
    if second == "ja":  # its months are numbers: those are compared as figures are
        assert lost(source, target, (first, second)) == 0
        return
    assert lost(source, target, (first, second)) == 1
    assert "dates" in faults(source, target, (first, second))


@pytest.mark.parametrize(
    ("languages", "source", "target"),
    [
        ("en>pt", "It ended on February 28.", "Terminou em 28 de fevereiro."),
        ("en>pt", "It ended on Feb. 28.", "Terminou em 28/02."),
        ("en>pt", "It ended on Sept. 8, 2024", "Terminou em 08.09.2024"),
        ("en>pl", "In January 2024 it closed.", "W styczniu 2024 roku został zamknięty."),
        ("en>fi", "It opens on 1 December.", "Se avataan 1. joulukuuta."),
        ("en>cs", "It opens on 1 May 2024.", "Otevře se 1. května 2024."),
        ("en>pt", "He may 5 times march on it.", "Ele pode 5 vezes marchar nisso."),
        ("en>pt", "Theresa May won 5 votes.", "Theresa May ganhou 5 votos."),
        ("en>pt", "March on 5th Avenue", "Marcha na 5ª Avenida"),
        ("pt>en", "Em 1985 dez moradores morreram.", "In 1985 ten residents died."),
        ("fr>en", "Les 2 mars rovers", "The 2 March rovers"),
        ("zh>en", "3月5日开始", "It begins on 5 March"),
        ("xx>yy", "3 May", "3"),
    ],
)
def test_what_is_no_lost_month(languages: str, source: str, target: str) -> None:
    first, second = languages.split(">")
    assert lost(source, target, (first, second)) == 0
