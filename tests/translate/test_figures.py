"""Figures are read by the conventions of one language and written by those of another."""

from decimal import Decimal

import pytest

from pipeline.translate.figures.comparing import compare
from pipeline.translate.figures.inwords import says
from pipeline.translate.figures.reading import figures
from pipeline.translate.figures.standins import aside
from pipeline.translate.figures.writing import written


def amounts(text: str, language: str) -> list[str | None]:
    """The values of a text's numbers; None for what has no value."""
    return [
        None if one.amount is None else format(one.amount.normalize(), "f")
        for one in figures(text, language)
    ]


@pytest.mark.parametrize(
    ("language", "text", "expected"),
    [
        ("en", "332,970 of 1,234,567.5, 0.85%, -11°C, −3.5", "332970 1234567.5 0.85 -11 -3.5"),
        ("en", "$4 million, £2.4bn, €350m, 1.2 million", "4000000 2400000000 350000000 1200000"),
        ("de", "1.234.567, 1.234 Euro, 3,5 Prozent, 2,5 Mrd. Euro", "1234567 1234 3.5 2500000000"),
        ("fr", "12 500 personnes, 3,5 %, 2,4 milliards", "12500 3.5 2400000000"),
        ("sv", "1 250 kronor och 47,5 procent", "1250 47.5"),
        ("hi", "12,34,567 लोग, 4 करोड़ रुपये", "1234567 40000000"),
        ("ja", "4700万人、12万3456人、3,456円", "47000000 123456 3456"),
        ("zh", "14.1亿人口", "1410000000"),
        ("ar", "١٢٣٬٤٥٦ شخصا", "123456"),
        ("fa", "۴۷ میلیون نفر", "47000000"),
        ("es", "47 mil millones de euros, 2,5 millones", "47000000000 2500000"),
        ("pt", "47 milhas, 47 mil pessoas, 2 mil milhões", "47 47000 2000000000"),
        ("pl", "47 tys. zł, 2,5 mln", "47000 2500000"),
        ("ru", "3,5 миллионам и 12 тыс. рублей", "3500000 12000"),
        # Mexico writes Spanish with the separators of the United States.
        ("es", "1,234.50 pesos y 1,234 pesos", "1234.5 1234"),
        ("de", "CHF 1'234'567.80", "1234567.8"),
        ("pt", "30 mm de chuva, R$ 9.800/m², 4,25%/4,50%", "30 9800 4.25 4.5"),
        ("en", "£12.50/£8 or $1,250/month", "12.5 8 1250"),
    ],
)  # fmt: skip
def test_numbers_have_the_value_that_their_language_gives_them(language, text, expected):
    assert amounts(text, language) == expected.split()


@pytest.mark.parametrize(
    ("language", "text"),
    [
        ("en", "Python 3.11 is newer than version 3.9."),
        ("en", "below 0.85.x"),
        ("en", "192.168.0.1"),
        ("en", "Call +351 21 123 4567 or (555) 123-4567 or 555-867-5309"),
        ("en", "at 38.7223° N, 9.1393° W"),
        ("en", "ISBN 978-3-16-148410-0"),
        ("de", "am 3.5. um 20.15 Uhr"),
        ("pt", "CPF 529.982.247-25, RG 12.345.678-9, Lei 13.709/2018, ADI 4.277/DF"),
        ("en", "HTTP/1.1, Python/3.11, section 4.2/a, 12.50/8.00"),
        ("en", "COVID-19, the A380, the 1980s, the 21st, 25kg"),
    ],
)
def test_what_has_no_certain_value_is_a_code_or_a_name(language, text):
    found = figures(text, language)
    assert found and {one.kind for one in found} <= {"code", "name"}


def test_addresses_and_handles_have_no_figures():
    assert figures("See https://a.example/2,400 or @user_99 #100days", "en") == ()


