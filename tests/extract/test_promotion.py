"""Blocks that lead elsewhere go; the sentences of an article that look alike stay."""

import pytest

from pipeline.extract import extract

URL = "https://news.example/story/12"
TEXT = "The river rose by two metres on Monday, and the mayor asked everybody to stay at home. "
OFFER = "Get all that we write for half the price in the first year, with the code that is below. "


def extracted(markup: str) -> str:
    around = f"<p>{TEXT * 4}</p>{markup}<p>{TEXT * 4}</p>"
    page = f"<title>River</title><body><article><h1>River</h1>{around}</article>"
    return extract(page.encode(), URL).text


@pytest.mark.parametrize(
    "markup",
    [
        f"<p><a href='/offer'>{OFFER * 3}</a></p>",
        f"<p><a href='https://shop.example/offer'>{OFFER * 3}</a></p>",
        "<p><a href='https://www.news.example/'>Find more stories on News Example!</a></p>",
        "<p>Find us on <a href='https://facebook.com/newsexample'>Facebook</a> and "
        "<a href='https://www.instagram.com/newsexample'>Instagram</a>. Get all half price.</p>",
    ],
)
def test_what_leads_elsewhere_goes(markup: str) -> None:
    text = extracted(markup)
    assert text.count("two metres") == 8
    assert not any(word in text for word in ("half", "stories", "Instagram"))


@pytest.mark.parametrize(
    "markup",
    [
        f"<blockquote><p><a href='https://blog.example/1'>{OFFER * 3}</a></p></blockquote>",
        f"<p><a href='/offer'>{OFFER}</a>{OFFER * 2}</p>",
        "<p>The half that is known: <a href='https://facebook.com/'>Facebook</a> has sued "
        "<a href='https://www.instagram.com/'>Instagram</a> over its name.</p>",
        "<p>Half of the town read it at <a href='https://www.news.example/'>News Example</a>.</p>",
    ],
)
def test_sentence_with_such_links_stays(markup: str) -> None:
    assert "alf" in extracted(markup)


CHANNEL = "https://www.whatsapp.com/channel/0029Va"


@pytest.mark.parametrize(
    "markup",
    [
        f"<p><a href='{CHANNEL}'>Quer receber as notícias? Entre no nosso canal XX</a></p>",
        f"<div>Gündemi kaçırmayın: <a href='{CHANNEL}'>XX kanalımıza katılın</a></div>",
        "<p><a href='https://chat.whatsapp.com/Gd1'><b>XX: Gabung grup kami sekarang</b></a></p>",
        "<p><a href='https://t.me/+Xk2'>Читайте нас в XX каждый день</a></p>",
        "<p>XX <a href='https://news.google.com/publications/CAA'>हमें गूगल न्यूज़ पर फॉलो करें</a></p>",
    ],
)
def test_invitation_to_a_channel_goes_in_any_language(markup: str) -> None:
    text = extracted(markup)
    assert text.count("two metres") == 8
    assert "XX" not in text


@pytest.mark.parametrize(
    "markup",
    [
        "<p>The mayor wrote on <a href='https://t.me/mayor'>Telegram XX</a> that all is well.</p>",
        "<p><a href='https://www.instagram.com/natgeo/'>National Geographic XX</a></p>",
        "<p>XX: the militia claimed it in <a href='https://t.me/+abc'>its channel</a> at noon.</p>",
        f"<p>XX says he never wrote anything to <a href='{CHANNEL}'>the town's channel</a>.</p>",
        "<p><a href='https://twitter.com/mayor/status/12'>The mayor said so at noon: XX</a></p>",
        f"<p>{TEXT * 2} XX says the <a href='{CHANNEL}'>channel of the town hall</a>.</p>",
    ],
)
def test_account_or_post_that_an_article_speaks_of_stays(markup: str) -> None:
    assert "XX" in extracted(markup)


