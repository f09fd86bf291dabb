"""The one hierarchy of errors.

Every message names the thing, the reason and the remedy. A stage wraps foreign exceptions into
these at its border, so that the shell catches `BabelwireError` and nothing else, and a user never
meets a traceback (`--debug` aside).
"""


class BabelwireError(Exception):
    """Something went wrong that a person can understand and act on.

    `thing` is what it happened to (a path, URL, id, language), `reason` what happened, `remedy`
    what to do about it ("" where there is nothing to do). `retry` says whether the same step may
    succeed later without anybody's help.
    """

    def __init__(self, thing: str, reason: str, remedy: str = "", *, retry: bool = False) -> None:
        super().__init__(thing, reason, remedy)
        self.thing = thing
        self.reason = reason
        self.remedy = remedy
        self.retry = retry

    def __str__(self) -> str:
        message = f"{self.thing}: {self.reason}" if self.thing else self.reason
        return f"{message} — {self.remedy}" if self.remedy else message


class SettingsError(BabelwireError):
    """The settings file is missing or wrong. `problems` holds one line a problem."""

    def __init__(self, path: str, problems: list[str]) -> None:
        super().__init__(path, "; ".join(problems))
        self.problems = problems

    def __str__(self) -> str:
        return "\n".join(f"{self.thing}: {problem}" for problem in self.problems)


class _AskingError(BabelwireError):
    """What asking for something came to.

    `status` is the HTTP status where there was one. `wait` is how many seconds from now the host
    wants to be left alone (None: it did not say). `unasked` means that it was left alone: the error
    is the host's, whatever of it was wanted.
    """

    def __init__(
        self,
        thing: str,
        reason: str,
        remedy: str = "",
        *,
        retry: bool = False,
        status: int | None = None,
        wait: float | None = None,
        unasked: bool = False,
    ) -> None:
        super().__init__(thing, reason, remedy, retry=retry)
        self.status = status
        self.wait = wait
        self.unasked = unasked


class SourceError(_AskingError):
    """A source could not be read: its folder, its feed."""


class FetchError(_AskingError):
    """A page could not be fetched or read."""


class NotAnArticle(BabelwireError):  # noqa: N818 - the name is the API's, and says it better
    """The page holds no article; `reason` says what it is instead. `thing` is its URL."""


class ModelError(BabelwireError):
    """A translation model is missing, broken or refused."""


class NoModel(ModelError):  # noqa: N818
    """No installed package, nor a route over several, leads from one language to the other."""


class PoorTranslation(ModelError):  # noqa: N818
    """Too much of an article could not be translated: it is held back. `thing` is its URL."""


class PluginError(BabelwireError):
    """A plug-in cannot be used, or none brings what is asked for."""


class StoreError(BabelwireError):
    """The database cannot be opened, read or written."""


class PublishError(BabelwireError):
    """A feed could not be built or written."""


class ServeError(BabelwireError):
    """The web server cannot start: its address is taken, refused or unknown."""
