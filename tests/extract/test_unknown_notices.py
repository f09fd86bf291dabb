"""Notices in languages that no list knows a word of go by their choices; what articles say stays."""

import pytest

from pipeline.extract import extract
from pipeline.extract.clutter import choices
from pipeline.extract.page import cognates, lexicon
from pipeline.extract.page.outline import outline
from pipeline.extract.page.parsing import parse

STORIES = {
    "mg": (
        "Nosokafana indray ny tetezan'i Kamoro",
        [
            "Nosokafana tamin'ny Alatsinainy ny tetezan'i Kamoro taorian'ny fanamboarana naharitra"
            " valo volana.",
            "Nilaza ny injeniera Rakoto fa nosoloina ny hazo rehetra ary nohamafisina ny andry roa.",
            "Naorina tamin'ny 1934 ny tetezana ary efa simba imbetsaka noho ny rivo-doza.",
            "Mandoa vola ireo kamiao lehibe izay miampita ny tetezana mandritra ny alina.",
            "Faly ny mponina any Ambondromamy satria tsy mila mihodina lavitra intsony ny entana.",
        ],
    ),
    "so": (
        "Suuqa kalluunka ee Berbera oo dib loo furay",
        [
            "Suuqa kalluunka ee Berbera ayaa dib loo furay Isniintii kadib dayactir socday lix bilood.",
            "Injineer Cabdi Warsame ayaa sheegay in saqafka suuqa la beddelay oo qaboojiye la keenay.",
            "Kalluumaysatadu waxay hore u iibin jireen kalluunka xeebta, halkaas oo uu ku xumaan jiray.",
            "Dawladda hoose waxay bixisay kala badh kharashka, inta kalena waxaa bixiyay ganacsatada.",
            "Suuqu wuxuu furmayaa subaxdii hore, wuxuuna xidhmayaa marka kalluunku dhammaado.",
        ],
    ),
    "am": (
        "የጎንደር አሮጌ ድልድይ እንደገና ተከፈተ",
        [
            "በጎንደር ከተማ የሚገኘው አሮጌ የድንጋይ ድልድይ ከሰባት ወራት ጥገና በኋላ ሰኞ እንደገና ተከፈተ።",
            "መሐንዲስ አበበ ተስፋዬ ሁለት የድልድይ ቅስቶች በአዲስ ድንጋይ መጠናከራቸውን ተናግረዋል።",
            "ድልድዩ የተሠራው በአሥራ ሰባተኛው ክፍለ ዘመን ሲሆን ብዙ ጊዜ በጎርፍ ተጎድቷል።",
            "ከባድ መኪናዎች በድልድይ ላይ እንዳያልፉ ተከልክለዋል፤ እግረኞች ግን ይፈቀድላቸዋል።",
            "የጎንደር ነዋሪዎች ድልድይ በሌሊት እንዲበራ ለከተማው አስተዳደር ጥያቄ አቅርበዋል።",
        ],
    ),
}
NOTICES = {  # heading, sentences, buttons
    "mg": (
        "Zava-dehibe aminay ny tsiambaratelonao",
        [
            "Mitahiry cookies ao amin'ny fitaovanao izahay mba hahatsiarovana ny safidinao sy"
            " hanisana ireo mpitsidika.",
            "Afaka manova ny safidinao ianao amin'ny fotoana rehetra.",
        ],
        ["Ekena daholo", "Lavina", "Hanova"],
    ),
    "so": (
        "Waxaan ixtiraamnaa sirtaada",
        [
            "Boggani wuxuu cookies ku kaydiyaa qalabkaaga si uu u xasuusto dookhaaga una tiriyo"
            " booqdayaasha.",
            "Dookhaaga waad beddeli kartaa wakhti kasta.",
        ],
        ["Aqbal dhammaan", "Diid", "Habee"],
    ),
    "am": (
        "ግላዊነትዎ ለእኛ አስፈላጊ ነው",
        [
            "ይህ ገጽ ምርጫዎን ለማስታወስና ጎብኚዎችን ለመቁጠር ኩኪ በመሣሪያዎ ላይ ያስቀምጣል።",
            "ምርጫዎን በማንኛውም ጊዜ መቀየር ይችላሉ።",
        ],
        ["ሁሉንም ተቀበል", "አትቀበል", "ቅንብሮች"],
    ),
}
TOLD = {
    "mg": "Nosazian'ny manampahefana ny kaominina tamin'ny 2023 satria nametraka cookies tao"
    " amin'ny tranonkalany momba ny tetezana tsy nahazoana alalana.",
    "so": "Hay'adda ayaa 2023 ganaaxday suuqa kalluunka ee Berbera sababtoo ah boggiisu wuxuu"
    " cookies dhigay ogolaansho la'aan.",
    "am": "ባለሥልጣኑ በ2023 የጎንደር ድልድይ ድረ-ገጽ ያለ ጎብኚዎች ፈቃድ ኩኪ በማስቀመጡ በከተማው አስተዳደር ላይ ቅጣት ጥሏል።",
}


def layouts(heading, sentences, buttons):
    paragraphs = "".join(f"<p>{one}</p>" for one in sentences)
    pressed = "".join(f"<button>{one}</button>" for one in buttons)
    links = "".join(f'<a href="#">{one}</a> ' for one in buttons)
    spans = "".join(f"<span role=button tabindex=0>{one}</span> " for one in buttons)
    boxes = "".join(f"<label><input type=checkbox> {one}</label>" for one in buttons[1:])
    return {
        "box": f"<div><h3>{heading}</h3>{paragraphs}<div>{pressed}</div></div>",
        "links": f"<div><p>{heading}</p>{paragraphs}<p>{links}</p></div>",
        "spans": f"<section>{paragraphs}<div>{spans}</div></section>",
        "form": f"<form><h4>{heading}</h4>{paragraphs}{boxes}{pressed}</form>",
    }