SIGN_UP = "Start your day with the river's letter. <a href='https://mail.example/1'>Sign up</a> for the free newsletter."
STORY = f"<p>{TEXT * 4}</p><p>{TEXT * 4}</p>"


def story(markup: str) -> str:
    page = f"<title>River</title><body><article><h1>River</h1>{markup}</article>"
    return extract(page.encode(), URL).text


@pytest.mark.parametrize("type_", ["strong", "em", "i", "b"])
def test_note_to_readers_in_its_own_type_goes_before_and_after_the_text(type_: str) -> None:
    note = f"<p><{type_}>{SIGN_UP}</{type_}></p>"
    assert "Sign up" not in story(f"{note}{STORY}")
    assert "Sign up" not in story(f"{STORY}{note}")
    assert "Sign up" in story(f"{STORY}{note}{STORY}")


def test_advertisement_in_a_caption_goes() -> None:
    image = "<img src='/letter.jpg' width=600 height=400>"
    figure = f"<figure>{image}<figcaption><em>{SIGN_UP}</em></figcaption></figure>"
    assert "Sign up" not in story(f"{STORY}{figure}{STORY}")


@pytest.mark.parametrize(
    ("lead", "word"),
    [
        (
            "<b>Президент подписал <a href='/law'>закон</a> о реконструкции моста во вторник.</b>",
            "реконструкции",
        ),
        (
            "<strong>Substack, the newsletter platform of the town, was sold on Tuesday to "
            f"<a href='https://reuters.example/x'>a group of investors</a>. {TEXT}</strong>",
            "Substack",
        ),
        (
            "<em>Correction: An earlier version gave the wrong year in which the commission approved "
            f"<a href='/report'>the report</a>. {TEXT}</em>",
            "Correction",
        ),
        (
            "<strong>Los suscriptores de <a href='/x'>la compañía eléctrica</a> que perdieron la luz "
            f"el lunes cobrarán cien euros. {TEXT}</strong>",
            "cobrarán",
        ),
        (f"Sign up, said the <a href='/mayor'>mayor</a>, or leave. {TEXT}", "leave"),
        (
            "<strong>The mayor resigned, she wrote on "
            f"<a href='https://twitter.com/mayor/status/12'>Twitter</a>. {TEXT}</strong>",
            "resigned",
        ),
        (
            "<em>The film was made by <a href='https://www.instagram.com/annlee'>Ann Lee</a>, who "
            f"lives by the river. {TEXT}</em>",
            "lives",
        ),
    ],
)
def test_lead_or_correction_in_its_own_type_stays(lead: str, word: str) -> None:
    assert word in story(f"<p>{lead}</p>{STORY}")
    assert word in story(f"{STORY}<p>{lead}</p>")


ACCOUNTS = ", ".join(
    f"<a href='https://{name}.com/river'>{name.title()}</a>"
    for name in ("facebook", "instagram", "twitter")
)


def test_note_goes_with_the_line_of_accounts_above_it() -> None:
    heard = "<i>Listen to the river on the air at noon on weekdays, or listen back </i><a href='/air'>here</a>"
    below = f"<p>{heard}<i>.</i></p>"
    assert "noon" not in story(f"{STORY}<p>Follow us on {ACCOUNTS}.</p>{below}")
    assert "noon" in story(f"{STORY}{below}")


@pytest.mark.parametrize("plug", [ACCOUNTS, "Contact the author at ann@example.com."])
def test_update_below_accounts_and_contacts_stays(plug: str) -> None:
    update = (
        "Update, 17:40: The mayor has left, <a href='https://x.example/s'>she said in a letter</a>."
    )
    text = story(f"{STORY}<p>{plug}</p><p><strong>{update} {TEXT}</strong></p>")
    assert "17:40" in text


def test_paragraph_above_a_bar_of_accounts_stays() -> None:
    told = f"The union sent its members a newsletter on Monday. {TEXT * 2}"
    assert "The union" in story(f"{STORY}<p>{told}</p><p>{ACCOUNTS}</p>{STORY}")
