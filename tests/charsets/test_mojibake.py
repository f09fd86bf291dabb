"""Text that was encoded twice is mended where that is certain, and nothing else is touched."""

import pytest

from pipeline.charsets import decode
from pipeline.charsets.mojibake import mended

TEXTS = {
    "en": "The council’s “last word” came — it’ll be rebuilt, and the naïve plan is off the table.",
    "fr": "Le maire a déclaré que l'été serait très chaud, même si la forêt brûle déjà à côté.",
    "de": "Die Bürger fürchten höhere Gebühren, sagte der Bürgermeister und fügte nichts hinzu.",
    "pl": "Prezydent powiedział, że żółte źrebięta są już w drodze. Ludność ucieszyła się.",
    "ru": "Мэр города заявил, что старый мост через реку будет закрыт — на неделю или дольше.",
    "uk": "Мер міста заявив, що старий міст через річку буде зачинено на тиждень, кажуть люди.",
    "ja": "市長は、川にかかる古い橋を一週間閉鎖すると発表した。住民はこの決定に不満を持っている。",
    "ar": "أعلن رئيس البلدية أن الجسر القديم فوق النهر سيغلق لمدة أسبوع. السكان غير راضين عن هذا.",
}


def again(text, codec):
    """Read the bytes of a text in another charset, as a database does that was told a wrong one."""
    return "".join(
        bytes([byte]).decode(codec, "ignore") or chr(byte) for byte in text.encode("utf-8")
    )


def page(text):
    return f'<html><head><title>{text[:30]}</title></head><body><p title="é">{text}</p>© Ü</body>'


@pytest.mark.parametrize("codec", ["cp1252", "latin-1", "cp1251", "cp1250"])
@pytest.mark.parametrize("language", TEXTS)
def test_text_that_was_encoded_twice_is_read(language, codec):
    wanted = page(TEXTS[language])
    assert decode(again(wanted, codec).encode())[0] == wanted


def test_text_that_was_encoded_three_times_is_read():
    wanted = page(TEXTS["fr"])
    assert mended(again(again(wanted, "cp1252"), "cp1252")) == wanted


def test_an_article_from_a_wrong_database_in_a_right_page_is_read():
    wanted = f"<nav><a>Météo</a> <a>Société</a></nav><p>{TEXTS['fr']}</p><footer>Réservé</footer>"
    wrong = wanted.replace(TEXTS["fr"], again(TEXTS["fr"], "cp1252"))
    assert mended(wrong) == wanted


def test_a_sign_that_was_lost_does_not_keep_the_others_from_being_mended():
    wrong = again(page(TEXTS["fr"]), "cp1252").replace("Ã\xa0", "Ã ")
    assert "déclaré que l'été" in mended(wrong)


@pytest.mark.parametrize("language", TEXTS)
def test_text_that_is_right_stays_as_it_is(language):
    assert mended(page(TEXTS[language])) == page(TEXTS[language])


@pytest.mark.parametrize(
    "text",
    [
        # About mojibake: the right signs stand beside the wrong ones.
        "<p>Where “café” becomes “cafÃ©” and “naïve” becomes “naÃ¯ve”, UTF-8 was read as Latin-1, "
        "and “Ã¼” should be “ü”.</p>",
        "<td>é</td><td>Ã©</td><td>ü</td><td>Ã¼</td><td>ß</td><td>ÃŸ</td><td>à</td><td>Ã\xa0</td>",
        # Capitals before quotation marks are valid UTF-8 by accident.
        "<p>LE CAFÉ» ET LA SOCIÉTÉ» ÉTAIENT FERMÉS» : VOILÀ\xa0» DIT LE MAIRE DE LA VILLE.</p>",
        "<p>„AMANHÔ, disse. „IRMÔ, gritou. „MANHÔ e nada mais naquela manhã de domingo.</p>",
        "<p>СССР» и РСФСР» — СРС» в словаре, а также «Рђ» как знак.</p>",
    ],
)
def test_signs_that_look_encoded_twice_by_accident_stay(text):
    assert mended(text) == text


def test_bytes_of_utf_8_that_are_cut_or_damaged_cost_only_themselves():
    text = (TEXTS["fr"] + " ") * 3
    raw = f"<p>{text}</p>".encode()
    for damage, sign in (
        (b"\xff\xfe", "\ufffd"),  # in no charset a word
        (b"\xe2\x80", "\ufffd"),  # the beginning of a quotation mark
        (b"\xf0\x9f\x98", "\ufffd"),
        ("Café".encode("cp1252"), "Café"),
        ("“à la carte”".encode("cp1252"), "“à la carte”"),
    ):
        found, name = decode(raw + b"<p>" + damage + b"</p>", "utf-8")
        assert (found, name) == (f"<p>{text}</p><p>{sign}</p>", "utf-8"), damage
