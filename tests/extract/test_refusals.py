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


ABOUT = {
    "Privacy at the pond: what the club knows": (
        "The pond club has written down what it knows of its members, after a question by a heron watcher.",
        "Our site uses cookies to remember what is in your basket, the club says. You can choose to have your computer warn you each time.",
        "If you turn cookies off, some of the features that make your visit more efficient may not work properly.",
        "We do not sell your personal data. If at any time you would like to stop our letters, follow the link below each of them.",
    ),
    "Cookies im Vereinsheim: Was der Datenschutz verlangt": (
        "Der Angelverein Ellern hat in seiner Satzung geregelt, was er von seinen Mitgliedern wissen darf.",
        "Wir verwenden Cookies, um Ihren Warenkorb zu speichern, steht darin. Sie können der Nutzung jederzeit widersprechen.",
        "Der Vorstand hat darüber drei Abende gestritten und am Ende auch über Kekse abgestimmt.",
    ),
}  # fmt: skip
ASKED = "<div><p>We use cookies on our website. You can accept all cookies or change your settings.</p><button>Accept all</button><button>Settings</button></div>"  # fmt: skip


@pytest.mark.parametrize(("title", "texts"), ABOUT.items(), ids=["en", "de"])
def test_article_about_privacy_says_what_notices_say(title, texts) -> None:
    found = extract(page(title, f"<article><h1>{title}</h1>{paragraphs(*texts)}</article>"), URL)
    assert [text for text in texts if text not in found.text] == []


@pytest.mark.parametrize(("title", "texts"), ABOUT.items(), ids=["en", "de"])
def test_notice_after_an_article_about_privacy_goes(title, texts) -> None:
    body = f"<article><h1>{title}</h1>{SIGNED}{paragraphs(*texts)}{ASKED}</article>"
    found = extract(page(title, body), URL)
    assert "accept all cookies" not in found.text
    assert texts[0] in found.text


@pytest.mark.parametrize("title", ["Your privacy", "Cookies", "Datenschutz"])
def test_wall_named_after_privacy_is_no_article_about_it(title) -> None:
    more = paragraphs(
        "We and our 412 partners store information on your device and use cookies to show you advertisements.",
        "You can accept all cookies or change your settings at any time in our privacy policy.",
        "Some of our partners do not ask for your consent and rely on their legitimate interest.",
        "If you do not agree, you can subscribe for 3.99 euros a month and read without advertisements.",
    )
    buttons = "<button>Accept all</button><button>Settings</button>"
    with pytest.raises(NotAnArticle):
        extract(page(title, f"<h1>{title}</h1>{more}{buttons}"), URL)


FORM = "<form><h2>Members</h2>{}<input {}><button>OK</button></form>"
LINES = (
    "Your account lets you go on where you stopped, on all devices, and keeps your list of favourites.",
    "If you have forgotten the word you chose, a letter from us tells you how to choose another one.",
    "The link in that letter is valid for seven days, and can be asked for as often as you like.",
)  # fmt: skip


@pytest.mark.parametrize("field", ["name=u", "type=password", "type=email"])
@pytest.mark.parametrize("place", ["before", "after", "beside"])
def test_form_with_more_text_than_the_article_is_no_part_of_it(field, place) -> None:
    form = FORM.format(paragraphs(*LINES), field)
    if place == "beside":  # the sentences stand before the form
        form = f"<div><h3>Members</h3>{paragraphs(*LINES)}<form><input type=password></form></div>"
    story = f"<div><h1>A bridge</h1>{paragraphs(*STORIES['de', 'Anmelden muss sich hier niemand'])}</div>"
    body = story + form if place == "after" else form + story
    text = extract(page("A bridge", body), URL).text
    assert [line for line in LINES if line in text] == []
    assert "Im Freibad" in text


def test_form_around_the_whole_page_is_its_layout() -> None:
    texts = STORIES["de", "Anmelden muss sich hier niemand"]
    body = f"<form><input type=text name=q><h2>A bath</h2>{paragraphs(*texts)}</form>"
    assert texts[1] in extract(page("A bath", body), URL).text
