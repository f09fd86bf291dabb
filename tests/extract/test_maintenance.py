"""Pages with status 200 that say that their site is not there just now."""

import pytest

from pipeline.errors import NotAnArticle
from pipeline.extract import extract

URL = "https://paper.example/story"
FACTS = (
    '<meta property="article:published_time" content="2026-11-20T08:30:00+01:00">'
    '<meta name="author" content="Nils Orre">'
)


def page(lang, title, heading, *texts, head=""):
    body = "".join(f"<p>{text}</p>" for text in texts)
    return (
        f'<!DOCTYPE html><html lang="{lang}"><head><meta charset="utf-8"><title>{title}</title>{head}'
        '</head><body><nav><a href="/">Home</a> <a href="/1">News</a></nav><main><article>'
        f"<h1>{heading}</h1>{body}</article></main><footer>© The Courier</footer></body></html>"
    ).encode()


PAGES = {
    "en": ("Site maintenance", "We’ll be back soon!", "Sorry for the inconvenience but we’re performing some maintenance at the moment. We’ll be back online shortly!"),
    "en, planned": ("The Courier", "Scheduled maintenance", "The Courier is currently undergoing scheduled maintenance and will return on Sunday at 6 a.m. We apologise to our readers."),
    "wordpress": ("Maintenance", "Maintenance", "Briefly unavailable for scheduled maintenance. Check back in a minute."),
    "database": ("Database Error", "Error establishing a database connection", "This either means that the username and password are wrong or that contact with the database server could not be established."),
    "server": ("503 Service Unavailable", "Service Temporarily Unavailable", "The server is temporarily unable to service your request due to maintenance downtime or capacity problems."),
    "de": ("Wartungsarbeiten", "Wartungsarbeiten", "Unsere Seite ist wegen Wartungsarbeiten vorübergehend nicht erreichbar. Wir sind in Kürze wieder für Sie da."),
    "fr": ("Le Courrier", "Site en maintenance", "Notre site est actuellement en maintenance. Nous serons de retour très bientôt. Merci de votre patience."),
    "es": ("En mantenimiento", "Sitio en mantenimiento", "Estamos realizando tareas de mantenimiento. Disculpe las molestias, volveremos en unos minutos."),
    "pl": ("Przerwa techniczna", "Przerwa techniczna", "Trwają prace konserwacyjne. Przepraszamy za utrudnienia, wkrótce wrócimy."),
    "ru": ("Технические работы", "Технические работы", "На сайте ведутся технические работы. Приносим извинения за временные неудобства."),
    "ja": ("メンテナンス中", "ただいまメンテナンス中です", "現在、システムメンテナンスのためサービスを停止しております。しばらくしてから再度アクセスしてください。"),
    "zh": ("系统维护", "系统维护中", "网站维护中，暂时无法访问。给您带来的不便，我们深表歉意，请稍后再试，谢谢您的理解与支持。"),
}  # fmt: skip


@pytest.mark.parametrize("head", ["", FACTS], ids=["bare", "in the article's template"])
@pytest.mark.parametrize("case", PAGES)
def test_a_maintenance_page_is_no_article(case, head):
    title, heading, text = PAGES[case]
    with pytest.raises(NotAnArticle, match=r"maintenance|error page|too little|no text"):
        extract(page(case[:2], title, heading, text, head=head), URL)


@pytest.mark.parametrize(
    "content", ["60", "30; url=https://paper.example/story", "120;URL='/story'"]
)
def test_a_little_text_on_a_page_that_reloads_itself_is_no_article(content):
    head = f'<meta http-equiv="Refresh" content="{content}">'
    text = "Tugann muid an suíomh nua daoibh anocht agus beidh muid ar ais ar maidin, a léitheoirí."
    with pytest.raises(NotAnArticle, match="reloads itself"):
        extract(page("ga", "An Cúiréir", "An Cúiréir", text, text[:-1], head=head), URL)


@pytest.mark.parametrize("content", ["1800", "5; url=/other", "soon"])
def test_other_refreshes_are_no_sign(content):
    head = f'<meta http-equiv="refresh" content="{content}">'
    text = "Tugann muid an suíomh nua daoibh anocht agus beidh muid ar ais ar maidin, a léitheoirí."
    assert extract(page("ga", "An Cúiréir", "An Cúiréir", text, text[:-1], head=head), URL).text


ARTICLES = {
    "railway": ("Rail line closed for maintenance", "The rail line between Tarn and Marlow will be closed for scheduled maintenance for two weeks from Monday, the company said.", "Buses will replace the trains. Passengers need half an hour more, a spokeswoman said on Friday."),
    "bank": ("Bank apologises after online services go down for maintenance", "Nordbank has apologised after its website was not available for most of Sunday, when it was under maintenance.", "“We are sorry for the inconvenience,” said its head, Olga Lind. Customers could not pay at petrol stations.", "The supervisory authority said that it would ask the bank for a report before the end of the week."),
    "brücke": ("Wartungsarbeiten an der alten Brücke dauern länger", "Die Brücke über die Tarn bleibt wegen Wartungsarbeiten bis März gesperrt, teilte die Stadt am Montag mit.", "Der Umweg kostet die Bewohner des Hafenviertels eine halbe Stunde, sagte die Bürgermeisterin."),
    "поезда": ("Технические работы на железной дороге", "На участке между Тарном и Марлоу с понедельника две недели будут ремонтировать пути, сообщила компания.", "Поезда заменят автобусами, а пассажирам советуют выезжать на полчаса раньше, сказала представитель."),
}  # fmt: skip


@pytest.mark.parametrize("case", ARTICLES)
def test_an_article_about_maintenance_is_one(case):
    title, *texts = ARTICLES[case]
    assert extract(page("en", title, title, *texts, head=FACTS), URL).text == "\n\n".join(texts)
