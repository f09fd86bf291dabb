"""Take out of a text what readers do not see and models misread.

`plain` takes a text with spans and returns it without soft hyphens and other invisible characters
inside words, and with words in mathematical letters ("𝗡𝗲𝘄𝘀") in usual ones. Pure; never raises.
"""

import re
import unicodedata
from bisect import bisect_left
from dataclasses import replace

from pipeline.translate.text.segments import UNSPACED_SCRIPTS
from pipeline.translate.text.spans import Text

# Soft hyphen, word joiner, byte order mark. The zero-width space is one between words in scripts
# without spaces; the joiners are letters' companions in Arabic and Indic scripts, and in emoji.
_ALPHABETS = "A-Za-z\u00c0-\u02af\u0370-\u058f\u1e00-\u1fff"
_UNSEEN = re.compile(
    rf"[\u00ad\u2060\ufeff]|(?<![{UNSPACED_SCRIPTS}])\u200b|\u200b(?![{UNSPACED_SCRIPTS}])"
    rf"|(?<=[{_ALPHABETS}])[\u200c\u200d]+(?=[{_ALPHABETS}])"
)
# Mathematical letters (U+1D400 to U+1D7FF): one or two are a formula, more are a word.
_MATHS = re.compile("[\U0001d400-\U0001d7ff]{3,}")


def plain(text: Text) -> Text:
    """Return a text without invisible characters and without words in mathematical letters."""
    if text.text.isascii():
        return text
    # Each mathematical letter stands for one usual letter: ranges stay as they are.
    shown = _MATHS.sub(lambda match: unicodedata.normalize("NFKC", match[0]), text.text)
    gone = [at for match in _UNSEEN.finditer(shown) for at in range(*match.span())]
    if not gone:
        return text if shown == text.text else replace(text, text=shown)

    def moved(at: int) -> int:
        return at - bisect_left(gone, at)

    spans = tuple(replace(s, start=moved(s.start), end=moved(s.end)) for s in text.spans)
    return Text(_UNSEEN.sub("", shown), spans)
