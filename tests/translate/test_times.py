"""Times of the day are read with the half of the day that their language says, and compared."""

import pytest

from pipeline.translate.figures.comparing import compare
from pipeline.translate.figures.reading import figures
from pipeline.translate.figures.standins import aside


def times(text: str, language: str) -> list[str]:
    """The times in a text, as hours and minutes of 24 hours."""
    found = (one for one in figures(text, language) if one.kind == "time")
    return [f"{int(one.value or 0) // 60}:{int(one.value or 0) % 60:02}" for one in found]


@pytest.mark.parametrize(
    ("language", "text", "expected"),
    [
        ("en", "Open 2-4pm and 9.30–11pm.", "14:00 16:00 21:30 23:00"),
        ("en", "From 11-2pm, between 8 and 10 a.m.", "11:00 14:00 8:00 10:00"),
        ("en", "9-5pm, 6:30 - 8pm", "9:00 17:00 18:30 20:00"),
        ("en", "at 9 in the evening, by 11 in the morning", "21:00 11:00"),
        ("en", "at 12 in the afternoon", "12:00"),
        ("pt", "às 9 da noite, das 8 às 10 da noite", "21:00 20:00 22:00"),
        ("pt", "às 2 da manhã, à 1h30 da manhã, às 3 da madrugada", "2:00 1:30 3:00"),
        ("pt", "às 12 da noite, às 9.30 da noite, 9hs da noite", "0:00 21:30 21:00"),
        ("pt", "das 14h às 16h30min, às 18:00h", "14:00 16:30 18:00"),
        ("es", "a las 9 de la noche, a la 1 de la madrugada", "21:00 1:00"),
        ("es", "a las 12 de la mañana, a las 12 de la noche", "12:00 0:00"),
        ("fr", "à 9 heures du soir, de 8 à 10 heures du matin", "21:00 8:00 10:00"),
        ("fr", "à 3 heures de l’après-midi", "15:00"),
        ("it", "alle 9 di sera, alle 2 di notte", "21:00 2:00"),
        ("it", "dalle 8 alle 10 di notte", "20:00 22:00"),
    ],
)  # fmt: skip
def test_the_part_of_the_day_belongs_to_its_time(language, text, expected):
    assert times(text, language) == expected.split()


@pytest.mark.parametrize(
    ("language", "text", "expected"),
    [
        ("pt", "o gol 2 da noite, o melhor dos 5 da tarde, R$ 10 da noite", ""),
        ("pt", "perdeu 3 horas da tarde na fila", ""),
        ("pt", "terça-feira 12 às 8 da noite; venceu por 2 a 1 às 9 da noite", "20:00 21:00"),
        ("es", "el martes 5 a las 9 de la noche", "21:00"),
        ("it", "lunedì 5 alle 9 di sera", "21:00"),
        ("en", "Channel 4 - 9pm, Room 12 – 3pm, Leeds 2-1 pm", "21:00 15:00 13:00"),
        ("en", "from July 4 to 9pm on July 6, from $5 to 6pm", "21:00 18:00"),
        ("en", "It fell to 9 at night. He lost 3 in the morning and about 5 in the evening.", ""),
        ("ru", "3 дня и 5 утра", ""),
    ],
)
def test_what_only_stands_beside_a_time_or_a_part_of_the_day_is_none(language, text, expected):
    assert times(text, language) == expected.split()


@pytest.mark.parametrize(
    ("languages", "source", "target", "lost"),
    [
        ("en pt", "at 9:30pm", "às 21h30", 0),
        ("en pt", "at 9:30pm", "às nove e meia da noite", 0),
        ("en de", "at 9:30pm", "um 21.30 Uhr", 0),
        ("en fr", "at 9:35pm", "à 21 heures 35", 0),
        ("en ja", "at 9:30pm", "21時30分", 0),
        ("en es", "at 9:30pm", "a las 9 y media", 0),
        ("en pt", "12 a.m.", "à meia-noite", 0),
        ("en de", "at 8:30 p.m.", "um halb neun", 0),
        ("de en", "um 20.15 Uhr", "at 8:15 p.m.", 0),
        ("pt en", "às 20h", "at 8", 0),
        ("pt en", "às 8h30", "at 8:30 p.m.", 0),
        ("pt en", "das 14h às 16h", "2-4pm", 0),
        ("en pt", "3.15pm: closed", "15h: fechado", 1),
        ("en pt", "at 4.45pm", "às 14h45", 1),
        ("en pt", "at 8am", "às 8h50", 1),
        ("en pt", "at 8am", "às 20h", 1),
        ("en pt", "12:30pm", "0h30", 1),
        ("pt en", "às 9 da noite", "at 9 a.m.", 1),
        ("pt en", "às 21h", "at 9 a.m.", 1),
        ("en pt", "at 9 in the evening", "às 9 da manhã", 1),
        ("en pt", "at 9 in the evening", "às 9 da noite", 0),
        ("pt en", "às 9 da noite", "at nine in the evening", 0),
        ("pt en", "fecha às 0h", "it closes soon", 1),
        ("pt en", "às 12h", "at midnight", 1),
        ("pt en", "às 21h07", "at 9 p.m.", 1),
    ],
)
def test_a_time_keeps_its_minutes_and_its_half_of_the_day(languages, source, target, lost):
    first, second = languages.split()
    assert compare(source, target, (first, second)).lost == lost


def test_a_time_with_its_part_of_the_day_is_written_as_all_read_it():
    found = aside("A loja abre das 8 às 10 da noite.", "pt", "en")
    assert found is not None
    (first, _), (second, _) = found.standing
    restored = found.restored(f"The shop opens from {first} to {second}.")
    assert restored is not None
    assert restored.text == "The shop opens from 20:00 to 22:00."
