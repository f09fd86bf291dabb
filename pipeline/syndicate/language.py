"""Language tags, writing directions and names of languages.

Takes a code as settings and models use it ("pt", "pt_BR", Argos's "zt"); returns a BCP 47 tag, a
direction, or a name in another language. Raises PublishError for a code that is no BCP 47 tag.
"""

import re
from functools import cache

from babel import Locale, UnknownLocaleError

from pipeline.errors import PublishError

# RFC 5646 §2.1 langtag, without extensions and private use: language, script, region, variants.
_TAG = re.compile(
    r"(?P<language>[a-z]{2,3}|[a-z]{5,8})(?:-(?P<script>[a-z]{4}))?"
    r"(?:-(?P<region>[a-z]{2}|[0-9]{3}))?(?P<rest>(?:-(?:[a-z0-9]{5,8}|[0-9][a-z0-9]{3}))*)",
    re.IGNORECASE,
)

# Argos Translate's own codes, and codes that IANA's registry replaced.
_ALIASES = {"zt": "zh-Hant", "pb": "pt-BR", "iw": "he", "in": "id", "ji": "yi", "tl": "fil"}

# Unicode CLDR, layout.orientation characterOrder="right-to-left".
_RTL_LANGUAGES = "ar arc ckb dv fa he ks nqo ps sd syr ug ur yi"
_RTL_SCRIPTS = "Adlm Arab Hebr Mand Nkoo Rohg Samr Syrc Thaa"


@cache
def language_tag(code: str) -> str:
    """The BCP 47 tag for `code`, in the letter case that RFC 5646 §2.1.1 recommends.

    Raises PublishError if `code` is no language tag.
    """
    code = code.strip().replace("_", "-")
    match = _TAG.fullmatch(_ALIASES.get(code.lower(), code))
    if not match:
        raise PublishError(
            code or "language", "is no language code", "use a BCP 47 tag such as en, pt-BR, zh-Hant"
        )
    parts = [
        match["language"].lower(),
        (match["script"] or "").title(),
        (match["region"] or "").upper(),
    ]
    return "-".join(part for part in parts if part) + match["rest"].lower()


def direction(code: str) -> str:
    """The writing direction of a language: "rtl" or "ltr"."""
    language, *subtags = language_tag(code).split("-")
    scripts = [subtag for subtag in subtags if len(subtag) == 4 and subtag.isalpha()]
    if scripts:
        return "rtl" if scripts[0] in _RTL_SCRIPTS.split() else "ltr"
    return "rtl" if language in _RTL_LANGUAGES.split() else "ltr"


@cache
def locale(code: str) -> Locale:
    """The CLDR locale that fits a language code best, for dates, numbers and names; English where
    there is none."""
    try:
        parts = language_tag(code).split("-")
    except PublishError:
        parts = []
    for length in range(len(parts), 0, -1):
        try:
            return Locale.parse("-".join(parts[:length]), sep="-")
        except (UnknownLocaleError, ValueError):
            continue
    return Locale("en")


def language_name(code: str, within: str) -> str:
    """The name of language `code` in the language `within`, else in English, else its tag."""
    tag = language_tag(code)
    for reader in (locale(within), locale("en")):
        names = reader.languages
        name = names.get(tag.replace("-", "_")) or names.get(tag.split("-", 1)[0])
        if name:
            return str(name)
    return tag