@pytest.mark.parametrize(
    ("text", "source", "target", "expected"),
    [
        ("1,234,567.80", "en", "pt", "1.234.567,80"),
        ("1,234,567.80", "en", "fr", "1\u202f234\u202f567,80"),
        ("1,234,567", "en", "hi", "12,34,567"),
        ("12,34,567", "hi", "en", "1,234,567"),
        ("1.234.567,80", "de", "en", "1,234,567.80"),
        ("5000", "en", "de", "5000"),
        ("-11", "en", "pt", "-11"),
        ("−3.5", "en", "de", "−3,5"),
        ("04/15/2027", "en", "pt", "15/04/2027"),
        ("15/04/2027", "en", "de", "15.04.2027"),
        ("15.04.2027", "de", "sv", "2027-04-15"),
        ("2027-04-15", "en", "pt", "2027-04-15"),
        # Two readings: nothing is changed, or the month is said in words.
        ("04/05/2027", "en", "pt", "04/05/2027"),
        ("04.05.2027", "de", "en", "4 May 2027"),
        # The year of another calendar.
        ("1405/08/20", "fa", "pt", "1405/08/20"),
        ("10:30 p.m.", "en", "pt", "22:30"),
        ("12:15 am", "en", "de", "0:15"),
        ("5 p.m.", "en", "fr", "17:00"),
        ("0.85.3", "en", "pt", "0.85.3"),
    ],
)
def test_figures_are_written_as_the_target_writes_them(text, source, target, expected):
    (one,) = figures(text, source)
    assert written(one, source, target) == expected


def test_a_date_with_two_readings_has_that_of_its_neighbour():
    _, one = figures("Born on 12/25/1999, died on 03/04/2021", "en")
    assert written(one, "en", "pt") == "04/03/2021"


def test_digits_are_those_of_the_text_around_them():
    (one,) = figures("1,234.5", "en")
    assert written(one, "en", "fa", "۰") == "۱٬۲۳۴٫۵"


PLAIN = [
    "In 2024 there were 47 people at 10:30.",
    "The A380 and the F-16 of the 1980s",
    "No figure here",
]


@pytest.mark.parametrize("text", PLAIN)
def test_what_models_copy_stays(text):
    assert aside(text, "en", "pt") is None


SENTENCES = [
    "The city has 332,970 inhabitants, 4,000 more than in 2019.",
    "It was -11°C and −3.5 °C on 04/15/2027 at 10:30 p.m., then 9 a.m.",
    "£2.4bn, $1,234.50, 350 m, 4.5 million",
    "Call 555-867-5309 for version 1.2.3",
    "Between 1,200 and 1,500 (10-15%)",
]


@pytest.mark.parametrize("text", SENTENCES)
@pytest.mark.parametrize("target", ["pt", "de", "ja", "ru", "hi", "ar", "xx"])
def test_what_stands_aside_comes_back(text, target):
    one = aside(text, "en", target)
    assert one is not None
    assert not {name for name, _ in one.standing} & {figure.text for _, figure in one.standing}
    # A model that copies everything, the separators of the source among it.
    back = aside(text, "en", "en").restored(aside(text, "en", "en").text)
    assert back is not None
    assert [figure.amount for figure in figures(back.text, "en")] == [
        figure.amount for figure in figures(text, "en")
    ]


@pytest.mark.parametrize(
    ("language", "text", "spelt"),
    [
        ("en", "worth $12trn or £87bn", "worth $12 trillion or £87 billion"),
        ("en", "a $30m-a-year deal, 30m long", "a $30 million-a-year deal, 30m long"),
        (
            "en",
            "APPLE FINED €18BN BY EU, OTHERS $40M",
            "APPLE FINED €18 BILLION BY EU, OTHERS $40 MILLION",
        ),
        ("pt", "PETROBRAS LUCRA R$ 45 BI", "PETROBRAS LUCRA R$ 45 BILHÕES"),
        ("pt", "custa US$ 80 mi e R$ 1 bi", "custa US$ 80 milhões e R$ 1 bilhão"),
        ("pt", "são 12 mil e 15 mil milhões", ""),
        (
            "de",
            "5 Mio. Euro, 12 Mrd. €. Es sind 3 Mio.",
            "5 Millionen Euro, 12 Milliarden €. Es sind 3 Mill",
        ),
        ("de", "Es waren 5 Mio.“ Das half", "Es waren 5 Millionen.“ Das half"),
        ("de", "Es sind 5 Mio. Der Rest fehlt", "Es sind 5 Millionen. Der Rest fehlt"),
        ("ru", "Их 5 тыс. Потом ушли", "Их 5 тысяч. Потом ушли"),
        ("de", "6 Bio-Eier von 12 Bio-Bauern", ""),
        ("fr", "12 Md€ et 5 millions", "12 milliards € et 5 millions"),
        (
            "ru",
            "5 млн ₽, 21 млн ₽, 3 тыс. человек",
            "5 миллионов ₽, 21 миллион ₽, 3 тысячи человек",
        ),
        ("ca", "Viu a 5 km de Barcelona", ""),
        ("tr", "97 Mr. Bean", ""),
        ("en", "5 MN counties and 12 TN residents", ""),
        ("pt", "no 3 tri de 2024 os 2 bi-campeões", ""),
        ("ja", "人口は5万人", ""),
        ("xx", "5 bn", ""),
    ],
)
def test_abbreviations_of_large_numbers_are_spelt_out_for_the_model(
    language: str, text: str, spelt: str
) -> None:
    one = aside(text, language, "en" if language != "en" else "pt")
    if not spelt:
        assert one is None
        return
    assert one is not None and one.text.startswith(spelt)
    copied = one.restored(one.text)
    assert copied is not None and copied.text == one.text


