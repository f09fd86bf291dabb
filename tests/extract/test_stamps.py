"""Lines that only date an article, and lines with a date that say something."""

import pytest

from pipeline.extract.clutter.stamps import is_stamp


@pytest.mark.parametrize(
    "text",
    [
        "First Published: Tuesday, November 19, 2019 08:38 AM",
        "Veröffentlicht am 3. März 2021",
        "05/10/2018 - Publicado por: Clarissa - Categoria: Saúde",
        "19 ноября 2019, 08:38",
        "2019年11月19日 08:38",
        "Updated at 1:23 p.m.",
        "sexta-feira, 22 de outubro de 2010 às 20:13",
        "Wednesday 3 June, 10:13",
    ],
)
def test_stamp_is_known(text: str) -> None:
    assert is_stamp(text)


@pytest.mark.parametrize(
    "text",
    [
        "2015",
        "Montag bis Donnerstag 08.30 Uhr bis 13.30 Uhr",
        "Samstag, 14. Juni 2025, 20 Uhr, Domplatz",
        "Vendredi 6 juin 2025, 20h30, Salle Pleyel",
        "Terça-feira, 10 de junho de 2025, Praça da Sé",
        "On 19 November 2019 the bridge was closed.",
        "+81 158-23-2012",
        "1月1日の豆知識をお届けします",
        "The summer of 2019 and its long shadow",
        "Getriebe 6 Gang Automatik 8:30 Liter Verbrauch",
    ],
)
def test_line_that_says_something_is_no_stamp(text: str) -> None:
    assert not is_stamp(text)
