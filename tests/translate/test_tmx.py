"""TMX as other tools write it: read whole, in any encoding, without harm."""

import io
import tracemalloc

import pytest

from pipeline.errors import BabelwireError
from pipeline.translate.tmx import Unit, read, write

TOOLKIT = """<?xml version="1.0" encoding="{encoding}"?>
<!DOCTYPE tmx SYSTEM "tmx14.dtd">
<tmx version="1.4">
  <header segtype="sentence" o-tmf="UTF-8" adminlang="en" srclang="en" datatype="PlainText"/>
  <body>
    <tu>
      <tuv xml:lang="en"><seg>Café
         open</seg></tuv>
      <tuv xml:lang="pt-BR"><seg>Café aberto</seg></tuv>
    </tu>
  </body>
</tmx>"""


@pytest.mark.parametrize("encoding", ["UTF-8", "UTF-16", "ISO-8859-1"])
def test_document_types_encodings_and_missing_tools(tmp_path, encoding):
    file = tmp_path / "a.tmx"
    file.write_bytes(TOOLKIT.format(encoding=encoding).encode(encoding))
    assert list(read(file)) == [Unit("en", "pt-br", "Café open", "Café aberto")]


def body(file, content, header='<header srclang="en-US"/>'):
    file.write_text(f'<tmx version="1.4">{header}<body>{content}</body></tmx>', "utf-8")
    return list(read(file))


def pair(source, target, one="en-US", two="pt_BR", attribute="xml:lang"):
    return (
        f'<tu><tuv {attribute}="{one}"><seg>{source}</seg></tuv>'
        f'<tuv {attribute}="{two}"><seg>{target}</seg></tuv></tu>'
    )


def test_codes_of_other_formats_are_no_words(tmp_path):
    bold = '<bpt i="1">&lt;b&gt;</bpt>{}<ept i="1">&lt;/b&gt;</ept>'
    rich = f"A {bold.format('red')} <hi>house</hi><ph>&lt;br/&gt;</ph>."
    [unit] = body(tmp_path / "a.tmx", pair(rich, f"Uma casa {bold.format('vermelha')}."))
    assert (unit.source_text, unit.target_text) == ("A red house.", "Uma casa vermelha.")


def test_languages_as_they_are_written(tmp_path):
    file = tmp_path / "a.tmx"
    assert [(u.source, u.target) for u in body(file, pair("A", "B"))] == [("en-us", "pt-br")]
    [old] = body(file, pair("A", "B", attribute="lang"), '<header srclang="EN"/>')
    assert (old.source, old.target) == ("en-us", "pt-br")
    [turned] = body(file, pair("A", "B"), '<header srclang="pt-BR"/>')
    assert (turned.source, turned.source_text) == ("pt-br", "B")
    [unsaid] = body(file, pair("A", "B"), '<header srclang="*all*"/>')
    assert (unsaid.source, unsaid.source_text) == ("en-us", "A")
    spaced = '<tmx xmlns="http://www.lisa.org/tmx14" version="1.4"><header srclang="en"/><body>'
    file.write_text(f"{spaced}{pair('A', 'B')}</body></tmx>")
    assert [unit.target_text for unit in read(file)] == ["B"]


def test_what_is_written_is_read_again(tmp_path):
    units = [
        Unit("en", "pt", 'A & "b" <c>', "É\u00a0só", "en_pt-1.0@x"),
        Unit("zt", "en", "你好", "Hello"),
    ]
    buffer = io.BytesIO()
    assert write(units, buffer, "1") == 2
    assert b'xml:lang="zh-hant"' in buffer.getvalue()
    file = tmp_path / "a.tmx"
    file.write_bytes(buffer.getvalue())
    first, second = read(file)
    assert (first.source_text, first.model) == ('A & "b" <c>', "en_pt-1.0@x")
    assert (second.source, second.model) == ("zh-hant", "")


