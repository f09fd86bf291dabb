"""Amounts keep their currency, whatever sign a model writes."""

import pytest

from pipeline.translate.figures.comparing import compare
from pipeline.translate.figures.currencies import agreed
from pipeline.translate.text.edits import edited
from tests.translate.wordwise import WordByWord, translated, word_by_word


def kept(languages: str, source: str, translation: str) -> str:
    first, second = languages.split(">")
    return edited(translation, agreed(source, translation, (first, second))).text


@pytest.mark.parametrize(
    ("languages", "source", "translation", "expected"),
    [
        ("pt>en", "A multa é de R$ 300 mil.", "The fine is $300 thousand.", "R$300 thousand"),
        ("pt>en", "Custa R $ 20 e US$ 4.", "It costs $20 and $4.", "R$20 and $4"),
        ("en>pt", "It raised S$30 million.", "Arrecadou US$ 30 milhões.", "S$ 30 milhões"),
        ("en>pt", "Rents are HK $50,000.", "Os aluguéis são US $ 50.000.", "HK$ 50.000"),
        ("en>de", "A fine of £1,200", "Eine Strafe von 1.200 €", "1.200 £"),
        ("de>en", "Sie zahlt 5 Mio. €.", "She pays $5 million.", "€5 million"),
        ("de>en", "Es kostet 90 Mio. US$.", "It costs £90 million.", "US$90 million"),
        ("es>en", "Pagó U$S 90 ayer.", "He paid £90 yesterday.", "U$S\u00a090"),
        ("es>en", "Son 1.500 € al mes", "It is £1,500 a month", "€1,500"),
        ("fr>en", "Il coûte 10 $ CA.", "It costs £10.", "$CA\u00a010"),
        ("en>fr", "It costs C$10.", "Il coûte 10 $ US.", "10 C$"),
        ("es>en", "Le pagan $ 500.", "They pay him £500.", "$500"),
        ("en>es", "The US$25 fee", "La tarifa de $25", "US$25"),
        ("ru>en", "Штраф 500 ₽", "A fine of $500", "₽500"),
        ("tr>en", "Bilet 45,50 ₺ oldu.", "The ticket became €45.50.", "₺45.50"),
        ("en>fr", "CA$90m and US$90m", "90 millions $ et 90 millions $", "90 millions US$"),
        ("fr>en", "Il doit 90 CHF.", "He owes $90.", "CHF\u00a090"),
        ("pt>en", "R$ 5, não US$ 5", "$5, not $5", "R$5, not $5"),
        ("de>en", "Sie zahlt CHF 1.500.", "She pays $1,500.", "CHF\u00a01,500"),
        ("fr>de", "Il a 5 000 CHF.", "Er hat 5.000$.", "5.000\u00a0CHF"),
        ("pt>en", "de R$ 5 a 10 milhões", "from $5 to $10 million", "from R$5 to R$10 million"),
        ("pt>en", "R$ 5 a 10 e US$ 7", "$5 to $10 and $7", "R$5 to $10 and $7"),
        ("pt>en", "De R$ 5 a US$ 6", "From US$6 to $5", "US$6 to R$5"),
        ("en>pt", "It paid -£3.5m.", "Pagou -$3,5 milhões.", "-£3,5 milhões"),
        ("pt>en", "São R$ 1,8 trilhão.", "It is $1.8 trillion.", "R$1.8 trillion"),
    ],
)
def test_another_sign_is_replaced(
    languages: str, source: str, translation: str, expected: str
) -> None:
    found = kept(languages, source, translation)
    first, second = languages.split(">")
    assert expected in found
    assert compare(source, found, (first, second)) == compare(source, translation, (first, second))


@pytest.mark.parametrize(
    ("languages", "source", "translation", "expected"),
    [
        ("en>pt", "It sold for C$90m.", "Foi vendida por 90 milhões de dólares.", "C$90 milhões"),
        ("en>es", "It cost HK$40.", "Costó 40 dólares en total.", "HK$40 dólares"),
        (
            "en>pt",
            "A$1.3 million is spent on research in Australia.",
            "1,3 milhões de dólares são gastos em pesquisa na Austrália.",
            "A$1,3 milhões",
        ),
    ],
)
def test_a_dollar_whose_country_is_lost_gets_its_sign(
    languages: str, source: str, translation: str, expected: str
) -> None:
    assert expected in kept(languages, source, translation)


