"""The exceptions of babelwire: one hierarchy under `BabelwireError`.

Every message names the thing, the reason and the remedy. Each stage converts the exceptions of the
libraries it uses into these. The command line therefore catches `BabelwireError` only, and users
see a traceback only with `--debug`.
"""


class BabelwireError(Exception):
    """The base class: an error that a user can understand and act on.

    `thing` is what it concerns (a path, URL, id or language), `reason` what happened, `remedy` what
    to do about it ("": nothing). `retry` is True if the same step may succeed later by itself.
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
    """The settings file is missing or invalid. `problems` holds one line per problem."""

    def __init__(self, path: str, problems: list[str]) -> None:
        super().__init__(path, "; ".join(problems))
        self.problems = problems

    def __str__(self) -> str:
        return "\n".join(f"{self.thing}: {problem}" for problem in self.problems)


class UsageError(BabelwireError):
    """The arguments of a command are wrong: it did nothing, and its exit code is 2."""


class _RequestError(BabelwireError):
    """A request failed, or was not sent.

    `status` is the HTTP status, if there was a response. `wait` is for how many seconds from now
    the host wants no requests (None: not stated). `not_sent` means that the request was not sent,
    because the host cannot be asked at present: the error says nothing about this document.
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
        not_sent: bool = False,
    ) -> None:
        super().__init__(thing, reason, remedy, retry=retry)
        self.status = status
        self.wait = wait
        self.not_sent = not_sent


class SourceError(_RequestError):
    """A source (its folder, feed, sitemap or index page) could not be read."""


class FetchError(_RequestError):
    """A page could not be fetched or read."""


class NotAnArticle(BabelwireError):  # noqa: N818 - a finding about the page, not a failure
    """The page holds no article. `reason` says what it is instead; `thing` is its URL."""


class ModelError(BabelwireError):
    """A translation model is missing, broken or not accepted."""


class NoModel(ModelError):  # noqa: N818
    """No installed package, or chain of packages, translates from one language to the other."""


class PoorTranslation(ModelError):  # noqa: N818
    """Too many segments of an article failed: it is not published. `thing` is its URL."""


class DeadlyText(PoorTranslation):
    """A text ended the process that translated it: its article is put aside. `thing` is its URL."""


class PluginError(BabelwireError):
    """A plug-in cannot be used, or none brings what is asked for."""


class StoreError(BabelwireError):
    """The database cannot be opened, read or written."""


class PublishError(BabelwireError):
    """A feed could not be built or written."""


class ServeError(BabelwireError):
    """The web server cannot start: its address is in use, not permitted or unknown."""
