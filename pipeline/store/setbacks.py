"""What is known of translations that failed."""

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Setback:
    """Why an article with this digest has no translation.

    `made_by` is the fingerprint of the translator that held it back, because too much of it failed:
    the article is not tried again before that, or the article, has changed. None: in each pass.
    """

    error: str
    digest: str
    made_by: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class FailedTranslation:
    """A translation that failed, with the last error; `attempts` counts the different ones.

    `held_back`: too much of it failed, so that it waits for a better model.
    """

    article: str
    url: str
    title: str
    language: str
    error: str
    attempts: int
    at: datetime
    held_back: bool = False
