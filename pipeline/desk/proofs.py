"""The files of a feed as they are built, before they are written.

Takes a feed, a language and entries; returns the content of files and how many entries have room in
them. Each file is built at most once for the same archive, and nothing is built or translated
before it is asked for.
"""

from collections.abc import Callable, Sequence

from pipeline.article import Entry, FeedSpec
from pipeline.desk.labels import Translate, labelled
from pipeline.syndicate import Archive, Format, formats_of

Built = tuple[bytes, int]
"""The content of a file, and how many entries it has."""


class Proofs:
    """The files of a feed in one language.

    `build` builds one; it returns None if that failed, and is not asked for this format again.
    """

    def __init__(
        self,
        feed: FeedSpec,
        language: str,
        entries: Sequence[Entry],
        translate: Translate,
        build: Callable[[Format, FeedSpec, str, Sequence[Entry], Archive], Built | None],
    ) -> None:
        self.feed = feed
        self.language = language
        self.entries = entries
        self._translate = translate
        self._build = build
        self._labelled: list[Entry] | None = None
        self._built: dict[tuple[str, int], Built] = {}
        self._failed: set[str] = set()

    def of(self, form: Format, archive: Archive) -> Built | None:
        """The file in a format; None if it could not be built."""
        key = form.suffix, archive.count
        if key not in self._built and form.suffix not in self._failed:
            if self._labelled is None:
                self._labelled = labelled(self.entries, self._translate)
            built = self._build(form, self.feed, self.language, self._labelled, archive)
            if built is None:
                self._failed.add(form.suffix)
                return None
            self._built[key] = built
        return self._built.get(key)

    def room(self, archive: Archive) -> tuple[int, bool]:
        """How many entries have room in all files, and whether all could be built.

        Formats of plug-ins have no archive, and do not count.
        """
        forms = [form for form in formats_of(self.feed) if form.archived]
        built = [one for form in forms if (one := self.of(form, archive))]
        most = min((number for _, number in built), default=len(self.entries))
        return most, len(built) == len(forms)
