"""A translation that loses the month of a date is noticed."""

import pytest

from pipeline.translate.engine.faults import faults
from pipeline.translate.figures.months import lost


@pytest.mark.parametrize(
    ("languages", "source", "target"),
    [
        ("en>pt", "It ended on February 28 in Rome.", "Terminou em 28 de janeiro em Roma."),
        ("en>pt", "The year runs from July 1 to June 30.", "O ano vai de 1 a 30 de julho."),
        ("en>pt", "On Dec. 24 and Dec. 25", "Em 24 e 25 de janeiro"),
        ("en>de", "Sales for March 21-31 fell.", "Die Verkäufe für 21-31 fielen."),
        ("en>fr", "He died on the 5th of June.", "Il est mort le 5 mars."),
        ("pt>en", "Nasceu em 12 de agosto de 1970.", "He was born on 12 October 1970."),
        ("de>en", "Am 3. März 2024 begann es.", "It began on 3 May 2024."),
        ("ru>en", "Он родился 7 февраля.", "He was born on 7 January."),
        ("en>pt", "It ended on Sept. 8, 2024", "Terminou em 8 de janeiro de 2024"),
        ("de>en", "Am 3. Sept. 2024 und am 4. Jan. 2025", "On 3 May 2024 and 4 Jan 2025"),
    ],
)
def test_a_month_that_is_lost(languages: str, source: str, target: str) -> None:
    first, second = languages.split(">")
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
        ("xx>yy", "3 April", "3"),
        ("en>ja", "It closes on October 4.", "10月4日に閉まる。"),
        ("en>pt", "On Feb. 28, 2024", "Em 28 de fev. de 2024"),
        ("en>es", "On February 28, 2024", "El 28 feb 2024"),
        ("en>es", "On September 8, 2024", "El 8 de setiembre de 2024"),
        ("ar>en", "مارس 10 سنوات", "He practised for 10 years"),
        ("en>ru", "It opened in May 2024.", "Он открылся в мае 2024 года."),
        ("en>ru", "It opened in June 2024.", "Он открылся в июне 2024 года."),
        ("en>he", "On 5 June it closed.", "ב-5 ביוני הוא נסגר."),
        ("en>th", "In June 2024", "ในเดือนมิถุนายน 2024"),
        ("en>ar", "On 5 October 2024", "في 5 تشرين الأول 2024"),
        ("it>en", "vince 3 set a 1", "wins 3 sets to 1"),
        ("ro>en", "Cele 3 mai mari bănci", "The 3 largest banks"),
        ("es>en", "Los 12 del mar", "The 12 of the sea"),
        ("en>pt", "Theresa May 2.0", "Theresa May 2.0"),
        ("en>pt", "Singer April 26 years on", "A cantora April 26 anos depois"),
        ("pt>es", "Rua 25 de março", "Calle 25 de Março"),
        ("en>pl", "In March 2024", "W marcu 2024"),
    ],
)
def test_what_is_no_lost_month(languages: str, source: str, target: str) -> None:
    first, second = languages.split(">")
    assert lost(source, target, (first, second)) == 0


def test_the_names_of_one_language_do_not_get_into_another() -> None:
    assert lost("On 5 June 2024", "ב-5 ביוני 2024", ("en", "he")) == 0
    assert lost("On 5 June 2024", "5 iyun 2024", ("en", "az")) == 0
    assert lost("He died on 5 June.", "Il est mort le 5 mars.", ("en", "fr")) == 1
    assert lost("He died on 5 June.", "Il est mort le 5 juin.", ("en", "fr")) == 0