JOINED = [
    "A family 👨‍👩‍👧 and 👩🏽‍🚒 in 🏴󠁧󠁢󠁳󠁣󠁴󠁿 ❤️",
    "می‌خواهم کتاب‌ها را بخوانم",  # zero-width non-joiners
    "ภาษา\u200bไทย",
    "क्\u200dष and क्\u200cष",
    "soft\u00adhyphen, word\u2060joiner, \ufeffmark, \u200fright",
    "12\u00a0% et 5\u202fkm",
    "\u2028lines\u2029 and\u3000wide \u0085next",
    "𐀀 rare 🫨 𝒜 \ue000private",
    "\u200b",
]


@pytest.mark.parametrize("text", JOINED)
def test_every_character_that_xml_may_have_survives(tmp_path, text):
    buffer = io.BytesIO()
    write([Unit("en", "fa", "Source", text, "en_fa-1.0@x")], buffer, "1")
    (tmp_path / "a.tmx").write_bytes(buffer.getvalue())
    [unit] = read(tmp_path / "a.tmx")
    assert (unit.target_text, unit.untouched) == (text, True)


def test_what_xml_may_not_have_is_left_out_and_no_change(tmp_path):
    buffer = io.BytesIO()
    write([Unit("en", "pt", "a\x00\x08\ufffe b\ud800", " c\x1f\n d ", "m")], buffer, "1")
    (tmp_path / "a.tmx").write_bytes(buffer.getvalue())
    [unit] = read(tmp_path / "a.tmx")
    assert (unit.source_text, unit.target_text, unit.untouched) == ("a b", "c d", True)


def test_a_changed_unit_is_told_from_an_untouched_one(tmp_path):
    buffer = io.BytesIO()
    write([Unit("en", "pt", "It rains.", "Chove a cântaros.", "m")], buffer, "1")
    plain = buffer.getvalue().decode()
    for old, new, untouched in (
        ("Chove a", "Chove\n      a", True),  # an editor breaks lines
        ("<seg>Chove", "<seg>  Chove", True),
        ("Chove", "Está chovendo", False),
        ("It rains", "It is raining", False),
        ('<prop type="x-model">m</prop>', "", False),  # somebody's now
        ('type="x-digest"', 'type="x-other"', False),  # of an earlier version
    ):
        (tmp_path / "a.tmx").write_text(plain.replace(old, new), "utf-8")
        assert [one.untouched for one in read(tmp_path / "a.tmx")] == [untouched], new


LAUGHS = "".join(f'<!ENTITY l{n} "{f"&l{n - 1};" * 10 if n else "lol" * 10}">' for n in range(12))
TURN = pair("a", "&l11;")


@pytest.mark.parametrize(
    "document",
    [
        f"<!DOCTYPE tmx [{LAUGHS}]><tmx><header srclang='en'/><body>{TURN}</body></tmx>",
        f"<!DOCTYPE tmx [{LAUGHS}]><tmx><header srclang='en' x='&l11;'/><body/></tmx>",
        "<!DOCTYPE tmx [<!ENTITY f SYSTEM 'file:///etc/passwd'>]><tmx><header srclang='en'/><body>"
        f"{pair('a', '&f;')}</body></tmx>",
        "<!DOCTYPE tmx [<!ENTITY % p SYSTEM 'http://127.0.0.1:9/x'>%p;]><tmx><header/><body>"
        f"{pair('a', '&f;')}</body></tmx>",
    ],
)
def test_entities_are_refused(tmp_path, document):
    file = tmp_path / "evil.tmx"
    file.write_text(document)
    tracemalloc.start()
    with pytest.raises(BabelwireError, match=r"evil\.tmx"):
        list(read(file))
    assert tracemalloc.get_traced_memory()[1] < 20_000_000
    tracemalloc.stop()


def test_a_large_file_is_read_as_a_stream(tmp_path):
    file = tmp_path / "large.tmx"
    with file.open("w") as out:
        out.write('<tmx version="1.4"><header srclang="en"/><body>')
        for number in range(3_000):
            out.write(pair(f"Sentence {number} " * 8, f"Frase {number} " * 8))
        out.write("</body></tmx>")
    tracemalloc.start()
    assert sum(1 for _ in read(file)) == 3_000
    assert tracemalloc.get_traced_memory()[1] < 500_000
    tracemalloc.stop()