@pytest.mark.parametrize(
    ("languages", "source", "translation"),
    [
        ("en>pt", "It raised $12 billion.", "Arrecadou US$ 12 bilhões."),
        ("en>pt", "It raised $12 billion.", "Arrecadou 12 bilhões de dólares."),
        ("en>pt", "It paid C$90m.", "Pagou 90 milhões de dólares canadenses."),
        ("en>pt", "It costs £3.", "Custa 3 libras."),
        ("en>ru", "It costs €15.", "Это стоит 15 евро."),
        ("en>pl", "It costs $15.", "Kosztuje 15 dolarów."),
        ("en>ja", "It costs $500 million.", "5億ドルかかる。"),
        ("pt>en", "Foram US$ 24 milhões.", "It was $24 million."),
        ("pt>en", "São 1.300 dólares.", "It is $1,300."),
        ("pt>en", "São 1,5 mil milhões de euros.", "It is EUR 1.5 billion."),
        ("en>pt", "The USD 5,000 offer", "A oferta de US$ 5.000"),
        ("en>pt", "A $5 note and 5 cups", "Uma nota de 5 e 5 copos"),
        ("en>pt", "ALL 50 states", "TODOS os 50 estados"),
        ("en>pt", "BP £5bn deal", "Acordo de £5 bilhões da BP"),
        ("en>pt", "Room 12 of 40", "Sala 12 de 40"),
        ("en>pt", "He sold 5 million. £3 each", "Vendeu 5 milhões. £3 cada"),
        ("xx>yy", "R$ 5", "R$ 5"),
        ("pt>en", "Custa R$ 500.", "It costs 500 reais."),
        ("zh>en", "¥500万", "RMB 5 million"),
        ("zh>en", "¥500万", "5 million yuan"),
        ("en>es", "€5 million", "5 millones de €"),
        ("en>de", "€20-30", "20 bis 30 €"),
        ("hi>en", "₹5,000", "Rs 5,000"),
        ("en>ko", "£500", "500파운드입니다"),
        ("fr>en", "Il coûte 10 $ CA", "It costs CA$10"),
        ("fr>en", "Il coûte 10 $ US", "It costs US$10"),
        ("en>fr", "It costs C$10", "Il coûte 10 $ CA"),
        ("es>en", "$1.200 millones", "COP 1.2 billion"),
        ("es>en", "Pagó $ 500", "He paid MX$500"),
        ("es>en", "dio a Estados Unidos $5 millones", "gave the US $5 million"),
        ("es>en", "ARS$ 500", "ARS 500"),
        ("en>pt", "In 2015 A$AP Rocky sang.", "A$AP Rocky cantou em 2015."),
        ("en>pt", "In 2022 $TSLA fell.", "Em 2022 $TSLA caiu."),
        ("en>fr", "£20 and $20", "20 $ et 20 £"),
        ("en>es", "£10 ($10)", "$10 (£10)"),
        ("en>uk", "It paid $5m.", "Вона заплатила 5 млн дол."),
    ],
)
def test_what_says_the_same_stays(languages: str, source: str, translation: str) -> None:
    assert kept(languages, source, translation) == translation


class InDollars(WordByWord):
    """Writes every amount in dollars, as models do that have read little of a currency."""

    def decode(self, tokens: list[str]) -> str:
        """See WordByWord.decode."""
        return super().decode(tokens).replace("R$", "US$")


def test_a_feed_says_the_currency_of_the_article(tmp_path) -> None:
    here = word_by_word(tmp_path, fake=InDollars(translated, turned=False))
    [out] = here.html(["<p>The fine of R$1,518 and <a>R$70 more</a> are paid.</p>"], "en", "pt")
    assert out.count("R$") == 2 and "US$" not in out
    assert "R$1.518" in out and "<a>R$70 " in out
