"""Teasers before a paywall: the offer goes, in many languages and layouts; reports on offers stay."""

import itertools
from typing import Any

import pytest
from bs4 import Tag

from pipeline.extract import extract

URL = "https://paper.example/2026/bridge"
STORY = [
    "The oldest swing bridge of the county turns again from April, eleven years after a barge bent its pin.",
    "Workers of two yards have spent the winter replacing forty-six rivets, the pin and the oak beams.",
]
# Language: what it is, what it costs, the button, the question, the link to log in.
OFFERS = {
    "en": ("The rest of this story is for subscribers", "Read on for £1 a month. Cancel any time.", "See offers", "Already have an account?", "Sign in"),
    "de": ("Das ist ein Beitrag für Abonnenten", "Die ersten vier Wochen für 1 €, danach 9,99 € im Monat.", "Jetzt abonnieren", "Sie haben schon ein Abo?", "Anmelden"),
    "fr": ("La suite est réservée à nos abonnés", "Lisez tout pour 1 € le premier mois, sans engagement.", "Je m'abonne", "Déjà abonné ?", "Connectez-vous"),
    "es": ("El resto de la noticia es solo para suscriptores", "Lee sin límites desde 0,99 € al mes.", "Quiero suscribirme", "¿Ya eres suscriptor?", "Entra aquí"),
    "it": ("L'articolo completo è per gli abbonati", "Il primo mese costa 1 €, poi 7,99 € al mese.", "Abbonati ora", "Hai già un abbonamento?", "Accedi"),
    "nl": ("Dit verhaal is voor abonnees", "Lees verder voor € 2 per maand. Maandelijks opzegbaar.", "Word abonnee", "Al abonnee?", "Log in"),
    "fi": ("Juttu on tilaajille", "Lue koko juttu, ensimmäinen kuukausi 1 €.", "Tilaa nyt", "Oletko jo tilaaja?", "Kirjaudu"),
    "cs": ("Článek je jen pro předplatitele", "První měsíc za 19 Kč, potom 149 Kč měsíčně.", "Koupit předplatné", "Máte už předplatné?", "Přihlaste se"),
    "sk": ("Celý text je pre predplatiteľov", "Čítajte za 1 € prvý mesiac.", "Chcem predplatné", "Už máte predplatné?", "Prihláste sa"),
    "hu": ("A cikk folytatása előfizetőknek szól", "Az első hónap 490 Ft, bármikor lemondható.", "Előfizetek", "Már előfizető?", "Belépés"),
    "ro": ("Restul articolului este pentru abonați", "Prima lună costă 5 lei, apoi 25 lei pe lună.", "Mă abonez", "Ești deja abonat?", "Intră în cont"),
    "el": ("Το άρθρο είναι για συνδρομητές", "Ο πρώτος μήνας με 1 €, χωρίς δέσμευση.", "Γίνετε συνδρομητής", "Είστε ήδη συνδρομητής;", "Σύνδεση"),
    "tr": ("Bu yazı abonelere özeldir", "İlk ay 29 TL, istediğiniz zaman iptal edin.", "Abone ol", "Zaten abone misiniz?", "Giriş yapın"),
    "ru": ("Статья доступна только подписчикам", "Первый месяц за 99 руб., потом 390 руб. в месяц.", "Оформить подписку", "Уже есть подписка?", "Войти"),
    "uk": ("Текст доступний лише передплатникам", "Перший місяць за 49 грн, скасувати можна будь-коли.", "Передплатити", "Вже маєте передплату?", "Увійти"),
    "hr": ("Sadržaj je dostupan samo pretplatnicima", "Prvi mjesec za 1 €, otkažite bilo kada.", "Pretplati se", "Već ste pretplatnik?", "Prijava"),
    "vi": ("Bài viết dành cho người đăng ký", "Tháng đầu chỉ 19.000 đ, hủy bất cứ lúc nào.", "Đăng ký ngay", "Đã đăng ký?", "Đăng nhập"),
    "ja": ("この記事は会員限定です", "初月は100円、いつでも解約できます。", "会員になる", "すでに会員の方ですか？", "ログイン"),
    "ko": ("구독자만 볼 수 있는 기사입니다", "첫 달 1,000원, 언제든지 해지할 수 있습니다.", "구독하기", "이미 구독 중이신가요?", "로그인"),
    "ar": ("هذا المقال متاح للمشتركين", "الشهر الأول مقابل 1 دولار، ويمكن الإلغاء في أي وقت.", "اشترك الآن", "هل أنت مشترك؟", "دخول"),
    "th": ("บทความนี้สำหรับสมาชิก", "เดือนแรก 29 บาท ยกเลิกได้ทุกเมื่อ", "สมัครสมาชิก", "เป็นสมาชิกอยู่แล้ว?", "เข้าสู่ระบบ"),
    "hi": ("यह लेख सदस्यों के लिए है", "पहला महीना ₹49 में, कभी भी रद्द करें।", "सदस्य बनें", "क्या आप पहले से सदस्य हैं?", "लॉग इन"),
}  # fmt: skip
LAYOUTS = {
    "box": "<div class='k3'><h2>{0}</h2><p>{1}</p><a href='/buy'>{2}</a><p>{3} <a href='/in'>{4}</a></p></div>",
    "flat": "<h3>{0}</h3><p>{1}</p><p><a href='/buy'><b>{2}</b></a></p><p><small>{3} <a href='/in'>{4}</a></small></p>",
    "button": "<section><p><strong>{0}</strong></p><ul><li>{1}</li></ul><button>{2}</button><div>{3} <a href='/in'>{4}</a></div></section>",
    "table": "<table><tr><td><b>{0}</b><br>{1}</td></tr><tr><td><a href='/buy'>{2}</a></td></tr></table><p>{3} <a href='/in'>{4}</a></p>",
    "question first": "<div><p>{3} <a href='/in'>{4}</a></p><h4>{0}</h4><p>{1}</p><div><a href='/buy'>{2}</a></div></div>",
    "outside": "</article><div class='paywall'><h2>{0}</h2><p>{1}</p><a href='/buy'>{2}</a></div><article>",
}  # fmt: skip


