"""Notices without a telling name in an article's container go as runs; what is told of them stays."""

import pytest

from pipeline.extract import extract
from pipeline.extract.clutter import notices
from pipeline.extract.clutter.noticelines import Line
from pipeline.extract.page import lexicon
from pipeline.extract.page.outline import outline
from pipeline.extract.page.parsing import parse

STORIES = {
    "pt": [
        "O moleiro de Vale Fundo voltou a abrir as comportas na quinta-feira, depois de nove anos.",
        "A roda foi refeita em castanho por dois carpinteiros de Lamego, que dormiram no celeiro.",
        "Em 1911 o moinho dava farinha a sete aldeias. Hoje chega a uma padaria e a uma escola.",
        "O primeiro saco foi vendido por doze euros, e o moleiro pendurou a nota na parede.",
    ],
    "da": [
        "Fyrpasseren på Skarø har tændt den gamle lampe igen, for første gang siden stormen i 1999.",
        "Linsen lå pakket i uld i en kælder i Svendborg, og ingen vidste, hvem den tilhørte.",
        "Den vejer 84 kilo og blev båret op ad trappen af fire mænd fra roklubben.",
        "Fiskerne siger, at de ikke har brug for lyset, men at de sover bedre, når det drejer.",
    ],
    "ko": [
        "강릉의 오래된 등대지기 집이 봄부터 작은 도서관으로 문을 연다.",
        "책은 마을 어부 마흔두 명이 한 권씩 가져왔고, 책장은 낡은 배의 널빤지로 짰다.",
        "1962년에 지은 집은 십 년 넘게 비어 있었다. 지붕은 지난겨울 목수 두 사람이 고쳤다.",
        "첫 손님은 아홉 살 소녀였다. 그는 고래 이야기를 빌려 갔다.",
    ],
}
NOTICES = {  # heading, sentences (none has the word cookie), purposes, buttons
    "pt": (
        "A sua privacidade importa-nos",
        [
            "Este site guarda pequenos ficheiros no seu navegador para contar as visitas e mostrar"
            " anúncios do seu interesse.",
            "Alguns são dos nossos parceiros, que os podem juntar a outros dados que lhes deu.",
            "Pode mudar a sua escolha a qualquer momento, no fundo da página.",
        ],
        ["Necessários", "Estatística", "Publicidade"],
        ["Aceitar tudo", "Recusar", "Definições"],
    ),
    "da": (
        "Vi passer på dit privatliv",
        [
            "Siden gemmer oplysninger på din enhed for at måle besøg og vise annoncer, der passer"
            " til dine interesser.",
            "Nogle af dem deles med vores partnere, som kan lægge dem sammen med andre data om dig.",
            "Du kan altid ændre dit valg under indstillinger nederst på siden.",
        ],
        ["Nødvendige", "Statistik", "Annoncer"],
        ["Tillad alle", "Afvis", "Indstillinger"],
    ),
    "ko": (
        "개인정보를 소중히 여깁니다",
        [
            "이 사이트는 방문 통계와 관심에 맞는 광고를 위해 브라우저에 작은 파일을 저장합니다.",
            "일부는 파트너의 것으로, 다른 사이트의 정보와 합쳐질 수 있습니다.",
            "선택은 페이지 하단의 설정에서 언제든지 변경할 수 있습니다.",
        ],
        ["필수", "통계", "광고"],
        ["모두 허용", "거부", "설정"],
    ),
}
TOLD = {
    "pt": "A autoridade multou o clube em 4 000 euros porque o seu site instalava cookies sem pedir"
    " o consentimento dos visitantes, disse Rui Tavares.",
    "da": "Datatilsynet gav foreningen en bøde, fordi dens side satte cookies uden samtykke fra de"
    " besøgende.",
    "ko": "개인정보보호위원회는 협회가 방문자의 동의 없이 쿠키를 저장했다며 과태료 300만 원을 부과했다.",
}


def layouts(heading, sentences, purposes, buttons):
    paragraphs = "".join(f"<p>{one}</p>" for one in sentences)
    links = " ".join(f'<a href="#">{one}</a>' for one in buttons)
    items = "".join(f"<li>{one}</li>" for one in purposes)
    pressed = "".join(f'<button type="button">{one}</button>' for one in buttons)
    roles = "".join(f'<div><a role="button" href="#">{one}</a></div>' for one in buttons)
    return {
        "links": f"<p><strong>{heading}</strong></p>{paragraphs}<p>{links}</p>",
        "list": f"<h3>{heading}</h3>{paragraphs}<ul>{items}</ul>{pressed}",
        "boxes": f"<div><div>{heading}</div><div>{' '.join(sentences)}</div>{roles}</div>",
        "sentences": paragraphs,
        "details": f"<details open><summary>{heading}</summary>{paragraphs}{pressed}</details>",
    }


def text_of(language, *pieces):
    title = STORIES[language][0][:30]
    page = f"<html lang={language}><head><title>{title}</title></head><body><div class=g1><h1>{title}</h1>"
    page += f"<div class=g2>{''.join(pieces)}</div></div></body></html>"
    return extract(page.encode(), "https://news.example/story").text


def story(language):
    return [f"<p>{one}</p>" for one in STORIES[language]]


@pytest.mark.parametrize("layout", ["links", "list", "boxes", "sentences", "details"])
@pytest.mark.parametrize("language", STORIES)
@pytest.mark.parametrize("place", [0, 2, 4])
def test_a_notice_without_a_name_or_the_word_cookie_goes_whole(language, layout, place):
    notice = layouts(*NOTICES[language])[layout]
    pieces = story(language)
    text = text_of(language, *pieces[:place], notice, *pieces[place:])
    assert text == "\n\n".join(STORIES[language])


@pytest.mark.parametrize("language", STORIES)
@pytest.mark.parametrize("place", [0, 2, 4])
def test_a_paragraph_on_a_fine_for_cookies_stays(language, place):
    pieces = story(language)
    pieces.insert(place, f"<p>{TOLD[language]}</p>")
    assert TOLD[language] in text_of(language, *pieces)


def test_a_notice_never_takes_more_than_it_leaves():
    notice = layouts(*NOTICES["pt"])["links"]
    lines = [
        Line(node.name, text, lexicon.normal(text))
        for node, text in leaves(f"<p>{STORIES['pt'][1]}</p>{notice}")
    ]
    assert notices.find(lines, "O moleiro") == frozenset()


def leaves(html):
    top = outline(parse(f"<html><body>{html}</body></html>").body)
    return [(leaf, leaf.text()) for leaf in top.leaves()]


@pytest.mark.parametrize("language", STORIES)
def test_a_notice_in_a_language_of_no_list_goes_if_it_names_cookies_and_has_buttons(
    language, monkeypatch
):
    known = dict(lexicon.data("notices"))
    known.pop(language)
    index = lexicon._by_subject(known)
    monkeypatch.setattr(lexicon, "_subjects", lambda: index)
    heading, sentences, purposes, buttons = NOTICES[language]
    word = "쿠키" if language == "ko" else "cookies"
    sentences = [sentences[0].rstrip(".") + f" ({word}).", *sentences[1:]]
    notice = layouts(heading, sentences, purposes, buttons)["links"]
    text = text_of(language, *story(language), notice)
    assert [one for one in (*sentences, *buttons) if one in text] == []
    assert [one for one in STORIES[language] if one not in text] == []
