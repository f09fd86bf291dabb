"""Pages of every kind: what is kept, what is refused and why, what stays bounded."""

import pytest

from pipeline.extract import NotAnArticle, extract, plain_text

URL = "https://news.example.org/2026/03/04/story"
PROSE = (
    "The council met on Tuesday and agreed, after a long debate, to repair the old bridge before "
    "the winter. Nobody spoke against it, and the work will begin in March. "
)


def page(body: str, head: str = "", language: str = "en") -> bytes:
    title = "<title>The old bridge - News</title>"
    return (
        f'<!DOCTYPE html><html lang="{language}"><head><meta charset="utf-8">{title}{head}</head>'
        f"<body>{body}</body></html>"
    ).encode()


def story(extra: str = "", head: str = "") -> bytes:
    paragraphs = "".join(f"<p>{PROSE}({n})</p>" for n in range(4))
    return page(f"<article><h1>The old bridge</h1>{paragraphs}{extra}</article>", head)


@pytest.mark.parametrize(
    ("raw", "reason"),
    [
        (b"", "empty"),
        (b" \n\x00 ", "empty"),
        (b"%PDF-1.7 \x00\x00", "binary"),
        (b"\x89PNG\r\n\x1a\n" + b"\0" * 90, "binary"),
        (page(""), "no text"),
        (page("<p>Hello.</p>"), "too little"),
        (page("".join(f'<li><a href="/{n}">Headline number {n} about things</a></li>' for n in range(60))), "index"),
        (page("<h1>404</h1><p>Page not found. The page you are looking for does not exist.</p>"), "error page"),
        (page("<p>Checking your browser before accessing the site. Ray ID: 7a</p>"), "bot check"),
        (
            page(
                "<div><p>We use cookies and similar technologies on our website. You can accept all "
                "cookies or change your settings. Please accept to continue.</p><button>Accept</button></div>"
            ),
            "consent wall",
        ),
    ],
)  # fmt: skip
def test_what_is_no_article_is_refused_with_the_reason(raw, reason):
    with pytest.raises(NotAnArticle) as caught:
        extract(raw, URL)
    assert reason in caught.value.reason
    assert caught.value.thing == URL


def test_an_article_about_cookies_stays_whole():
    about = (
        "The court ruled that the company must ask its visitors before it stores cookies. Consent, "
        "the judges wrote, is given only by an act, and a box that is ticked already is none."
    )
    assert about in extract(story(f"<p>{about}</p>"), URL).text


NOTICES = {
    "en": "We use cookies to improve your experience. By continuing to use this site, you agree to our cookie policy.",
    "de": "Wir verwenden Cookies, um Ihnen das beste Erlebnis auf unserer Website zu bieten. Sie können der Nutzung zustimmen oder Ihre Einstellungen ändern.",
    "fr": "Nous utilisons des cookies pour améliorer votre expérience. En poursuivant votre navigation, vous acceptez leur utilisation.",
    "es": "Utilizamos cookies para mejorar su experiencia. Si continúa navegando, acepta su uso.",
    "pt": "Utilizamos cookies para melhorar a sua experiência. Ao continuar a navegar, você aceita o seu uso.",
    "zh": "我们使用Cookie来改善您的浏览体验。继续使用本网站即表示您同意我们的Cookie政策。",
    "ru": "Мы используем файлы cookie, чтобы улучшить работу сайта. Продолжая пользоваться сайтом, вы соглашаетесь с этим.",
}


@pytest.mark.parametrize("language", NOTICES)
@pytest.mark.parametrize("place", ["start", "end"])
def test_a_notice_with_no_telling_class_inside_the_article_goes(language, place):
    notice = f"<div><p>{NOTICES[language]}</p></div>"
    paragraphs = "".join(f"<p>{PROSE}({n})</p>" for n in range(4))
    inner = notice + paragraphs if place == "start" else paragraphs + notice
    text = extract(page(f"<article>{inner}</article>"), URL).text
    assert NOTICES[language][:30] not in text
    assert all(f"({n})" in text for n in range(4))


def test_scripts_handlers_and_foreign_schemes_never_pass():
    bad = (
        '<p onclick="x()">A <a href="javascript:alert(1)">link</a>, a <a href="java\nscript:alert(1)">'
        'second</a>, a <a href="data:text/html,x">third</a> and a <a href="/good?a=1&amp;b=2">good one'
        '</a>.</p><script>alert(1)</script><iframe src="https://evil.example/x"></iframe>'
        '<img src="https://t.example/p.gif" width="1" height="1"><form><input name="q"></form>'
        '<svg><a xlink:href="javascript:1">x</a></svg><p style="background:url(x)">Styled text.</p>'
    )
    html = extract(story(bad), URL).html
    for piece in (
        "javascript",
        "script",
        "onclick",
        "data:",
        "iframe",
        "evil",
        "p.gif",
        "form",
        "style",
    ):
        assert piece not in html
    assert '<a href="https://news.example.org/good?a=1&amp;b=2">good one</a>' in html