def page(body: str, head: str = "", before: str = "") -> bytes:
    return (
        f"<html><head><meta charset=utf-8><title>A bridge</title>{head}</head><body>{before}<main>"
        f"<article><h1>A bridge</h1>{body}</article></main><footer>© Paper</footer></body></html>"
    ).encode()


def told(*texts: str) -> str:
    return "".join(f"<p>{text}</p>" for text in texts)


@pytest.mark.parametrize(("language", "layout"), list(itertools.product(OFFERS, LAYOUTS)))
def test_offer_goes_and_the_teaser_is_partial(language: str, layout: str) -> None:
    offer = LAYOUTS[layout].format(*OFFERS[language])
    found = extract(page(told(*STORY) + offer), URL)
    assert found.text == "\n\n".join(STORY)
    assert found.partial


ABOUT = {
    "en": ("The Harbour Post has lost half of its subscribers since 2019, and sells the rest their paper for £1 a month.",
           "“Subscribe or we close,” its editor wrote on Monday. Nine hundred readers did, at £8 a month each."),
    "de": ("Die Zeitung zählt noch 4.100 Abonnenten, halb so viele wie 2019. Das Abo kostet 29 Euro im Monat.",
           "Wer kündigt, bekommt Besuch vom Verleger. „Drei Abonnenten habe ich so behalten“, sagt er."),
    "sv": ("Tidningen har 2 300 prenumeranter kvar. En prenumeration kostar 199 kronor i månaden.",
           "Hälften är äldre än sjuttio år, och de vill ha den på papper, säger chefredaktören."),
    "ru": ("У газеты осталось 1200 подписчиков. Подписка стоит 300 рублей в месяц, и дороже она не станет.",
           "Редактор сам разносит номера по средам, а подписчики угощают его чаем."),
    "ja": ("新聞の購読者は十年で半分になり、月に3000円の購読料も据え置かれたままだ。",
           "編集長は今も自転車で会員の家を回り、縁側でお茶をもらっているという。"),
}  # fmt: skip


@pytest.mark.parametrize("language", ABOUT)
@pytest.mark.parametrize("end", ["", "<p>By <a href='/a'>Ann Poe</a></p>", "<h2>More</h2><p><a href='/2'>A dam bursts</a></p>"])  # fmt: skip
def test_article_about_subscriptions_stays_whole(language: str, end: str) -> None:
    found = extract(page(told(STORY[0], *ABOUT[language]) + end), URL)
    assert [text for text in ABOUT[language] if text not in found.text] == []
    assert not found.partial


@pytest.mark.parametrize("language", ["en", "de", "sv", "ru", "ja"])
def test_offer_after_an_article_about_subscriptions_goes_alone(language: str) -> None:
    offer = LAYOUTS["box"].format(*OFFERS.get(language, OFFERS["en"]))
    found = extract(page(told(STORY[0], *ABOUT[language]) + offer), URL)
    assert found.text == "\n\n".join([STORY[0], *ABOUT[language]])
    assert found.partial


def test_offer_of_the_page_does_not_make_an_article_partial() -> None:
    offer = LAYOUTS["box"].format(*OFFERS["en"])
    more = [f"{STORY[0]} ({n})" for n in range(4)]
    for before, after in ((offer, ""), ("", f"{told(*more)}")):
        found = extract(page(told(*STORY) + (offer if after else "") + after, before=before), URL)
        assert not found.partial
        assert STORY[1] in found.text
        assert "for subscribers" not in found.text


@pytest.mark.parametrize("free", ["false", '"False"'])
def test_little_text_of_an_article_that_is_not_free_is_partial(free: str) -> None:
    head = (
        '<script type="application/ld+json">{"@type": "NewsArticle", "headline": "A bridge",'
        f' "isAccessibleForFree": {free}}}</script>'
    )
    assert extract(page(told(*STORY), head), URL).partial
    assert not extract(page(told(*STORY * 9), head), URL).partial


def test_a_parent_is_searched_for_buttons_once_however_many_lines_it_holds(monkeypatch) -> None:
    calls = []
    find = Tag.find

    def counted(tag: Tag, *words: Any, **more: Any) -> Any:
        calls.append(words)
        return find(tag, *words, **more)

    monkeypatch.setattr(Tag, "find", counted)

    def searches(number: int) -> int:
        calls.clear()
        prose = "<p>The council met on Tuesday and agreed to repair the old bridge by winter.</p>"
        offer = '<p>Subscribe for $ 5 a month <a href="/s">Log in</a></p>'
        page = f"<title>A bridge</title><article><h1>A bridge</h1>{prose * 9}{offer * number}"
        extract(page.encode(), "https://example.org/a")
        return len(calls)

    assert searches(400) <= searches(40) + 20