def test_a_stand_in_that_is_lost_or_said_twice_is_noticed():
    one = aside("About 332,970 people", "en", "pt")
    ((name, _),) = one.standing
    assert one.restored("Cerca de pessoas") is None
    assert one.restored(f"Cerca de {name}, {name} pessoas") is None
    assert one.restored(f"Cerca de {name} mil pessoas") is None
    assert one.restored(f"Cerca de {name} pessoas").text == "Cerca de 332.970 pessoas"


def test_words_for_large_numbers_may_be_of_another_power():
    one = aside("It has 4.5 million people", "en", "ja")
    ((name, _),) = one.standing
    assert one.restored(f"人口は{name}00万人").text == "人口は450万人"
    one = aside("It cost $1.5 billion", "en", "es")
    ((name, _),) = one.standing
    assert one.restored(f"Costó {name}.000 millones de dólares").text.startswith("Costó 1500 mill")


def test_a_text_with_more_figures_than_stand_ins_keeps_the_rest():
    text = ", ".join(f"{number},000" for number in range(100, 200))
    one = aside(text, "en", "pt")
    assert 60 < len(one.standing) < 100
    assert one.restored(one.text) is not None


@pytest.mark.parametrize(
    ("source", "target", "pair"),
    [
        ("332,970 people", "332.970 pessoas", ("en", "pt")),
        ("4 million people", "4 milhões de pessoas", ("en", "pt")),
        ("100,000 people", "100 mil pessoas", ("en", "pt")),
        ("12 apostles", "doze apóstolos", ("en", "pt")),
        ("the 19th century", "o século XIX", ("en", "pt")),
        ("In the '90s it was new.", "Nos anos 1990 era novo.", ("en", "pt")),
        ("at 10 p.m.", "às 22h", ("en", "pt")),
        ("at 22:30", "às 22h30", ("en", "pt")),
        ("on 04/15/2027", "em 15 de abril de 2027", ("en", "pt")),
        ("two thousand euros", "2.000 euros", ("en", "pt")),
        ("From 250 to 300 thousand people.", "De 250 mil a 300 mil pessoas.", ("en", "pt")),
        ("100 Jahre", "a hundred years", ("de", "en")),
        ("100 years", "hundert Jahre", ("en", "de")),
        ("332,970 people", "332 970 osób", ("en", "pl")),
        ("1.5 billion", "15億", ("en", "ja")),
        ("12 days", "बारह दिन", ("en", "hi")),
        ("Some 1.5m tall", "1,5 m de altura", ("en", "pt")),
    ],
)
def test_one_value_is_written_in_many_ways(source, target, pair):
    assert compare(source, target, pair).is_right


@pytest.mark.parametrize(
    ("source", "target", "pair"),
    [
        ("332,970 people", "332,970 pessoas", ("en", "pt")),
        ("-11°C", "-1°C", ("en", "pt")),
        ("-11°C", "11°C", ("en", "pt")),
        ("04/15/2027", "15/15/2027", ("en", "pt")),
        ("4 million people", "4 mil pessoas", ("en", "pt")),
        ("250 people", "250 mil pessoas", ("en", "pt")),
        ("29 were missing", "23 estão desaparecidos", ("en", "pt")),
        ("It rose by 2.75 points", "Subiu pontos", ("en", "pt")),
        ("3,5 Prozent", "35 per cent", ("de", "en")),
        ("12,500 people", "12,500 человек", ("en", "ru")),
        ("1.5 billion", "15万", ("en", "ja")),
    ],
)
def test_another_value_is_noticed(source, target, pair):
    assert compare(source, target, pair).altered


def test_numbers_in_words():
    assert says("Eram vinte e um anos.", "pt", Decimal(21))
    assert not says("Eram vinte e dois anos.", "pt", Decimal(21))
    assert says("Il y en a cent quarante.", "fr", Decimal(140))
    assert says("It has no words here", "xx", Decimal(3)) is None
