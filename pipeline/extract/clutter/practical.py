"""The practical lines of a local notice: where, when, whom to call.

In: the texts of neighbouring blocks, and the page's address. Out: which of them are such lines.
Never raises. One line is not enough, for sites end their pages with one as well; nor are lines with
the site's own address, or only with dates.
"""

import re

from pipeline.extract.clutter import stamps
from pipeline.extract.page import lexicon, urls

_LONGEST = 160  # characters
_EMAIL = re.compile(r"[\w.+-]+@([\w-]+(?:\.[\w-]+)+)")
_LABELLED = re.compile(r"[^\W\d_][^:：.!?]{1,30}\s?[:：]\s?\S")
_SENTENCE = re.compile("[!?…。！？؟।]$|\\w{3}[.]$")
_NUMBER = re.compile(r"(?<!\w)\d\d")


def is_line(text: str, url: str) -> bool:
    """Say whether a text may be a practical line: "Tickets: 0231 5550", "Mill Street 14"."""
    if len(text) > _LONGEST or "©" in text or _SENTENCE.search(text):
        return False
    if "site" in lexicon.kinds(lexicon.normal(text)):
        return False
    if any(urls.same_site(f"https://{host}/", url) for host in _EMAIL.findall(text)):
        return False
    told = _NUMBER.search(text) and not stamps.is_stamp(text)
    return bool(told or _LABELLED.match(text) or _EMAIL.search(text))
