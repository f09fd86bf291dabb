"""Labels of charsets mean what the Encoding Standard says, not what Python's codecs are called."""

import codecs
import tomllib
from importlib import resources

import pytest

from pipeline.charsets import canonical, decode

LABELS = tomllib.loads((resources.files("pipeline.charsets") / "labels.toml").read_text("utf-8"))


def test_every_label_names_a_codec_and_has_one_meaning():
    labels = [label for several in LABELS.values() for label in several]
    assert len(labels) == len(set(labels)) > 220
    assert all(codecs.lookup(name) for name in LABELS)
    assert all(label == label.strip().lower() for label in labels)


@pytest.mark.parametrize(
    ("label", "name"),
    [
        ("Shift_JIS", "cp932"),
        (" x-sjis ", "cp932"),
        ("Windows-31J", "cp932"),
        ("EUC-KR", "cp949"),
        ("ks_c_5601-1987", "cp949"),
        ("GB2312", "gb18030"),
        ("x-gbk", "gb18030"),
        ("Big5", "big5hkscs"),
        ("ISO-8859-1", "cp1252"),
        ("us-ascii", "cp1252"),
        ("iso-8859-9", "cp1254"),
        ("tis-620", "cp874"),
        ("visual", "iso8859-8"),
        ("x-mac-ukrainian", "mac-cyrillic"),
        ("utf-16le", "utf-8"),
        ("koi8-ru", "koi8-u"),
        ("cp437", "cp437"),
        ("no-such-charset", None),
    ],
)
def test_what_a_label_means(label, name):
    assert canonical(label) == name


# Signs that the declared charset does not have and that documents in it have all the same.
BEYOND = [
    ("Shift_JIS", "cp932", "港の評議会①：髙橋氏が㈱港湾の再建を提案～来春まで話し合って決めた。"),
    ("euc-kr", "cp949", "항만 위원회는 똠방각하 방파제를 내년 봄까지 다시 짓기로 의결했다."),
    ("gb2312", "gb18030", "镕城港务会议决定重建北堤，囍事连连的渔民们说他们希望内港不要关闭。"),
    ("gbk", "gb18030", "市长宣布，河上的旧桥将关闭一周。㐂居民们对这一决定感到不满。"),
    ("big5", "big5hkscs", "市長宣布，啲居民喺河上的舊橋將關閉一週，嗰個決定令人不滿。"),
    ("iso-8859-1", "cp1252", "The council’s “last word” came — it’ll be rebuilt… for 5 €."),
    ("iso-8859-9", "cp1254", "Belediye başkanı “köprü” için 5 € dedi… Şehirde yaşayan kişiler."),
    ("tis-620", "cp874", "นายกเทศมนตรี “ประกาศ” ว่าสะพานเก่าข้ามแม่น้ำจะปิด…"),
]


@pytest.mark.parametrize(("label", "codec", "text"), BEYOND)
def test_a_subset_is_read_as_the_superset_that_is_in_use(label, codec, text):
    wanted = f'<html><head><meta charset="{label}"></head><body><p>{text}</p></body></html>'
    assert decode(wanted.encode(codec))[0] == wanted
    assert decode(wanted.encode(codec), label)[0] == wanted


def euc_jp(text):
    """Encode as Windows does, with the signs that NEC and IBM added."""
    encoded = b""
    for char in text:
        lead, *rest = char.encode("cp932")
        if not rest:
            encoded += bytes([lead])
            continue
        (trail,) = rest
        if lead >= 0xFA:  # IBM's: those that NEC selected have two bytes in EUC-JP
            lead, trail = next(
                (a, b)
                for a in (0xED, 0xEE)
                for b in range(0x40, 0xFD)
                if bytes([a, b]).decode("cp932", "ignore") == char
            )
        row = (lead - (0x81 if lead < 0xA0 else 0xC1)) * 2 + (trail >= 0x9F)
        cell = trail - 0x9F if trail >= 0x9F else trail - 0x40 - (trail > 0x7F)
        encoded += bytes([row + 0xA1, cell + 0xA1])
    return encoded


JAPANESE = "<p>㈱髙橋①の会社は、川にかかる古い橋を一週間閉鎖すると発表した。</p>"


def test_euc_jp_has_the_signs_of_windows():
    assert decode(euc_jp(JAPANESE), "euc-jp")[0] == JAPANESE
    assert decode(euc_jp(JAPANESE))[0] == JAPANESE


def test_iso_2022_jp_has_the_signs_of_windows():
    inside = JAPANESE.removeprefix("<p>").removesuffix("</p>")
    seven = bytes(byte & 0x7F for byte in euc_jp(inside))
    raw = b"<p>\x1b$B" + seven + b"\x1b(B</p>"
    assert decode(raw, "iso-2022-jp") == (JAPANESE, "iso2022_jp")
