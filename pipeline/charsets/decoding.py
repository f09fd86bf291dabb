"""Find the charset of a document and return its text.

In: the bytes of a page, feed or list, and the charset that HTTP declared, which may be wrong. Out:
the text and the charset it was decoded with. Never raises: where no charset fits, invalid bytes are
decoded as windows-1252, as browsers do.
"""

import codecs
import re
import tomllib
from functools import cache
from importlib import resources

from pipeline.charsets import japanese
from pipeline.charsets.letters import fitness
from pipeline.charsets.mojibake import mended

_BOMS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
_META = re.compile(rb"""<meta\b[^<>]*?charset\s*=\s*["']?\s*([A-Za-z0-9_.:-]+)""", re.I)
_XML = re.compile(rb"""^\s*<\?xml[^>]*?encoding\s*=\s*["']([A-Za-z0-9_.:-]+)""")
_HEAD = 8192  # bytes searched for a declaration: the standard says 1024, pages declare it later
_SAMPLE = 65_536  # bytes from the first non-ASCII one: enough to tell charsets apart
# Charsets of pages that declare none, the most frequent first.
_LIKELY = (
    "cp1252", "cp1251", "cp932", "euc_jp", "gb18030", "cp949", "big5hkscs", "cp1250", "iso8859-2",
    "cp1254", "cp1256", "cp1253", "cp1255", "cp1257", "koi8-u", "cp874", "iso8859-15", "iso8859-5",
    "cp866", "iso8859-6", "iso8859-7", "iso8859-13", "iso8859-4", "iso8859-10", "iso8859-16",
    "iso8859-3", "mac-roman", "mac-cyrillic", "cp1258",
)  # fmt: skip
_UNFIT = frozenset({"utf-8", "utf-16", "utf-32", "utf-7", "hz", "punycode", "idna"})
_ESCAPES = (("iso2022_kr", b"\x1b$)C"), ("iso2022_jp_2", b"\x1b$"), ("hz", b"~{"))
_TRUST = 0.04  # how much worse in fitness a declared charset may be than another
# So many bytes beyond ASCII say as much as a declaration: the letters of a short text say little.
# Not as much as windows-1252, the label of systems that do not know.
_TRUSTED = 3
_MIXED = 0.9  # fitness from which text is UTF-8 with some bytes of another charset
_SURE = 0.98  # fitness from which no other charset is tried
_SURROGATES = re.compile("[\udc80-\udcff]")
_FOREIGN = re.compile("[\udc80-\udcff]+")
_BEFORE, _AFTER = re.compile(r"[^\W\d_]*$"), re.compile(r"[^\W\d_]*")
_WORD = 30  # letters
_MOST_WORDS = 1_000  # distinct ones that are looked at
# The beginning of a UTF-8 character without its end; not where windows-1252 has a letter and the
# sign that ends a word ("é»").
_CUT = re.compile(
    "[\udcc2-\udcf4](?![\udc85\udc92\udc94\udc96\udc97\udc9b\udca0\udcbb])[\udc80-\udcbf]{1,2}"
)


def decode(raw: bytes, http: str | None = None) -> tuple[str, str]:
    """Return the text, and Python's name of the charset it was decoded with.

    In this order: a byte order mark; UTF-8 wherever the bytes are valid UTF-8 (text in another
    charset practically never is); then the charset whose text looks most like language
    (`letters.fitness`), where the charsets that HTTP and the page declare are preferred. Text that
    was encoded twice is mended (`mojibake.mended`).
    """
    text, name = _decoded(raw, http)
    return mended(text), name


def _decoded(raw: bytes, http: str | None) -> tuple[str, str]:
    for bom, name in _BOMS:
        if raw.startswith(bom):
            return raw.decode(name, "replace").lstrip("\ufeff"), name
    declared = _declared(raw, http)
    seven = _seven_bits(raw, declared)
    if seven is not None:
        return seven
    utf16 = _without_bom(raw)
    if utf16:
        return raw.decode(utf16, "replace"), utf16
    text = _strictly(raw, "utf-8")
    if text is not None:
        return text, "utf-8"
    broken = raw.decode("utf-8", "surrogateescape")
    errors = len(_SURROGATES.findall(broken))
    foreign = sum(1 for char in broken[: _SAMPLE * 4] if char > "\x7f") - errors
    # Most of it is UTF-8: the other bytes were pasted in from elsewhere, or are damaged.
    if foreign > errors:
        mixed = _mixed(broken)
        if foreign > 10 * errors or fitness(mixed) > _MIXED:
            return mixed, "utf-8"
    name = _best(_sample(raw), [name for name in declared if name not in _UNFIT])
    return (_repair(broken) if name == "cp1252" else _in(raw, name)), name


