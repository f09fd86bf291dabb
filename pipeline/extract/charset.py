"""Bytes in, text and the name of the charset out.

In: the bytes of a page and the charset HTTP named, which may be wrong. Out: text without mojibake.
It refuses nothing: where no decoding fits, bad bytes are read as windows-1252, as browsers do.
"""

import codecs
import re

import charset_normalizer

# The Encoding Standard's labels (https://encoding.spec.whatwg.org/#names-and-labels) that differ
# from Python's: a declared subset is read as the superset that pages really use.
_SUPERSETS = {
    "ascii": "cp1252",
    "us-ascii": "cp1252",
    "latin1": "cp1252",
    "latin-1": "cp1252",
    "iso8859-1": "cp1252",
    "iso-8859-1": "cp1252",
    "iso-8859-9": "cp1254",
    "iso-8859-11": "cp874",
    "tis-620": "cp874",
    "gb2312": "gb18030",
    "gb_2312-80": "gb18030",
    "gbk": "gb18030",
    "x-gbk": "gb18030",
    "cp936": "gb18030",
    "big5": "big5hkscs",
    "big5-hkscs": "big5hkscs",
    "x-x-big5": "big5hkscs",
    "shift_jis": "cp932",
    "shift-jis": "cp932",
    "sjis": "cp932",
    "x-sjis": "cp932",
    "windows-31j": "cp932",
    "euc-kr": "cp949",
    "ks_c_5601-1987": "cp949",
    "ksc5601": "cp949",
    "utf8": "utf-8",
    "utf-16": "utf-8",  # a meta element that can be read as ASCII cannot be right about UTF-16
    "utf-16le": "utf-8",
    "utf-16be": "utf-8",
    "x-user-defined": "cp1252",
}
_BOMS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
_META = re.compile(rb"""charset\s*=\s*["']?\s*([A-Za-z0-9_.:-]+)""", re.I)
_XML = re.compile(rb"""^\s*<\?xml[^>]*?encoding\s*=\s*["']([A-Za-z0-9_.:-]+)""")
_HEAD = 8192  # bytes searched for a declaration; the standard asks for 1024, pages put it later
_SAMPLE = 65_536  # bytes of non-ASCII text that are enough to tell charsets apart
_SURROGATES = re.compile("[\udc80-\udcff]")


def decode(raw: bytes, http: str | None = None) -> tuple[str, str]:
    """Return the text and the charset it was read with.

    Byte order mark, then UTF-8 wherever the bytes are UTF-8 (text in another charset practically
    never is), then what HTTP and the page declare if it fits, then detection.
    """
    for bom, name in _BOMS:
        if raw.startswith(bom):
            return raw.decode(name, "replace").lstrip("\ufeff"), name
    declared = _declared(raw, http)
    if any(name.startswith(("iso2022", "iso-2022", "hz")) for name in declared):
        text = _strictly(raw, declared[0])
        if text is not None:
            return text, declared[0]
    utf16 = _without_bom(raw)
    if utf16:
        return raw.decode(utf16, "replace"), utf16
    text = _strictly(raw, "utf-8")
    if text is not None:
        return text, "utf-8"
    broken = raw.decode("utf-8", "surrogateescape")
    errors = len(_SURROGATES.findall(broken))
    foreign = sum(1 for char in broken[: _SAMPLE * 4] if char > "\x7f") - errors
    if foreign > 10 * errors:
        return _repair(broken), "utf-8"
    fitting = [(name, decoded) for name in declared if (decoded := _strictly(raw, name))]
    for name, decoded in fitting:
        if plausibility(decoded) > 0.9:
            return decoded, name
    best = charset_normalizer.from_bytes(_sample(raw)).best()
    guessed = best.encoding if best else None
    if guessed:
        name = canonical(guessed) or guessed
        decoded = _strictly(raw, name)
        if decoded:
            fitting.append((name, decoded))
    if fitting:
        name, decoded = max(fitting, key=lambda pair: plausibility(pair[1]))
        return decoded, name
    if declared and declared[0] != "utf-8":
        return raw.decode(declared[0], "replace"), declared[0]
    return _repair(broken), "cp1252"


def canonical(label: str) -> str | None:
    """Return Python's name of the charset that a label means on the web, or None."""
    label = label.strip().strip("\"'").lower()
    label = _SUPERSETS.get(label, label)
    try:
        return _SUPERSETS.get(codecs.lookup(label).name, codecs.lookup(label).name)
    except (LookupError, ValueError):
        return None


def plausibility(text: str) -> float:
    """Return the share of non-ASCII characters that stand where a writer would put them (0 to 1).

    A wrong single-byte charset shows as capitals inside words, letters of two scripts in one word,
    control characters and symbols between letters; a wrong multi-byte one as private characters.
    """
    sample = "".join(_FOREIGN_RUNS.findall(text)[:4000])
    if not sample:
        return 1.0
    total = sum(1 for char in sample if char > "\x7f")
    odd = sum(len(match) for match in _ODD.findall(sample))
    return max(0.0, 1 - 2 * odd / total) if total else 1.0


_FOREIGN_RUNS = re.compile(r"[^\W\d_]*[^\x00-\x7f]+[^\W\d_]*\s?")
_ODD = re.compile(
    "[\x80-\x9f\ufffd\ue000-\uf8ff]"
    "|[а-яёa-zß-öø-ÿ][А-ЯЁÀ-ÖØ-Þ]"
    "|[A-Za-z][А-яЁёΑ-ω]|[А-яЁё][A-Za-zÀ-ÿ]"
    "|[A-Za-z][¡-¶¸-¿×÷][A-Za-z]|[À-ÿ]{3,}|[╔-╬░-▓]"
)


def _declared(raw: bytes, http: str | None) -> list[str]:
    head = raw[:_HEAD]
    labels = [http] if http else []
    for pattern in (_XML, _META):
        labels += [label.decode("ascii") for label in pattern.findall(head)]
    names = (canonical(label) for label in labels)
    return list(dict.fromkeys(name for name in names if name))


def _strictly(raw: bytes, name: str) -> str | None:
    try:
        return raw.decode(name)
    except (UnicodeDecodeError, LookupError):
        return None


def _without_bom(raw: bytes) -> str | None:
    """UTF-16 without a mark: every other byte of Western markup is NUL."""
    head = raw[:400]
    if len(head) < 40:
        return None
    if head[1::2].count(0) > len(head) * 0.4:
        return "utf-16-le"
    return "utf-16-be" if head[::2].count(0) > len(head) * 0.4 else None


def _sample(raw: bytes) -> bytes:
    """The stretch of the bytes that begins a little before the first non-ASCII one."""
    start = next((i for i, byte in enumerate(raw) if byte > 0x7F), 0)
    return raw[max(0, start - 200) : start + _SAMPLE]


def _repair(text: str) -> str:
    """Read the bytes that are not UTF-8 as windows-1252, one by one."""
    return _SURROGATES.sub(
        lambda match: bytes([ord(match.group()) - 0xDC00]).decode("cp1252", "replace"), text
    )
