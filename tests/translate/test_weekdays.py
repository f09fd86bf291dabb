"""A translation that loses a day of the week is noticed."""

import pytest

from pipeline.translate.engine.faults import faults
from pipeline.translate.figures.weekdays import lost


@pytest.mark.parametrize(
    ("languages", "source", "target"),
    [
        ("en>pt", "The meeting on Monday calmed them.", "A reunião acalmou-os."),
        ("en>pt", "It closes early Sunday.", "Fecha no sábado de manhã."),
        ("en>pt", "On Tuesday and on Friday", "Na terça-feira e na quinta-feira"),
        ("pt>en", "Saiu na quarta-feira de manhã.", "He left in the morning."),
        ("de>en", "Er kam am Sonnabend.", "He came on Sunday."),
        ("es>en", "El jueves pasado llovió.", "It rained last Friday."),
        ("en>pl", "She came on Tuesday.", "Przyszła w środę."),
        ("en>fi", "It opens on Monday.", "Se avataan tiistaina."),
    ],
)
def test_a_day_that_is_lost(languages: str, source: str, target: str) -> None:
    first, second = languages.split(">")
    assert lost(source, target, (first, second)) == 1
    assert "dates" in faults(source, target, (first, second))


@pytest.mark.parametrize(
    ("languages", "source", "target"),
    [
        ("en>pt", "On Tuesday and Wednesday", "Na terça e na quarta-feira"),
        ("en>pt", "On Saturday Night Live he sang.", "Cantou no programa."),
        ("en>pt", "She told The Sunday Times so.", "Ela disse isso ao jornal."),
        ("en>de", "It was Black Friday.", "Es war der Tag der Rabatte."),
        ("en>de", "on Saturday; on Friday evening", "am Sonnabend; am Freitagabend"),
        ("en>pt", "Open Mon. to Fri.", "Aberto de seg. a sex."),
        ("pt>en", "Aos domingos chove. Domingos Jorge Velho saiu.", "It rains. He left."),
        ("pt>en", "No sábado, 5", "On Sat 5"),
        ("fr>en", "C'est mardi gras.", "It is Mardi Gras."),
        ("ru>en", "в среду и в пятницу", "on Wednesday and Friday"),
        ("en>ru", "on Wednesday and Friday", "в среду и в пятницу"),
        ("en>tr", "on Sunday", "pazar günü"),
        ("en>zh", "on Monday", "星期一"),
        ("zh>en", "星期一", "on"),
        ("en>ar", "on Sunday", "في يوم الأحد"),
        ("xx>yy", "Monday", ""),
        ("ru>en", "окружающая среда", "the environment"),
        ("id>en", "minggu lalu", "last week"),
        ("en>cs", "on Friday", "do pátku"),
        ("en>hr", "on Friday", "od petka"),
        ("en>ro", "on Tuesday", "marţi"),
    ],
)
def test_what_is_no_lost_day(languages: str, source: str, target: str) -> None:
    first, second = languages.split(">")
    assert lost(source, target, (first, second)) == 0
