"""People's names in the text of a byline.

In: what a page gives as an author. Out: names, each once, without "By", roles, places and dates.
Never raises. The site's own name, addresses, dates, generic words and long texts are no names.
"""

import re
from collections.abc import Iterable
from functools import cache
from itertools import pairwise

from pipeline.extract.metadata import dates
from pipeline.extract.page import lexicon
from pipeline.extract.page.lexicon import fold

_SPLIT = re.compile(r"\s*(?:[;|•·\n/＆、，]|\s&\s)\s*")
_BARS = re.compile(r"\s*[|•·\n]\s*|\s+[-–—/]+\s+")
_PARENTHESES = re.compile(r"[(\[（【][^)\]）】]*[)\]）】]?")
_NOT_A_NAME = re.compile(r"https?:|www\.|@|\d{2}|(?<!\w)\d|[{}<>=]|\.(com|org|net|de|fr)\b", re.I)
_ADDRESS = re.compile(r"\s*(https?:)?//|\s*www\.", re.I)
_JUNK_EDGE = re.compile(r"^[\W_]+|[\s,;:|•·/\\\-–—*]+$")
# Names in Han, kana and Hangul: without a space, or with one between the family's and one's own.
_HAN = "\u3005\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af"
_CJK_NAME = re.compile(rf"[{_HAN}·・]{{2,8}}|[{_HAN}]{{1,4}} [{_HAN}]{{1,4}}")
_BETWEEN = re.compile(r"\s*[、，,;；/／&＆・]\s*|\u3000+|\s{2,}")
_NAMES = re.compile(rf"\s*[{_HAN}·・]+(?:(?:\s*[、，,;；/／&＆]\s*|[ \u3000])[{_HAN}·・]+)*")
_REPORTER = re.compile(
    r"(?<![\uac00-\ud7af])([\uac00-\ud7af]{2,4})\s?(?:선임|인턴|전문|객원)?기자(?![\uac00-\ud7af=:])"
)
_LONGEST = 140  # characters of a line that may be a byline
_DATED = re.compile(r"(19|20)\d\d|\d[./]\d\d?[./]\d")


def cleaned(values: Iterable[str], sites: set[str]) -> tuple[str, ...]:
    """Return the names in these texts; `sites` are the folded names of the site, which are none."""
    found: dict[str, str] = {}
    for value in values:
        value = value.replace("\xad", "")
        if len(value) > 400 or _ADDRESS.match(value):
            continue
        for part in _parts(value):
            key = fold(part)
            if key and key not in sites and key not in found and not _refused(part):
                found[key] = part
    kept = [
        name
        for key, name in found.items()
        if not any(key != other and key in other for other in found)
    ]
    return tuple(kept[:12])


def people_in(values: Iterable[str], sites: Iterable[str]) -> tuple[str, ...]:
    """Return the names in what a feed gives as authors; `sites` are names of the site."""
    return cleaned(values, {fold(one) for one in sites})


def in_byline(text: str, *, named: bool = False) -> tuple[str, ...]:
    """Return the authors that a line names after a word such as "by", () for none.

    The word is at the beginning of the line, or after a bar in it. `named` says that the element's
    class is that of a byline.
    """
    if len(text) > _LONGEST:
        return ()
    if written := _written(text):
        return written
    for piece in _BARS.split(text.replace("\xad", "")):
        match = _by().match(piece)
        if match is None:
            continue
        names = cleaned([piece], set())
        if names and all(is_name(name) for name in names):
            return names
        # A single word is a name after "posted by" or "Author:", or before a date.
        certain = (
            named or " " in match.group().strip() or ":" in match.group() or _DATED.search(text)
        )
        if certain and len(names) == 1 and is_word(names[0]):
            return names
    return ()


def _written(text: str) -> tuple[str, ...]:
    """Return the authors of a line of labels and names in a script without spaces, () for none.

    Of "记者：王海涛、李晓明　编辑：吴岚" and "文／山田太郎　写真／佐藤花子" only the names after an
    author's label are authors; in "홍길동 기자" the label follows the name.
    """
    if text.isascii():
        return ()
    found: list[str] = []
    pieces = _labels().split(text)
    for label, rest in zip(pieces[1::2], pieces[2::2], strict=True):
        if label in _words("written"):
            names = _NAMES.match(rest)
            found += _BETWEEN.split(names.group().strip()) if names else []
    found += [match[1] for match in _REPORTER.finditer(text)]
    names_found = cleaned([name for name in found if _CJK_NAME.fullmatch(name)], set())
    return names_found if len(names_found) == len(set(found)) else ()


def beside_date(text: str) -> tuple[str, ...]:
    """Return the name in a line of a name and a date only: "3 May 2021 - Ann Poe"."""
    pieces = [piece for piece in _BARS.split(text) if piece.strip()] if len(text) <= 80 else []
    if not 2 <= len(pieces) <= 3 or not any(dates.parse(piece) for piece in pieces):
        return ()
    named = [piece for piece in pieces if not _DATED.search(piece) and is_name(piece)]
    return cleaned(named, set()) if len(named) == 1 else ()


def labels(text: str) -> bool:
    """Say whether a text is only a word that introduces an author: "Author", "Text:"."""
    return len(text) < 30 and lexicon.normal(text).strip() in _plain("by")


