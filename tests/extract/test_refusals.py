"""Walls and error pages in any language; articles that share their words or stand beside forms."""

import pytest

from pipeline.errors import NotAnArticle
from pipeline.extract import extract

URL = "https://paper.example/2026/story"
NAV = "<nav><a href='/'>Paper</a><a href='/1'>News</a><a href='/2'>Sport</a></nav>"
FOOT = "<footer><a href='/about'>About</a> © 2026 Paper</footer>"


def page(title: str, body: str, head: str = "", lang: str = "en") -> bytes:
    return (
        f'<!doctype html><html lang="{lang}"><head><meta charset="utf-8"><title>{title}</title>'
        f"{head}</head><body>{NAV}<main>{body}</main>{FOOT}</body></html>"
    ).encode()


def paragraphs(*texts: str) -> str:
    return "".join(f"<p>{text}</p>" for text in texts)


# None of these sentences is in a list: what the page lacks, and signs without words, decide.
WALLS = {
    "error in Basque": page(
        "Ez dago orria",
        "<h1>404</h1><p>Bilatzen ari zaren orria lekuz aldatu edo ezabatu egin dute. Egiaztatu helbidea, mesedez.</p>"
        "<p><a href='/'>Itzuli hasierara</a></p>",
    ),
    "server's error in Irish": page(
        "Fadhb theicniúil",
        "<h1>Tá brón orainn</h1><p>Tharla earráid ar an bhfreastalaí agus níorbh fhéidir an leathanach a thaispeáint (503). Bain triail eile as ar ball.</p>",
    ),
    "bot check in Albanian": page(
        "Kontroll sigurie",
        "<h1>Po kontrollojmë shfletuesin tuaj</h1><p>Ky proces është automatik dhe zgjat disa sekonda. Faqja do të hapet vetë.</p>"
        "<p>Aktivizoni JavaScript për të vazhduar.</p><small>ID: 9c41-77ab0e</small>",
    ),
    "region in Welsh": page(
        "Ddim ar gael",
        "<h1>Nid yw hwn ar gael lle rydych chi</h1><p>Oherwydd hawliau darlledu ni allwn ddangos y dudalen hon yn eich gwlad. Os ydych yn defnyddio VPN, diffoddwch ef.</p>",
    ),
    "login in Swahili": page(
        "Akaunti yangu",
        "<h1>Karibu tena</h1><form><p>Andika barua pepe yako na nenosiri ili uendelee kusoma habari zote za gazeti letu leo.</p>"
        "<input type='email'><input type='password'><button>Ingia</button></form>",
    ),
    "search in Galician": page(
        "Vaites",
        "<h1>Non hai nada aquí</h1><p>O enderezo que escribiches non leva a ningunha parte, quizais porque a nova foi retirada hai tempo.</p>"
        "<form><input type='search'><button>Buscar</button></form>",
    ),
    "with an article's type": page(
        "Access denied",
        "<h1>Access denied</h1><p>You do not have permission to see this page from where you are now, for reasons we do not tell.</p>",
        '<meta property="og:type" content="article">',
    ),
    "with linked data, but no paragraph": page(
        "A bridge for the town",
        "<h1>Just a moment...</h1><p>Verify you are human by completing the action below, and wait until the bar is full.</p>",
        '<script type="application/ld+json">{"@type": "NewsArticle", "headline": "A bridge for the town"}</script>',
    ),
}  # fmt: skip


@pytest.mark.parametrize("raw", WALLS.values(), ids=WALLS)
def test_obstacle_is_refused_in_any_language(raw: bytes) -> None:
    with pytest.raises(NotAnArticle):
        extract(raw, URL)


SIGNED = "<p class='byline'>By Ann Poe</p><time datetime='2026-05-19T08:00:00Z'>19 May 2026</time>"
LINKED = '<script type="application/ld+json">{"@type": "NewsArticle", "headline": "x", "datePublished": "2026-05-19"}</script>'  # fmt: skip
STORIES = {
    ("nl", "Niet gevonden: de klok van Marken blijft spoorloos"): (
        "Duikers hebben dit weekend drie dagen gezocht naar de klok die in 1825 van de toren viel.",
        "Ze vonden een anker en een wiel. De klok zelf, zegt de koster, ligt vast onder het slib.",
    ),
    ("fr", "Connexion rétablie entre les deux rives"): (
        "Le bac de Mesnil a repris hier ses traversées, après onze semaines de travaux sur le câble.",
        "Les premiers passagers étaient un boulanger et sa fille, qui avaient attendu depuis l'aube.",
    ),
    ("ru", "Входит и выходит: кот стал смотрителем музея"): (
        "Рыжий кот Мартын уже третий год приходит в музей к открытию и уходит вместе со сторожем.",
        "Директор выписал ему пропуск с фотографией. Посетители спрашивают о нём чаще, чем о картинах.",
    ),
    ("de", "Anmelden muss sich hier niemand"): (
        "Im Freibad von Ellern gilt wieder, was bis 1974 galt: Wer kommt, der badet, und wer badet, zahlt.",
        "Der Versuch mit den Nummern ist beendet. Die Bademeisterin hat sie in der Kasse eingeschlossen.",
    ),
    ("en", "Captcha"): (
        "A shop in Leith sells hand-drawn captchas, each with nine pictures of the same traffic light.",
        "The artist enables JavaScript for nobody. Her cloudflare of wool hangs over the counter.",
    ),
    ("es", "404"): (
        "El autobús 404 de Alcubilla hace desde el lunes su recorrido al revés, y nadie lo ha notado.",
        "El conductor sostiene que así se ve mejor el río. La empresa lo estudiará en septiembre.",
    ),
}  # fmt: skip
BESIDE = (
    "<div class='c'><p>Log in to comment.</p><p>Please enable JavaScript to see the comments.</p>"
    "<form><input type='password'><button>OK</button></form></div>"
)


@pytest.mark.parametrize(("told", "texts"), STORIES.items(), ids=[title for _, title in STORIES])
@pytest.mark.parametrize("facts", ["byline", "linked data"])
@pytest.mark.parametrize("beside", ["", BESIDE], ids=["alone", "beside a form"])
def test_article_with_a_walls_words_is_no_wall(told, texts, facts, beside) -> None:
    language, title = told
    signed = SIGNED if facts == "byline" else ""
    body = f"<article><h1>{title}</h1>{signed}{paragraphs(*texts)}</article>{beside}"
    raw = page(f"{title} | Paper", body, "" if signed else LINKED, language)
    found = extract(raw, URL)
    assert [text for text in texts if text not in found.text] == []


@pytest.mark.parametrize(("told", "texts"), list(STORIES.items())[:4])
def test_article_that_declares_nothing_is_known_by_its_paragraphs(told, texts) -> None:
    more = "Nobody has asked for a permit, and nobody has been asked for one, said the keeper."
    body = f"<h1>{told[1]}</h1>{paragraphs(*texts, more)}{BESIDE}"
    assert texts[0] in extract(page(told[1], body), URL).text
