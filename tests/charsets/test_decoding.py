"""Bytes to text: no mojibake, whatever a page and its server say of the charset."""

import pytest

from pipeline.charsets import decode

TEXTS = {
    "de": "Die Bürger fürchten höhere Gebühren. Größe zählt nicht, sagte der Bürgermeister und "
    "fügte hinzu, dass die Straße künftig gesperrt bleibt.",
    "fr": "Le maire a déclaré que l'été serait très chaud. Nous sommes prêts à tout, a-t-il "
    "ajouté, même si la forêt brûle déjà. Les élèves français étaient à l'école.",
    "es": "El señor alcalde dijo que mañana habrá más niños en la plaza. ¿Qué pasará después? "
    "¡Nadie lo sabía! La situación económica empeoró según la comisión.",
    "pl": "Prezydent powiedział, że żółte źrebięta są już w drodze. Ludność miasta ucieszyła "
    "się, gdyż zboże już dojrzało. Święto będzie się odbywać w każdą środę.",
    "cs": "Starosta řekl, že nový most přes řeku bude uzavřen. Lidé jsou již zvyklí čekat. "
    "Žádný občan nechce platit více, ačkoli škola potřebuje peníze.",
    "hu": "A polgármester azt mondta, hogy a régi híd átépítése őszre elkészül. Több ezer ember "
    "él ott, és többségük örül a fejlesztésnek. Később újabb döntések születnek.",
    "ru": "Мэр города заявил, что старый мост через реку будет закрыт на неделю. Жители "
    "недовольны этим решением, но ничего не могут поделать.",
    "uk": "Мер міста заявив, що старий міст через річку буде зачинено на тиждень. Жителі "
    "незадоволені цим рішенням, але нічого не можуть вдіяти, кажуть її люди.",
    "el": "Ο δήμαρχος δήλωσε ότι η παλιά γέφυρα θα κλείσει για μία εβδομάδα. Οι κάτοικοι δεν "
    "είναι ευχαριστημένοι με την απόφαση.",
    "tr": "Belediye başkanı eski köprünün bir hafta boyunca kapalı olacağını söyledi. Şehirde "
    "yaşayan kişiler bu karardan hoşlanmadı ama bir şey yapamıyorlar.",
    "he": "ראש העיר הודיע כי הגשר הישן מעל הנהר ייסגר למשך שבוע. התושבים אינם מרוצים מההחלטה.",
    "ar": "أعلن رئيس البلدية أن الجسر القديم فوق النهر سيغلق لمدة أسبوع. السكان غير راضين عن "
    "هذا القرار.",
    "lv": "Mērs paziņoja, ka vecais tilts pār upi tiks slēgts uz nedēļu. Iedzīvotāji nav "
    "apmierināti ar šo lēmumu, bet neko nevar darīt. Darbi sāksies pirmdien.",
    "th": "นายกเทศมนตรีประกาศว่าสะพานเก่าข้ามแม่น้ำจะปิดเป็นเวลาหนึ่งสัปดาห์ ชาวบ้านไม่พอใจ",
    "zh": "市长宣布，河上的旧桥将关闭一周。居民们对这一决定感到不满，但他们无能为力。",
    "tw": "市長宣布，河上的舊橋將關閉一週。居民們對這一決定感到不滿，但他們無能為力。",
    "ja": "市長は、川にかかる古い橋を一週間閉鎖すると発表した。住民はこの決定に不満を持っている。",
    "ko": "시장은 강을 가로지르는 오래된 다리를 일주일 동안 폐쇄한다고 발표했다. "
    "주민들은 불만이다.",
}
# Python's name of a charset, the label that pages write, the languages written in it.
CHARSETS = [
    ("cp1252", "windows-1252", "de fr es"),
    ("iso8859-1", "iso-8859-1", "de fr es"),
    ("iso8859-15", "iso-8859-15", "de fr"),
    ("iso8859-2", "iso-8859-2", "pl cs hu"),
    ("cp1250", "windows-1250", "pl cs hu"),
    ("cp1251", "windows-1251", "ru uk"),
    ("koi8-r", "koi8-r", "ru"),
    ("koi8-u", "koi8-u", "uk"),
    ("iso8859-5", "iso-8859-5", "ru"),
    ("cp866", "ibm866", "ru"),
    ("iso8859-7", "iso-8859-7", "el"),
    ("cp1253", "windows-1253", "el"),
    ("iso8859-9", "iso-8859-9", "tr"),
    ("cp1254", "windows-1254", "tr"),
    ("cp1255", "windows-1255", "he"),
    ("iso8859-8", "iso-8859-8-i", "he"),
    ("cp1256", "windows-1256", "ar"),
    ("iso8859-6", "iso-8859-6", "ar"),
    ("cp1257", "windows-1257", "lv"),
    ("iso8859-13", "iso-8859-13", "lv"),
    ("tis-620", "tis-620", "th"),
    ("cp874", "windows-874", "th"),
    ("gb2312", "gb2312", "zh"),
    ("gb18030", "gb18030", "zh"),
    ("big5", "big5", "tw"),
    ("shift_jis", "shift_jis", "ja"),
    ("euc_jp", "euc-jp", "ja"),
    ("iso2022_jp", "iso-2022-jp", "ja"),
    ("euc_kr", "euc-kr", "ko"),
    ("cp949", "ks_c_5601-1987", "ko"),
    ("utf-8", "utf-8", "de pl ru zh ja ar"),
]


