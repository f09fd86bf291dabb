"""The language of an article: as declared, or as detected in its text.

In: plain text and the declared language. Out: a primary language tag (BCP 47) and its origin. Never
raises. A few words are not enough for detection; the detected language overrides the declared one
only where it is nearly certain.
"""

from functools import cache
from threading import Lock
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from py3langid.langid import LanguageIdentifier

_ENOUGH = 120  # letters below which detection only fills a missing declaration
_FEW = 25  # letters below which there is no detection
_SAMPLE = 2500  # characters of the text that are examined
_BEGINNING = 500  # characters that are enough to confirm the declared language
# Languages that the detector confuses: each is accepted as declared where the other is detected.
_KIN = (
    {"no", "nb", "nn", "da"},
    {"hr", "sr", "bs", "sh", "me"},
    {"id", "ms"},
    {"cs", "sk"},
    {"pt", "gl"},
    {"es", "gl", "an", "ast", "ca"},
    {"zu", "xh"},
    {"hi", "mr", "ne"},
    {"bg", "mk"},
    {"ru", "uk", "be"},
    {"fa", "ps", "ur"},
    {"zh", "yue"},
)
_SURE = 0.9  # probability from which the detected language overrides the declared one


_loading = Lock()


def _detector() -> "LanguageIdentifier":
    with _loading:  # otherwise several threads would each load the model
        return _loaded()


@cache
def _loaded() -> "LanguageIdentifier":
    # Late, with NumPy: a tenth of a second, and most commands extract nothing.
    from py3langid.langid import MODEL_FILE, LanguageIdentifier

    return LanguageIdentifier.from_model_file(MODEL_FILE, norm_probs=True)


def decide(text: str, declared: str | None) -> tuple[str | None, str]:
    """Return the language and its origin ("declared" or "text").

    (None, "") where none is declared and none can be detected.
    """
    letters = sum(map(str.isalpha, text[:_SAMPLE]))
    # A character of a script without spaces tells as much as several letters.
    if any(char > "\u2e7f" for char in text[:200]):
        letters *= 3
    if letters < (_FEW if declared is None else _ENOUGH):
        return (declared, "declared") if declared else (None, "")
    if declared is not None and _akin(_detector().classify(text[:_BEGINNING])[0], declared):
        return declared, "declared"
    found, sureness = _detector().classify(text[:_SAMPLE])
    if declared is None:
        return (found, "text") if sureness > 0.5 else (None, "")
    if _akin(found, declared) or sureness <= _SURE:
        return declared, "declared"
    return found, "text"


def _akin(found: str, declared: str) -> bool:
    """Say whether two languages are one, or are confused by the detector."""
    return found == declared or any({found, declared} <= kin for kin in _KIN)