def text_of(language, *pieces):
    title, _ = STORIES[language]
    page = f"<html lang={language}><head><title>{title}</title></head><body><div class=a><h1>{title}</h1>"
    page += f"<div class=b>{''.join(pieces)}</div></div></body></html>"
    return extract(page.encode(), "https://news.example/story").text


def story(language):
    return [f"<p>{one}</p>" for one in STORIES[language][1]]


@pytest.mark.parametrize("language", STORIES)
def test_no_list_knows_the_languages(language):
    for name in ("notices", "consent", "hints", "buttons"):
        data = lexicon.data(name)
        assert language not in data
        assert all(language not in table for table in data.values())


@pytest.mark.parametrize("layout", ["box", "links", "spans", "form"])
@pytest.mark.parametrize("language", STORIES)
@pytest.mark.parametrize("place", [0, 5])
def test_a_notice_in_a_box_with_choices_goes_whole(language, layout, place):
    pieces = story(language)
    pieces.insert(place, layouts(*NOTICES[language])[layout])
    assert text_of(language, *pieces) == "\n\n".join(STORIES[language][1])


@pytest.mark.parametrize(
    "row",
    [
        "",
        '<p><a href="#">Facebook</a> <a href="#">WhatsApp</a> <a href="#">Telegram</a></p>',
        "<button>A+</button><button>A-</button>",
        '<p><a href="/privacy-fine-2023">Telegram</a></p>',
    ],
)
@pytest.mark.parametrize("language", STORIES)
@pytest.mark.parametrize("place", [0, 2, 5])
def test_a_paragraph_on_a_fine_for_cookies_stays(language, place, row):
    pieces = story(language)
    pieces.insert(place, f"<p>{TOLD[language]}</p>{row}")
    assert TOLD[language] in text_of(language, *pieces)


@pytest.mark.parametrize("language", STORIES)
def test_what_stands_above_the_buttons_of_each_entry_stays(language):
    row = "<div><a href='#'>Zara</a> <a href='#'>Adika</a></div>"
    entries = [f"<div><h3>{one[:20]}</h3><p>{one}</p>{row}</div>" for one in STORIES[language][1]]
    text = text_of(language, *entries)
    assert [one for one in STORIES[language][1] if one not in text] == []


def shapes(html):
    top = outline(parse(f"<html><body>{html}</body></html>").body)
    leaves = [leaf for leaf in top.leaves() if leaf.text()]
    texts = [leaf.text() for leaf in leaves]
    return choices.read(leaves, texts, 10_000)


def test_buttons_links_and_switches_are_choices():
    assert [
        one.choices for one in shapes("<p>Text.</p><button>Yes</button><button>No</button>")
    ] == [2]
    assert [one.choices for one in shapes('<p><a href="#">Yes</a> <a href="#no">No</a></p>')] == [2]
    assert [one.choices for one in shapes("<p><label><input type=checkbox> Yes</label></p>")] == [1]
    assert [one.choices for one in shapes("<p>Text.</p><input type=submit value=Yes>")] == [1]


def test_icons_networks_and_numbers_are_no_choices():
    html = "<p>Text.</p><button><svg></svg></button><button>Facebook</button><button>12</button>"
    assert [one.choices for one in shapes(html)] == [0]


def test_what_is_offered_again_and_again_is_no_choice():
    comment = "<p>Text.</p><button>Reply</button><button>Like</button>"
    assert [one.choices for one in shapes(comment * 2)] == [2, 2]
    assert [one.choices for one in shapes(comment * 3)] == [0, 0, 0]


def test_a_box_holds_its_choices_and_the_article_beside_it_none():
    box = "<div><p>Text.</p><p>More.</p><div><button>Yes</button><button>No</button></div></div>"
    found = shapes(f"<p>{'Article. ' * 400}</p>{box}<p>{'Article. ' * 400}</p>")
    assert [one.boxed for one in found] == [0, 2, 2, 0]


def test_a_policy_is_told_by_its_address_and_a_headline_is_not():
    assert shapes('<p>Text <a href="/privacy-policy">a</a></p>')[0].policy
    assert shapes('<p>Text <a href="https://a.example/datenschutz/">a</a></p>')[0].policy
    assert not shapes('<p>Text <a href="/news/new-privacy-fine-for-the-ferry">a</a></p>')[0].policy


@pytest.mark.parametrize(
    "word",
    [
        "куки",
        "クッキー",
        "쿠키",
        "קוקיז",
        "الكوكيز",
        "کوکی",
        "कुकीज़",
        "কুকি",
        "குக்கீகள்",
        "కుకీ",
        "คุกกี้",
        "քուքի",
        "ქუქი",
        "ኩኪ",
    ],
)
def test_cookies_are_named_in_any_script(word):
    assert cognates.names_cookies(word)


def test_other_words_do_not_name_cookies():
    assert not cognates.names_cookies("Кухня кит кубик クジラ 고기 कौआ กาแฟ")


@pytest.mark.parametrize(
    ("text", "subject"),
    [
        ("ჩვენი პარტნიორები", "partner"),
        ("մարքեթինգ", "ads"),
        ("Στατιστικά", "visit"),
        ("Privatësia juaj", "privacy"),
        ("पार्टनर", "partner"),
    ],
)
def test_words_of_many_languages_are_read_in_any(text, subject):
    assert subject in cognates.subjects(text)