def _in(raw: bytes, name: str) -> str:
    """Decode bytes in a charset; what is not valid in it becomes U+FFFD."""
    return raw.decode(name, japanese.ERRORS.get(name, "replace"))


def _best(sample: bytes, declared: list[str]) -> str:
    """Return the charset in which a sample reads best; a declared one has an advantage."""
    best, most = "cp1252", -1e9
    foreign = sum(byte > 0x7F for byte in sample)
    for place, name in enumerate(dict.fromkeys([*declared, *_LIKELY])):
        trust = _TRUST if place < len(declared) else 0.0
        if trust and name != "cp1252":
            trust += min(0.5, _TRUSTED / max(1, foreign))
        # The sample may end within a character: an incomplete last one is ignored.
        errors = japanese.ERRORS.get(name, "replace")
        text = codecs.getincrementaldecoder(name)(errors).decode(sample)
        value = fitness(text) + trust
        if value > most:
            best, most = name, value
        if trust and value >= _SURE + trust:
            break
    return best


def _seven_bits(raw: bytes, declared: list[str]) -> tuple[str, str] | None:
    """Decode by their escape sequences charsets that use ASCII bytes only; None for other pages."""
    if not raw.isascii():
        return None
    named = [name for name in declared if name.startswith(("iso2022", "hz"))]
    for name, mark in _ESCAPES:
        if mark in raw and (name != "hz" or "hz" in named):
            for one in dict.fromkeys([*named, name]):
                text = _strictly(raw, one)
                if text is not None and "\x1b" not in text:
                    return text, one
    text = japanese.seven_bits(raw)
    return None if text is None else (text, "iso2022_jp")


def canonical(label: str) -> str | None:
    """Return Python's name of the charset that a web label means, None for an unknown label.

    Labels that the Encoding Standard does not have are Python's own.
    """
    label = label.strip().strip("\"'").lower()
    if label in _labels():
        return _labels()[label]
    try:
        name = codecs.lookup(label).name
    except (LookupError, ValueError):
        return None
    return _labels().get(name, name)


@cache
def _labels() -> dict[str, str]:
    """Return the codecs by label; the codecs' own names are labels, too."""
    path = resources.files("pipeline.charsets") / "labels.toml"
    table = tomllib.loads(path.read_text(encoding="utf-8"))
    return {label: name for name, labels in table.items() for label in labels}


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
    """Return the UTF-16 variant of markup without a byte order mark: every other byte is NUL."""
    head = raw[:400]
    if len(head) < 40:
        return None
    if head[1::2].count(0) > len(head) * 0.4:
        return "utf-16-le"
    return "utf-16-be" if head[::2].count(0) > len(head) * 0.4 else None


def _sample(raw: bytes) -> bytes:
    """Return a sample of the bytes that starts shortly before the first non-ASCII byte."""
    start = next((i for i, byte in enumerate(raw) if byte > 0x7F), 0)
    return raw[max(0, start - 200) : start + _SAMPLE]


def _repair(text: str) -> str:
    """Decode the bytes that are not UTF-8 as windows-1252, one by one."""
    return _SURROGATES.sub(
        lambda match: bytes([ord(match.group()) - 0xDC00]).decode("cp1252", "replace"), text
    )


def _mixed(text: str) -> str:
    """Decode the bytes in UTF-8 that are not UTF-8: as windows-1252 where that gives words.

    Others become U+FFFD, one for each character that was cut.
    """
    text = _CUT.sub("\ufffd", text)
    known: dict[str, str] = {}

    def repaired(match: re.Match[str]) -> str:
        start, end = match.span()
        before = _BEFORE.search(text[max(0, start - _WORD) : start])
        after = _AFTER.match(text[end : end + _WORD])
        word = f"{before and before[0]}{match.group()}{after and after[0]}"
        if word not in known:
            is_word = len(known) >= _MOST_WORDS or fitness(_repair(word)) > _MIXED
            known[word] = _repair(match.group()) if is_word else "\ufffd"
        return known[word]

    return _FOREIGN.sub(repaired, text)