def test_relative_addresses_follow_the_base_element():
    raw = story('<p>See <a href="x/y">there</a>.</p>', '<base href="https://cdn.example.org/b/">')
    assert 'href="https://cdn.example.org/b/x/y"' in extract(raw, URL).html


@pytest.mark.parametrize(
    ("href", "url"),
    [
        ("https://news.example.org/the-real-one", "https://news.example.org/the-real-one"),
        ("https://other.example.com/x", URL),
        ("https://news.example.org/", URL),
        ("javascript:alert(1)", URL),
    ],
)
def test_a_canonical_address_is_taken_only_where_plausible(href, url):
    assert extract(story(head=f'<link rel="canonical" href="{href}">'), URL).url == url


def test_facts_from_a_graph_of_linked_data_with_broken_commas():
    data = """<script type="application/ld+json">{"@graph": [{"@type": "WebSite", "name": "News"},
      {"@type": "Person", "@id": "#p", "name": "Ada Lane"},
      {"@type": "NewsArticle", "headline": "The old bridge", "author": [{"@id": "#p"}, "By Bo Li"],
       "datePublished": "2026-03-04T05:06:07+09:00", "keywords": "bridge, council",},]}</script>"""
    found = extract(story(head=data), URL)
    assert found.authors == ("Ada Lane", "Bo Li")
    assert (
        found.published is not None and found.published.isoformat() == "2026-03-04T05:06:07+09:00"
    )
    assert found.keywords == ("bridge", "council")
    assert found.origins["published"] == "json-ld"


def test_the_text_wins_over_a_wrong_language():
    german = (
        "<p>"
        + "Der Stadtrat hat am Dienstag beschlossen, die alte Brücke zu erneuern. " * 5
        + "</p>"
    )
    found = extract(page(f"<article>{german}</article>", language="en"), URL)
    assert found.language == "de" and found.origins["language"] == "text"
    assert extract(page(f"<article>{german}</article>"), URL, language="nl").language == "nl"


@pytest.mark.parametrize(
    ("charset", "declared", "text"),
    [
        ("gb18030", "gb2312", "市政府星期二决定修缮老桥，工程将于三月开始，预计需要六个月。"),
        ("big5", "big5", "市政府星期二決定修繕老橋，工程將於三月開始，預計需要六個月。"),
        ("shift_jis", "shift_jis", "市議会は火曜日に古い橋の修理を決めた。工事は三月に始まる。"),
        ("euc-kr", "euc-kr", "시의회는 화요일에 오래된 다리를 수리하기로 결정했다."),
        ("windows-1251", "utf-8", "Городской совет решил во вторник отремонтировать старый мост."),
        ("koi8-r", "koi8-r", "Городской совет решил во вторник отремонтировать старый мост."),
        ("windows-1252", "utf-8", "Der Rat beschloß am Dienstag, die Brücke „früh“ zu reparieren."),
        ("utf-8", "iso-8859-1", "Le conseil a décidé mardi de réparer le vieux pont — enfin."),
        ("utf-16", "", "Le conseil a décidé mardi de réparer le vieux pont — enfin."),
    ],
)
def test_charsets_declared_rightly_and_wrongly(charset, declared, text):
    meta = f'<meta charset="{declared}">' if declared else ""
    body = "".join(f"<p>{text} {n}</p>" for n in range(6))
    raw = f"<html><head>{meta}<title>x</title></head><body><article>{body}</article></body></html>"
    assert extract(raw.encode(charset), URL).text.startswith(f"{text} 0")


@pytest.mark.parametrize(
    "body",
    [
        "<div>" * 10_000 + f"<p>{PROSE * 3}</p>",
        f"<p>{PROSE * 3}</p>" + "<br>" * 200_000,
        f"<p>{PROSE * 3}</p>" + "<i></i>" * 150_000,
        f"<p>{PROSE * 3}</p>\x00\x01" + "&#x110000;&#xD800;&bogus;&" * 1000,
        f"<p>{PROSE * 3}" + "<b><i>" * 3000,
        "<table>" * 300 + f"<tr><td>{PROSE * 3}</td></tr>",
    ],
    ids=["deep", "breaks", "siblings", "entities", "unclosed", "tables"],
)
def test_monstrous_pages_are_bounded(body):
    assert "council met on Tuesday" in extract(page(f"<article>{body}</article>"), URL).text


def test_too_large_a_page_is_refused():
    with pytest.raises(NotAnArticle, match="too large"):
        extract(b"<p>" + b"x" * 17_000_000, URL)


def test_plain_text_keeps_paragraphs_lists_and_breaks():
    html = "<h2>One</h2><p>Two<br>three</p><ul><li>four</li><li>five</li></ul>"
    assert plain_text(html) == "One\n\nTwo\nthree\n\nfour\nfive"