def page(text: str, declared: str) -> str:
    meta = f'<meta charset="{declared}">' if declared else ""
    return f"<html><head>{meta}<title>News</title></head><body><p>{text}</p></body></html>"


@pytest.mark.parametrize(
    ("codec", "label", "language"),
    [(codec, label, one) for codec, label, several in CHARSETS for one in several.split()],
)
def test_text_is_read_whatever_is_declared(codec: str, label: str, language: str) -> None:
    for meta, http in (
        (label, None),
        ("", label),
        ("", None),
        ("utf-8", None),
        ("utf-8", label),
        (label, "utf-8"),
        (label, "iso-8859-1"),
        ("iso-8859-1", label),
        ("iso-8859-1", None),
        ("no-such-charset", "nonsense"),
    ):
        wanted = page(TEXTS[language], meta)
        assert decode(wanted.encode(codec), http)[0] == wanted, (meta, http)


@pytest.mark.parametrize("mark", ["utf-8-sig", "utf-16", "utf-32"])
def test_byte_order_mark_goes_before_every_declaration(mark: str) -> None:
    wanted = page(TEXTS["ru"], "windows-1251")
    assert decode(wanted.encode(mark), "koi8-r")[0] == wanted


def test_utf_16_without_a_mark_is_read() -> None:
    for codec in ("utf-16-le", "utf-16-be"):
        assert decode(page(TEXTS["fr"], "").encode(codec), None)[0] == page(TEXTS["fr"], "")


@pytest.mark.parametrize(
    ("codec", "language"), [("gb18030", "zh"), ("cp1251", "ru"), ("shift_jis", "ja")]
)
def test_a_damaged_byte_costs_no_more_than_its_neighbours(codec: str, language: str) -> None:
    wanted = page(TEXTS[language], codec)
    raw = wanted.encode(codec)
    for damaged in (raw.replace(b"</p>", b"\xff</p>"), raw[: raw.index(b"</p>") - 1]):
        found, _ = decode(damaged, codec)
        assert TEXTS[language][:-2] in found


def test_bytes_of_another_charset_within_utf_8_are_mended_one_by_one() -> None:
    raw = page(TEXTS["fr"], "utf-8").encode() + "<p>Café – «déjà»</p>".encode("cp1252")
    found, name = decode(raw, "utf-8")
    assert TEXTS["fr"] in found and "<p>Café – «déjà»</p>" in found
    assert name == "utf-8"


def test_charset_of_a_script_is_not_the_pages() -> None:
    wanted = '<html><head><script charset="koi8-r" src="x.js"></script></head>' + TEXTS["uk"]
    assert decode(wanted.encode("cp1251"), None)[0] == wanted


def test_typographic_signs_and_a_few_foreign_names_do_not_mislead() -> None:
    text = "“It’s late,” said François Müller – the price: 5 € in Łódź…"
    assert decode(page(text, "utf-8").encode(), "iso-8859-1")[0] == page(text, "utf-8")
    western = text.replace("Łódź", "Malmö")
    assert decode(page(western, "iso-8859-1").encode("cp1252"))[0] == page(western, "iso-8859-1")


def test_ascii_alone_is_ascii() -> None:
    assert decode(b"<p>~{ is no escape here } \\x1b neither</p>", "gb2312")[1] == "utf-8"
