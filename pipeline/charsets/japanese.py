"""The signs of Japanese charsets on the web that Python's codecs lack: ①, ㈱, 髙.

Pages and feeds in EUC-JP and ISO-2022-JP use the rows that NEC and IBM added to JIS X 0208, as the
Encoding Standard's index does. Python's `cp932` has them all. `ERRORS` names the error handlers
with which to decode such charsets; `seven_bits` decodes ISO-2022-JP.
"""

import codecs
import re
from typing import Final

_PAIR: Final = range(0xA1, 0xFF)
# ESC and what it chooses (ISO 2022): two bytes a sign, JIS X 0201's katakana, ASCII and the like.
_CHUNK = re.compile(rb"\x1b(\$[@B]|\$\([@B]|\([BJIH])([^\x1b]*)")


def _sign(first: int, second: int) -> str:
    """Return the sign of two bytes of EUC-JP, by its place in `cp932`; "" for none."""
    row, cell = first - 0xA1, second - 0xA1
    lead = row // 2 + (0x81 if row < 62 else 0xC1)
    trail = cell + (0x9F if row % 2 else 0x40 + (cell >= 63))
    return bytes([lead, trail]).decode("cp932", "ignore")


def _replaced(error: UnicodeError) -> tuple[str, int]:
    """Handle an error of `euc_jp`: decode two bytes as windows-31j, else give U+FFFD."""
    if not isinstance(error, UnicodeDecodeError):
        raise error
    pair = error.object[error.start : error.start + 2]
    if len(pair) == 2 and pair[0] in _PAIR and pair[1] in _PAIR and (sign := _sign(*pair)):
        return sign, error.start + 2
    return "\ufffd", error.start + 1


codecs.register_error("windows-euc-jp", _replaced)
ERRORS: Final = {"euc_jp": "windows-euc-jp"}
"""The error handlers of codecs that lack signs."""


def seven_bits(raw: bytes) -> str | None:
    """Return the text of ISO-2022-JP; None where it has other bytes than that charset."""
    start = raw.find(b"\x1b")
    if start < 0 or not raw.isascii():
        return None
    parts = [raw[:start].decode("ascii")]
    for match in _CHUNK.finditer(raw, start):
        if match.start() != start:
            return None
        start = match.end()
        chosen, content = match.groups()
        if chosen.startswith(b"$"):
            high = bytes(byte | 0x80 if byte > 0x20 else byte for byte in content)
            parts.append(high.decode("euc_jp", ERRORS["euc_jp"]))
        elif chosen == b"(I":
            high = bytes(byte | 0x80 if byte > 0x20 else byte for byte in content)
            parts.append(high.decode("cp932", "replace"))
        else:
            parts.append(content.decode("ascii"))
    text = "".join(parts)
    return text if start == len(raw) and "\ufffd" not in text else None