def is_name(name: str) -> bool:
    """Say whether a text is a person's name: two to four capitalised words, or another script."""
    words = name.split()
    if not name[:1].isascii() and not name[:1].isupper() and not name[:1].islower():
        return len(name) <= 12
    inner = all(w[:1].isupper() or w.casefold() in _plain("particles") for w in words[1:-1])
    return 2 <= len(words) <= 4 + ("de" in words) and inner and _capital(words[0], words[-1])


def is_person(name: str) -> bool:
    """Say whether a name is a person's, and not that of a newsroom or an organisation."""
    return is_name(name) and not is_desk(name) and not is_body(name)


def is_handle(name: str) -> bool:
    """Say whether a name is a login: "jdoe", "jane_doe"."""
    return " " not in name and name.isascii() and (name.islower() or not name.isalpha())


def is_company(text: str) -> bool:
    """Say whether a text names a company by its legal form, as the owners of sites do."""
    return _legal().search(text.casefold()) is not None


def is_body(name: str) -> bool:
    """Say whether a name is an organisation's: by a word such as "Institute" or its legal form."""
    words = lexicon.normal(name).split()
    return is_company(name) or any(word in _plain("bodies") for word in words)


def is_desk(name: str) -> bool:
    """Say whether a name stands for the newsroom: "Staff writer", "Redaktion"."""
    return lexicon.normal(name).strip() in _plain("desk")


def _capital(*words: str) -> bool:
    return all(word[:1].isupper() for word in words)


def is_word(name: str) -> bool:
    """Say whether a name is one word: a first name, or a login."""
    return " " not in name and len(name) <= 24 and name[:1].isalnum()


def _parts(value: str) -> Iterable[str]:
    value = _PARENTHESES.sub(" ", value.replace("\xa0", " "))
    for line in _SPLIT.split(value):
        line = _before_role(_without_by(line))
        pieces = re.split(_and(), line) if len(line.split()) > 3 else [line]
        for piece in pieces:
            yield from _by_comma(piece)


def _by_comma(text: str) -> Iterable[str]:
    """Yield names separated by commas; after a comma, what is no name is a role or place."""
    parts = [part.strip() for part in text.split(",")]
    if len(parts) == 2 and len(parts[0].split()) == 1 and 1 <= len(parts[1].split()) <= 2:
        yield _tidy(f"{parts[1]} {parts[0]}" if parts[1][:1].isupper() else parts[0])
        return
    for number, part in enumerate(parts):
        if number and (len(part.split()) < 2 or not _capitalised(part) or _describes(part)):
            continue
        yield _tidy(part)


def _tidy(text: str) -> str:
    text = _JUNK_EDGE.sub("", " ".join(_without_by(text).split()))
    return text.title() if text.isupper() and len(text) > 5 and " " in text else text


def _capitalised(text: str) -> bool:
    words = text.split()
    return all(not word[:1].islower() or len(word) < 4 for word in words)


def _describes(text: str) -> bool:
    """Say whether a text is a role and no name: "Projektleiterin der HSS", "Head of News"."""
    words = text.casefold().split()
    return any(
        word in _plain("articles") and before not in _plain("particles")
        for before, word in pairwise(words)
    )


def _refused(name: str) -> bool:
    words = name.split()
    if not 1 < len(name) <= 60 or len(words) > 6 or _NOT_A_NAME.search(name):
        return True
    if not any(char.isalpha() for char in name):
        return True
    if name.isascii() and len(words) > 1 and not any(word[:1].isupper() for word in words):
        return True
    folded = lexicon.normal(name).strip()
    if folded in _plain("desk"):
        return False
    return folded in _plain("nobody") | _plain("by") or any(
        f" {word} " in f" {folded} " for word in _words("role")
    )


def _words(key: str) -> tuple[str, ...]:
    return tuple(lexicon.data("people")[key])


@cache
def _plain(key: str) -> frozenset[str]:
    return frozenset(lexicon.normal(word).strip() for word in _words(key))


def _without_by(text: str) -> str:
    return _by().sub("", text.strip(), count=1).strip()


@cache
def _by() -> re.Pattern[str]:
    glued = "|".join(_words("glued"))
    return re.compile(
        rf"^\W*(?:(?:{_any('by')})(?:\s*[:：]\s*|\s+)|(?:{glued})(?=[\u3400-\u9fff]))", re.I
    )


@cache
def _labels() -> re.Pattern[str]:
    """Return a pattern for the labels of a line in such scripts; its group is the label."""
    words = sorted((*_words("written"), *_words("other")), key=len, reverse=True)
    named = "|".join(map(re.escape, words))
    return re.compile(rf"(?<![{_HAN}])({named})\s*[:：/／=＝|｜]\s*")


@cache
def _and() -> re.Pattern[str]:
    return re.compile(rf"\s+(?:{_any('and')})\s+", re.I)


@cache
def _ends() -> re.Pattern[str]:
    return re.compile(rf"\s+(?:{_any('ends')})\b|\s@\s", re.I)


@cache
def _legal() -> re.Pattern[str]:
    return re.compile(rf"(?<!\w)(?:{_any('legal')})(?!\w)")


def _any(key: str) -> str:
    return "|".join(re.escape(word) for word in sorted(_words(key), key=len, reverse=True))


def _before_role(text: str) -> str:
    """Cut a text before words such as "for" or "on": "Jane Doe for The Times"."""
    match = _ends().search(text)
    if match is None or (match.end() == len(text) and " " not in text[: match.start()]):
        return text  # "Times Staff" is no person
    return text[: match.start()]
